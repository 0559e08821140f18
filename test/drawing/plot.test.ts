/** Curves whose drawing is known. */
import { describe, expect, it } from "vitest";
import { type PlotOptions, type Plotted, plot } from "../../src/drawing/plot.js";

const plain = (text: string) => text;
const steps = (count: number, first = 0) => Array.from({ length: count }, (_, i) => first + i);

function curve(values: readonly (number | null)[], more: Partial<Plotted> = {}): Plotted {
  return { name: "a.loss", x: steps(values.length), curves: [values], paint: plain, ...more };
}

function drawn(plotted: Plotted | readonly Plotted[], options: Partial<PlotOptions> = {}): string {
  const all = "name" in plotted ? [plotted] : plotted;
  return `\n${plot(all, { width: 26, height: 5, ...options }).join("\n")}\n`;
}

describe("a curve", () => {
  it("that rises evenly", () => {
    expect(drawn(curve(steps(41)))).toMatchInlineSnapshot(`
      "
      a.loss
        40 ┤                ⣀⠤⠒⠉
           │            ⣀⠤⠒⠉
        20 ┤        ⣀⠤⠒⠉
           │    ⣀⠤⠒⠉
         0 ┤⣀⠤⠒⠉
           └┬────┬────┬───┬────┬
      step  0    10   20  30  40
      "
    `);
  });

  it("that is constant lies in the middle, at its value", () => {
    expect(drawn(curve([0.25, 0.25, 0.25]))).toMatchInlineSnapshot(`
      "
      a.loss
           │
           │
      0.25 ┤⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒
           │
           │
           └┬─────────┬────────┬
      step  0         1        2
      "
    `);
    expect(drawn(curve([0, 0, 0]))).toContain("\n   0 ┤");
  });

  it("of powers of ten is straight on a logarithmic scale", () => {
    const decades = curve(steps(13).map((i) => 10 ** -i));
    expect(drawn(decades, { log: true })).toMatchInlineSnapshot(`
      "
      a.loss
       1e-2 ┤⠑⠢⢄⡀
            │   ⠈⠑⠢⢄⡀
       1e-7 ┤       ⠈⠑⠒⠤⡀
            │           ⠈⠑⠢⢄⡀
      1e-12 ┤               ⠈⠑⠢⢄
            └┬──────┬───────┬───
       step  0      5       10
      "
    `);
    const line = (text: string) => [...text].filter((c) => c >= "\u2800" && c <= "\u28ff").join("");
    const straight = drawn(curve(steps(13).map((i) => -i)), { width: 25 });
    expect(line(drawn(decades, { log: true }))).toBe(line(straight));
  });

  it("has gaps where there is no value, or none that is finite", () => {
    const odd = [0, 1, Number.NaN, 3, null, 5, Number.POSITIVE_INFINITY, 7, 8];
    expect(drawn(curve(odd))).toMatchInlineSnapshot(`
      "
      a.loss
           │                 ⠤⠒⠉
         5 ┤            ⡀
           │
           │       ⠈
         0 ┤⣀⠤⠒
           └┬────┬────┬───┬────┬
      step  0    2    4   6    8
      "
    `);
  });

  it("leaves out what a logarithmic scale lacks", () => {
    const [, , ...low] = drawn(curve([-1, 0, 10, 100]), { log: true }).split("\n");
    expect(low.join("\n")).not.toContain("-1");
    expect(drawn(curve([-1, 0]), { log: true })).toBe("\nno positive value to draw\n");
  });

  it("of one point is a dot", () => {
    expect(drawn(curve([3], { x: [7] }))).toMatchInlineSnapshot(`
      "
      a.loss
           │
           │
         3 ┤⠂
           │
           │
           └┬───────────────────
      step  7
      "
    `);
  });

  it("without points is none", () => {
    expect(drawn(curve([]))).toBe("\nno finite value to draw\n");
    expect(drawn(curve([null, Number.NaN]))).toBe("\nno finite value to draw\n");
  });

  it("spans float64", () => {
    const huge = drawn(curve([-Number.MAX_VALUE, Number.MAX_VALUE]));
    expect(huge).toContain("1e308");
    expect(huge).toMatch(/[\u2801-\u28ff]/);
  });
});

describe("several", () => {
  const rising = curve(steps(21), { name: "rises", paint: (text) => `<${text}>` });
  const falling = curve(
    steps(21).map((i) => 20 - i),
    { name: "falls", paint: (text) => `(${text})` },
  );

  it("have letters and colours", () => {
    const pair = drawn([
      { ...rising, paint: plain },
      { ...falling, paint: plain },
    ]);
    expect(pair).toMatchInlineSnapshot(`
      "
      a rises
      b falls
        20 ┤⠑⠢⢄           ⢀⡠⠔⠉ a
           │   ⠉⠒⠤⡀    ⣀⠤⠊⠁
        10 ┤      ⢈⡱⠖⠲⣉
           │   ⣀⠤⠒⠁    ⠉⠒⢄⡀
         0 ┤⡠⠔⠊           ⠈⠑⠢⣀ b
           └┬────────┬───────┬
      step  0        10     20
      "
    `);
    const painted = drawn([rising, falling]);
    expect(painted.replace(/[<>()]/g, "")).toBe(pair);
    expect(painted).toContain("\n<a rises>\n(b falls)\n");
  });

  it("that end at the same height have their letters side by side", () => {
    const lines = drawn([rising, rising]).split("\n");
    expect(lines[3]).toMatch(/ <a><b>$/);
    for (const line of lines) expect(line.replace(/[<>]/g, "").length).toBeLessThanOrEqual(26);
  });

  it("share the steps, of which each may have others", () => {
    const later = curve([1, 1, 1], { name: "later", x: [90, 95, 100] });
    const lines = drawn([rising, later]).split("\n");
    expect(lines.at(-2)).toMatch(/^step {2}0 +\d+ .*100$/);
  });
});

it("a spectrum is drawn with all components", () => {
  const spectrum = {
    ...curve([]),
    x: steps(5),
    curves: [
      [4, 4, 4, 4, 4],
      [null, null, 0, 0, 0],
    ],
  };
  expect(drawn(spectrum)).toMatchInlineSnapshot(`
    "
    a.loss
       4 ┤⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉
         │
       2 ┤
         │
       0 ┤          ⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀
         └┬────┬────┬───┬────┬
    step  0    1    2   3    4
    "
  `);
});

it.each([20, 26, 40, 80, 200])("is %d columns wide, however many steps there are", (width) => {
  const many = curve(steps(100_000).map((i) => Math.sin(i / 1e4)));
  for (const line of drawn(many, { width }).split("\n")) {
    expect(line.length).toBeLessThanOrEqual(width);
  }
});
