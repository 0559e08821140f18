/** From figures to pictures: which rows are needed, what range is shown, where lines are cut. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { downsample } from "../../src/report/downsample.js";
import type { Curve, Figure } from "../../src/report/figure.js";
import { xRange, yRange } from "../../src/report/range.js";
import { type Point, within } from "../../src/report/within.js";

const value = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -100, max: 100, noNaN: true }) },
  fc.constantFrom(null, Number.NaN, Number.POSITIVE_INFINITY),
);

describe("downsampling", () => {
  const frame = { from: 0, to: 999, columns: 20 };
  const column = (x: number) => Math.min(19, Math.floor(x / (999 / 20)));

  it("keeps ends, extremes and gaps of every column of pixels, at most five a column", () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1000, maxLength: 1000 }), (y) => {
        const x = y.map((_, i) => i);
        const kept = downsample(x, y, frame);
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
        expect(kept.length).toBeLessThanOrEqual(5 * 20);
        for (let i = 0; i < 20; i++) {
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
    expect(downsample(x, y, { from: 0, to: 40, columns: 100 })).toEqual([0, 1, 2, 3, 4]);
    expect(downsample(x, y, { from: 15, to: 25, columns: 100 })).toEqual([1, 2, 3]);
    expect(downsample(x, y, { from: 50, to: 60, columns: 100 })).toEqual([4]);
    expect(downsample(x, y, { from: 10, to: 10, columns: 100 })).toEqual([0, 1, 2]);
    expect(downsample([], [], frame)).toEqual([]);
  });

  it("takes a long series to what a picture has room for", () => {
    const x = Int32Array.from({ length: 1_000_000 }, (_, i) => i);
    const y = Float64Array.from(x, (i) => Math.sin(i));
    expect(downsample(x, y, { from: 0, to: 1e6, columns: 600 }).length).toBeLessThanOrEqual(2400);
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
  x: { label: "step", scale: "linear" },
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
