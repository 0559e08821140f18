/** Static figures: golden SVGs of small ones, and what becomes of them as PNG. */
import { inflateSync } from "node:zlib";
import { parseHTML } from "linkedom";
import { expect, it } from "vitest";
import { colours, type Figure } from "../../src/report/figure.js";
import { figurePng } from "../../src/report/figure-png.js";
import { figureSvg } from "../../src/report/figure-svg.js";

const steps = [0, 10, 20, 30, 40];

const eigenvalues: Figure = {
  name: "eigenvalues",
  title: "Eigenvalues of P⁻¹H & <more>",
  caption: "Two of them, one that isn't followed at first, and one that leaves the picture.",
  x: { label: "step" },
  y: { label: "eigenvalues", scale: "linear" },
  curves: [
    { label: "optimizer", role: "optimizer", x: steps, y: [1, 1.8, 2.4, 1.7, 2.2], style: "faint" },
    { label: "central flow", role: "central", x: steps, y: [1, 1.8, 2, 2, 2] },
    { label: "central flow", role: "central", x: steps, y: [null, null, 0.5, 0.7, 0.6] },
    { label: "stable flow", role: "stable", x: steps, y: [1, 2, 4, 8, 16], aside: true },
  ],
  levels: [{ label: "critical", value: 2 }],
};

const norms: Figure = {
  name: "norms",
  title: "Squared gradient norm",
  caption: "On a logarithmic scale.",
  x: { label: "step" },
  y: { label: "squared norm", scale: "log" },
  curves: [
    { label: "measured", role: "midpoint", x: steps, y: [1, 1e-2, 0, 1e-4, 1e-5], style: "dots" },
    {
      label: "predicted",
      role: "central",
      x: steps,
      y: [1, 0.1, 0.01, 1e-3, 1e-4],
      style: "dashed",
    },
  ],
  levels: [],
};

const nothing: Figure = { ...norms, title: "Nothing measured", curves: [] };

it.each([
  ["linear", eigenvalues],
  ["log", norms],
  ["empty", nothing],
] as const)("a %s figure is drawn to the same bytes", async (name, figure) => {
  const svg = figureSvg(figure, { width: 360, height: 240 });
  await expect(svg).toMatchFileSnapshot(`golden/${name}.svg`);
  expect(figureSvg(figure, { width: 360, height: 240 })).toBe(svg);
});

it("tells a reader of the SVG what it is, with a legend entry a label in its colour", () => {
  const { document } = parseHTML(figureSvg(eigenvalues));
  expect(document.querySelector("title")!.textContent).toBe(eigenvalues.title);
  expect(document.querySelector("desc")!.textContent).toBe(eigenvalues.caption);
  const texts = [...document.querySelectorAll("text")].map((each) => each.textContent);
  for (const { label } of eigenvalues.curves) {
    expect(texts.filter((each) => each === label)).toHaveLength(1);
  }
  expect(texts).toContain("critical");
  const lines = [...document.querySelectorAll('[aria-label="line"]')];
  // The optimizer lies behind, as does what leaves the picture, and the central flow in front.
  expect(lines.map((each) => each.getAttribute("stroke"))).toEqual(
    (["optimizer", "stable", "central", "central"] as const).map((role) => colours[role].light),
  );
});

it("draws a long series with as many points as there are pixels for", () => {
  const x = Int32Array.from({ length: 100_000 }, (_, i) => i);
  const y = Float64Array.from(x, (i) => Math.sin(i) + i / 1e4);
  const curves = [{ label: "long", role: "central", x, y } as const];
  expect(figureSvg({ ...eigenvalues, curves }).length).toBeLessThan(100_000);
});

it("legends wrap, and make room above the curves", () => {
  const label = (i: number) => `a curve with quite a long name, number ${i}`;
  const many = Array.from({ length: 6 }, (_, i) => ({
    ...eigenvalues.curves[1]!,
    label: label(i),
  }));
  const { document } = parseHTML(figureSvg({ ...eigenvalues, curves: many }));
  const texts = [...document.querySelectorAll("text")];
  const places = texts.filter((each) => each.textContent!.startsWith("a curve"));
  const heights = places.map((each) => Number(each.getAttribute("y")));
  expect(new Set(heights).size).toBe(3);
  const frame = texts.find((each) => each.textContent === "eigenvalues")!;
  expect(Number(frame.getAttribute("y"))).toBeGreaterThan(Math.max(...heights));
});

/** Width, height, and rows of RGBA bytes (PNG, second edition, chapters 9 and 11). */
function pixelsOf(png: Buffer) {
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const data = png.subarray(at + 8, at + 8 + length);
    chunks.push({ type: png.toString("latin1", at + 4, at + 8), data });
    at += length + 12;
  }
  const header = chunks[0]!.data;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  expect([header[8], header[9]]).toEqual([8, 6]);
  const bytes = inflateSync(
    Buffer.concat(chunks.flatMap(({ type, data }) => (type === "IDAT" ? [data] : []))),
  );
  const stride = 4 * width;
  const rows: Uint8Array[] = [];
  for (let y = 0; y < height; y++) {
    const filter = bytes[y * (stride + 1)]!;
    const row = Uint8Array.from(bytes.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1)));
    const up = rows[y - 1];
    for (let i = 0; i < stride; i++) {
      const [a, b, c] = [row[i - 4] ?? 0, up?.[i] ?? 0, i < 4 ? 0 : (up?.[i - 4] ?? 0)];
      const p = a + b - c;
      const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
      const paeth = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
      row[i]! += [0, a, b, (a + b) >> 1, paeth][filter]!;
    }
    rows.push(row);
  }
  return { width, height, rows };
}

it("becomes a PNG of twice the size, with its text on machines without fonts", () => {
  const size = { width: 360, height: 240 };
  const { width, height, rows } = pixelsOf(figurePng(eigenvalues, size));
  expect([width, height]).toEqual([720, 480]);
  const inked = (from: number, to: number) => {
    let count = 0;
    for (const row of rows.slice(from, to)) {
      for (let i = 0; i < row.length; i += 4) if (row[i]! < 128) count++;
    }
    return count;
  };
  // The title stands in the first rows, of which nothing else is; curves are below.
  expect(inked(0, 52)).toBeGreaterThan(500);
  expect(inked(160, 400)).toBeGreaterThan(500);
  expect([...rows[0]!.subarray(0, 4)]).toEqual([255, 255, 255, 255]);
});
