/** Drawings of small plans, as golden texts. */
import fc from "fast-check";
import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { outlineOf } from "../../src/cli/outline.js";
import { textWidth } from "../../src/cli/terminal.js";
import { dotOf } from "../../src/drawing/dot.js";
import { mermaidOf } from "../../src/drawing/mermaid.js";
import { type Picture, pictureOf } from "../../src/drawing/picture.js";
import { svgOf } from "../../src/drawing/svg.js";
import type { PlannedStep } from "../../src/plan/staleness.js";

function planned(
  name: string,
  kind: string,
  status: PlannedStep["status"],
  inputs: Readonly<Record<string, string>> = {},
  more: { length?: number; from?: number; damaged?: string } = {},
): PlannedStep {
  const { length, from, damaged } = more;
  return {
    step: {
      name,
      kind,
      version: 1,
      parameters: {},
      local: {},
      inputs,
      fingerprint: name,
      places: {},
      ...(length !== undefined && { length }),
    },
    status,
    ...(from !== undefined && { from }),
    damaged: damaged === undefined ? [] : [{ folder: "", fingerprint: name, what: damaged }],
    reasons: () => [],
    comparison: () => undefined,
  };
}

const data = "digits";
const weights = "eos[lr=0.5].init";
const steps = [
  planned(data, "dataset", "unneeded"),
  planned(weights, "init", "run", {}, { damaged: "weights.arrow is missing" }),
  planned("eos[lr=0.5].discrete", "discrete", "cached", { data, weights }, { length: 400 }),
  planned(
    "eos[lr=0.5].central",
    "central",
    "continue",
    { data, weights },
    { length: 400, from: 1 },
  ),
  planned('expect "a < b & \\"c\\" hold, all in all, in the end"', "expect", "run", {
    series0: "eos[lr=0.5].central",
    series1: "eos[lr=0.5].discrete",
    series2: "eos[lr=0.5].central",
  }),
];
const picture = pictureOf(steps, ["eos", "eos[lr=0.5]", "other"]);
const plain = { width: Number.POSITIVE_INFINITY, colors: picocolors.createColors(false) };

describe("a picture", () => {
  it("has the flow of each step, its state, and what it reads once", () => {
    expect(picture.flows).toEqual(["eos[lr=0.5]"]);
    expect(picture.nodes.map(({ flow }) => flow)).toEqual([
      undefined,
      "eos[lr=0.5]",
      "eos[lr=0.5]",
      "eos[lr=0.5]",
      undefined,
    ]);
    expect(picture.nodes.map(({ state }) => state)).toEqual([
      "unneeded",
      "damaged",
      "cached",
      "continue",
      "run",
    ]);
    expect(picture.nodes[4]!.inputs).toEqual(["eos[lr=0.5].central", "eos[lr=0.5].discrete"]);
  });
});

it("in a terminal, with and without room", () => {
  expect(`\n${outlineOf(picture, plain).join("\n")}\n`).toMatchInlineSnapshot(`
    "
    digits  unneeded  dataset
    eos[lr=0.5]
      init      damaged
      discrete  cached                400 rows  ← digits, init
      central   continue after 1 row  400 rows  ← digits, init
    expect "a < b & \\"c\\" hold, all in all, in the end"  run  ← eos[lr=0.5].central, eos[lr=0.5].discrete
    "
  `);
  expect(`\n${outlineOf(picture, { ...plain, width: 40 }).join("\n")}\n`).toMatchInlineSnapshot(`
    "
    digits  unneeded  dataset
    eos[lr=0.5]
      init      damaged
      discrete  cached
        ← digits, init
      central   continue after 1 row
        ← digits, init
    expect "a < b & \\"c\\" hold, all …  run
      ← eos[lr=0.5].central,
        eos[lr=0.5].discrete
    "
  `);
  const colored = { ...plain, colors: picocolors.createColors(true) };
  expect(outlineOf(picture, colored).join("\n")).toContain("\x1b[31mdamaged\x1b[39m");
});

it("in a terminal is no wider than that", () => {
  fc.assert(
    fc.property(fc.integer({ min: 26, max: 120 }), fc.boolean(), (width, color) => {
      const lines = outlineOf(picture, { width, colors: picocolors.createColors(color) });
      for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
    }),
  );
});

