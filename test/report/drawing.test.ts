/** From figures to pictures: which rows are needed, what range is shown, where lines are cut. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearestIndex } from "../../src/report/ascending.js";
import { axisLabels, axisTicks } from "../../src/report/axis.js";
import { downsample } from "../../src/report/downsample.js";
import type { Curve, Figure } from "../../src/report/figure.js";
import { xRange, yRange } from "../../src/report/range.js";
import { type Point, within } from "../../src/report/within.js";

const value = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -100, max: 100, noNaN: true }) },
  fc.constantFrom(null, Number.NaN, Number.POSITIVE_INFINITY),
);

describe("downsampling", () => {
  const columns = 20;
  const frame = { from: 0, to: 1000 };
  const column = (x: number) => Math.floor((x / 1000) * columns);

  it("keeps ends, extremes and gaps of every column of pixels, at most five a column", () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1000, maxLength: 1000 }), (y) => {
        const x = y.map((_, i) => i);
        const kept = downsample(x, y, frame, column);
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
        expect(kept.length).toBeLessThanOrEqual(5 * columns);
        for (let i = 0; i < columns; i++) {
          const all = x.filter((each) => column(each) === i);
          const some = kept.filter((row) => column(x[row]!) === i);
          const finite = (rows: number[]) => rows.filter((row) => Number.isFinite(y[row]));
          const ends = (rows: number[]) => [finite(rows)[0], finite(rows).at(-1)];
          const values = (rows: number[]) => finite(rows).map((row) => y[row]!);
          expect(ends(some)).toEqual(ends(all));
          expect(Math.min(...values(some))).toBe(Math.min(...values(all)));
          expect(Math.max(...values(some))).toBe(Math.max(...values(all)));
          expect(finite(some).length < some.length).toBe(finite(all).length < all.length);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("keeps a short series whole, and the neighbours of a part of a long one", () => {
    const x = [0, 10, 20, 30, 40];
    const y = [5, 4, null, 2, 1];
    const rows = (from: number, to: number) => downsample(x, y, { from, to }, (at) => at);
    expect(rows(0, 40)).toEqual([0, 1, 2, 3, 4]);
    expect(rows(15, 25)).toEqual([1, 2, 3]);
    expect(rows(50, 60)).toEqual([4]);
    expect(rows(10, 10)).toEqual([0, 1, 2]);
    expect(downsample([], [], frame, column)).toEqual([]);
  });

  it("keeps what is dense on one side alone, as on a logarithmic axis", () => {
    const x = Array.from({ length: 1000 }, (_, i) => i + 1);
    const y = x.map((_, i) => (i % 2 === 0 ? 1 : -1));
    const kept = downsample(x, y, { from: 1, to: 1000 }, (at) => Math.floor(20 * Math.log10(at)));
    expect(kept.slice(0, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(kept.length).toBeLessThanOrEqual(5 * 60);
  });

  it("takes a long series to what a picture has room for", () => {
    const x = Int32Array.from({ length: 1_000_000 }, (_, i) => i);
    const y = Float64Array.from(x, (i) => Math.sin(i));
    const kept = downsample(x, y, { from: 0, to: 1e6 }, (at) => Math.floor(at * 6e-4));
    expect(kept.length).toBeLessThanOrEqual(2400);
  });
});

it("the nearest of ascending numbers is found", () => {
  const places = [-9, 2, 2.4, 2.6, 99].map((at) => nearestIndex([0, 1, 2, 3], at));
  expect(places).toEqual([0, 2, 2, 3, 3]);
  expect(nearestIndex([], 1)).toBe(-1);
});

describe("ticks of an axis", () => {
  it.each([
    ["linear", 0, 3, ["0", "1", "2", "3"]],
    ["log", 0.5, 2000, ["1", "10", "100", "1000"]],
    ["log", 0.9, 21, ["1", "2", "5", "10", "20"]],
    ["log", 1.1, 1.9, ["1.2", "1.4", "1.6", "1.8"]],
    ["log", 2e-5, 0.3, ["10⁻⁴", "10⁻³", "10⁻²", "10⁻¹"]],
    ["log", 6e-6, 3e-4, ["10⁻⁵", "2·10⁻⁵", "5·10⁻⁵", "10⁻⁴", "2·10⁻⁴"]],
    ["linear", 0, 3e-9, ["0", "10⁻⁹", "2·10⁻⁹", "3·10⁻⁹"]],
    ["log", 3e-12, 1e3, ["10⁻¹¹", "10⁻⁸", "10⁻⁵", "10⁻²", "10¹"]],
  ] as const)("%s between %d and %d", (scale, from, to, labels) => {
    expect(axisLabels(scale, axisTicks(scale, { from, to }, 5))).toEqual(labels);
  });

  it("are on every logarithmic axis, inside of it", () => {
    const positive = fc.double({ min: 1e-30, max: 1e30, noNaN: true });
    fc.assert(
      fc.property(positive, fc.double({ min: 1.01, max: 1e9, noNaN: true }), (from, ratio) => {
        const to = from * ratio;
        const ticks = axisTicks("log", { from, to }, 6);
        expect(ticks.length).toBeGreaterThanOrEqual(1);
        expect(ticks.length).toBeLessThanOrEqual(8);
        for (const tick of ticks)
          expect(tick >= from * 0.999999 && tick <= to * 1.000001).toBe(true);
      }),
    );
  });
});

const curve = (y: (number | null)[], more: Partial<Curve> = {}): Curve => ({
  ...{ label: "a", role: "central" },
  x: y.map((_, i) => i),
  y,
  ...more,
});
const figure = (curves: Curve[], more: Partial<Figure> = {}): Figure => ({
  ...{ name: "a", title: "A", caption: "Some.", levels: [], curves },
  x: { label: "step" },
  y: { label: "a", scale: "linear" },
  ...more,
});

describe("the range of y", () => {
  const wave = Array.from({ length: 1000 }, (_, i) => 10 + Math.sin(i / 10));

  it("holds every value of ordinary curves", () => {
    const { from, to } = yRange(figure([curve(wave)]));
    expect([from, to]).toEqual([expect.closeTo(8.94, 2), expect.closeTo(11.06, 2)]);
    expect(yRange(figure([curve([1, 5])])).from).toBe(0);
  });

  it("follows outliers a little, and what stands aside, but levels all the way", () => {
    const spiked = wave.map((each, i) => (i === 500 ? 1e6 : each));
    const { from, to } = yRange(figure([curve(spiked)]));
    expect(from).toBeGreaterThan(8.5);
    expect(to).toBeLessThan(12);
    expect(to).toBeGreaterThan(11.5);
    const rising = curve(
      wave.map((_, i) => i),
      { aside: true },
    );
    const both = yRange(figure([curve(wave), rising]));
    expect([both.from, both.to]).toEqual([expect.closeTo(8.1, 1), expect.closeTo(11.9, 1)]);
    const levels = [{ label: "far", value: 40 }];
    expect(yRange(figure([curve(wave)], { levels })).to).toBeGreaterThan(40);
    expect(yRange(figure([rising])).to).toBeGreaterThan(999);
  });

  it("is of finite values, and on a logarithmic scale of positive ones", () => {
    const y = { label: "a", scale: "log" } as const;
    const values = [null, Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 1e-3, 10];
    const { from, to } = yRange(figure([curve(values)], { y }));
    expect(from).toBeCloseTo(10 ** (-3 - 0.12), 12);
    expect(to).toBeCloseTo(10 ** 1.12, 12);
    expect(yRange(figure([curve([-1, null])], { y }))).toEqual({ from: 0.1, to: 10 });
  });

  it("has space around what is flat, and something where there is nothing", () => {
    const flat = yRange(figure([curve([2, 2, 2])]));
    expect(flat.from).toBeLessThan(1.5);
    expect(flat.to).toBeGreaterThan(2.5);
    expect(yRange(figure([curve([0, 0])]))).toMatchObject({ to: expect.closeTo(1.06) });
    expect(yRange(figure([]))).toEqual({ from: 0, to: 1 });
  });
});

it("the range of x is that of all curves", () => {
  const late = curve([1, 2], { x: [40, 90] });
  expect(xRange(figure([curve([1, 2, 3]), late, curve([])]))).toEqual({ from: 0, to: 90 });
  expect(xRange(figure([curve([1])]))).toEqual({ from: -0.5, to: 0.5 });
  expect(xRange(figure([]))).toEqual({ from: 0, to: 1 });
});

describe("cutting lines", () => {
  const range = { from: 0, to: 10 };
  const cut = (...ys: number[]) =>
    within(
      ys.map((y, x): Point => [x, y]),
      range,
    );
  const gap = [Number.NaN, Number.NaN];

  it("ends parts on the edges", () => {
    expect(cut(5, 15, 5)).toEqual([[0, 5], [0.5, 10], gap, [1.5, 10], [2, 5]]);
    expect(cut(-10, 20)).toEqual([
      [expect.closeTo(1 / 3), 0],
      [expect.closeTo(2 / 3), expect.closeTo(10)],
    ]);
    expect(cut(20, 30, 11)).toEqual([]);
    expect(cut(1, 2, 10)).toEqual([
      [0, 1],
      [1, 2],
      [2, 10],
    ]);
  });

  it("keeps the line's own gaps, once, and single points", () => {
    expect(cut(1, Number.NaN, Number.NaN, 2, Number.NaN)).toEqual([[0, 1], gap, [3, 2]]);
    expect(cut(Number.NEGATIVE_INFINITY, 3)).toEqual([[1, 3]]);
  });

  it("gives points of the range alone, each on the line", () => {
    const y = fc.double({ min: -30, max: 30, noNaN: true });
    fc.assert(
      fc.property(fc.array(y, { maxLength: 12 }), (ys) => {
        const kept = cut(...ys);
        for (const [x, y] of kept) {
          if (Number.isNaN(y)) continue;
          const i = Math.min(Math.floor(x), ys.length - 2);
          const on = ys.length === 1 ? ys[0]! : ys[i]! + (x - i) * (ys[i + 1]! - ys[i]!);
          expect(y).toBeCloseTo(on, 6);
          expect(y).toBeGreaterThan(-1e-9);
          expect(y).toBeLessThan(10 + 1e-9);
        }
        const inside = ys.flatMap((each, x) => (each >= 0 && each <= 10 ? [[x, each]] : []));
        for (const point of inside) expect(kept).toContainEqual(point);
      }),
    );
  });
});