it("as DOT", () => {
  expect(dotOf(picture, 'a "file".cflow')).toMatchInlineSnapshot(`
    "digraph "a \\"file\\".cflow" {
      graph [rankdir=LR, bgcolor=transparent, fontname="Helvetica,Arial,sans-serif", fontcolor="#808080", color="#808080"]
      node [shape=box, style="rounded,filled", fontname="Helvetica,Arial,sans-serif", fontsize=11, margin="0.25,0.08", fontcolor="#1a1a1a"]
      edge [color="#808080"]
      "digits" [label="digits\\ndataset\\nunneeded", fillcolor="#ececec", color="#8c8c8c"]
      "expect \\"a < b &amp; \\\\\\"c\\\\\\" hold, all in all, in the end\\"" [label="expect \\"a < b &amp; \\\\\\"c\\\\\\" hold, all\\nin all, in the end\\"\\nrun", fillcolor="#d3e5f6", color="#2f73b5"]
      subgraph cluster_0 {
        label="eos[lr=0.5]"
        "eos[lr=0.5].init" [label="eos[lr=0.5].init\\ninit\\ndamaged", fillcolor="#f6d0d0", color="#b23a3a"]
        "eos[lr=0.5].discrete" [label="eos[lr=0.5].discrete\\ndiscrete, 400 rows\\ncached", fillcolor="#dcecd6", color="#4f8a43"]
        "eos[lr=0.5].central" [label="eos[lr=0.5].central\\ncentral, 400 rows\\ncontinue after 1 row", fillcolor="#fdf0c8", color="#b08400"]
      }
      "digits" -> "eos[lr=0.5].discrete"
      "eos[lr=0.5].init" -> "eos[lr=0.5].discrete"
      "digits" -> "eos[lr=0.5].central"
      "eos[lr=0.5].init" -> "eos[lr=0.5].central"
      "eos[lr=0.5].central" -> "expect \\"a < b &amp; \\\\\\"c\\\\\\" hold, all in all, in the end\\""
      "eos[lr=0.5].discrete" -> "expect \\"a < b &amp; \\\\\\"c\\\\\\" hold, all in all, in the end\\""
    }
    "
  `);
});

it("as Mermaid", () => {
  expect(mermaidOf(picture)).toMatchInlineSnapshot(`
    "flowchart LR
      s0["digits<br/>dataset<br/>unneeded"]:::unneeded
      s4["expect #34;a #60; b #38; \\#34;c\\#34; hold, all<br/>in all, in the end#34;<br/>run"]:::run
      subgraph f0 ["eos[lr=0.5]"]
        s1["eos[lr=0.5].init<br/>init<br/>damaged"]:::damaged
        s2["eos[lr=0.5].discrete<br/>discrete, 400 rows<br/>cached"]:::cached
        s3["eos[lr=0.5].central<br/>central, 400 rows<br/>continue after 1 row"]:::continue
      end
      s0 --> s2
      s1 --> s2
      s0 --> s3
      s1 --> s3
      s3 --> s4
      s2 --> s4
      classDef cached fill:#dcecd6,stroke:#4f8a43,color:#1a1a1a
      classDef continue fill:#fdf0c8,stroke:#b08400,color:#1a1a1a
      classDef run fill:#d3e5f6,stroke:#2f73b5,color:#1a1a1a
      classDef unneeded fill:#ececec,stroke:#8c8c8c,color:#1a1a1a
      classDef damaged fill:#f6d0d0,stroke:#b23a3a,color:#1a1a1a
    "
  `);
});

describe("as SVG", () => {
  it("is the same every time", async () => {
    const svg = await svgOf(picture, "eos.cflow");
    expect(await svgOf(picture, "eos.cflow")).toBe(svg);
    await expect(svg).toMatchFileSnapshot("graph.svg");
  });

  it("has a transparent ground, dark text on light boxes, and no font that has to be there", async () => {
    const svg = await svgOf(picture, "eos.cflow");
    const fonts = new Set([...svg.matchAll(/font-family="([^"]*)"/g)].map(([, font]) => font));
    expect([...fonts]).toEqual(["Helvetica,Arial,sans-serif"]);
    const boxes = [...svg.matchAll(/<path fill="(#\w+)" stroke="#\w+"/g)].map(([, fill]) => fill!);
    expect(boxes).toHaveLength(steps.length);
    for (const fill of boxes) expect(contrast(fill, "#1a1a1a")).toBeGreaterThan(7);
    for (const ground of ["#ffffff", "#000000"]) {
      expect(contrast("#808080", ground)).toBeGreaterThan(3);
    }
    expect(svg).not.toMatch(/<polygon fill="white"/);
  });

  it("shows entities as they are written", async () => {
    const node = { name: "a &lt; b", kind: "command", state: "run", inputs: [] } as const;
    const svg = await svgOf({ nodes: [node], flows: [] }, "x");
    expect(svg).toContain(">a &amp;lt; b</text>");
  });

  it("draws any names", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", minLength: 1, maxLength: 12 }), async (name) => {
        const odd: Picture = {
          nodes: [
            { name, kind: "command", state: "run", inputs: [], flow: name },
            { name: `${name}.x`, kind: "expect", state: "run", inputs: [name] },
          ],
          flows: [name],
        };
        const svg = await svgOf(odd, name);
        expect(svg.match(/class="node"/g)).toHaveLength(2);
        expect(svg.match(/class="edge"/g)).toHaveLength(1);
      }),
      { numRuns: 50 },
    );
  });
});

/** Of two colours, as https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio defines it. */
function contrast(a: string, b: string): number {
  const luminance = (color: string) => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}
