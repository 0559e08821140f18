/** The page's script where it needs no browser: what is drawn of long series, ticks, packed numbers. */
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { envelope, nearestIndex } from "../../src/report/page/client/envelope.js";
import { logarithmicTicks, showTick, showValue } from "../../src/report/page/client/numbers.js";
import { unpack } from "../../src/report/page/client/unpack.js";
import { measured, pack } from "../../src/report/page/pack.js";
import { curve, figure } from "./figures.js";

describe("the envelope of a series", () => {
  const columns = 20;
  const series = fc
    .array(
      fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -50, max: 50 }) }, fc.constant(NaN)),
      {
        minLength: 1,
        maxLength: 600,
      },
    )
    .map((y) => ({ x: y.map((_, i) => i), y }));

  it("keeps every column's extremes, ends and breaks, and little else", () => {
    fc.assert(
      fc.property(series, ({ x, y }) => {
        const column = (value: number) => Math.floor((value / x.length) * columns);
        const kept = envelope(x, y, { from: 0, to: x.length, columns }, column);
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
        if (y.length <= 4 * columns) expect(kept).toHaveLength(y.length);
        else expect(kept.length).toBeLessThanOrEqual(5 * columns);
        for (let c = 0; c < columns; c++) {
          const all = x.filter((value) => column(value) === c);
          const here = kept.filter((i) => column(x[i]!) === c);
          const numbers = (rows: readonly number[]) =>
            rows.map((i) => y[i]!).filter((value) => !Number.isNaN(value));
          expect(Math.max(...numbers(here))).toBe(Math.max(...numbers(all)));
          expect(Math.min(...numbers(here))).toBe(Math.min(...numbers(all)));
          expect([here[0], here.at(-1)]).toEqual([all[0], all.at(-1)]);
          expect(here.some((i) => Number.isNaN(y[i]!))).toBe(all.some((i) => Number.isNaN(y[i]!)));
        }
      }),
    );
  });

  it("takes a neighbour on each side of what is seen", () => {
    const x = [0, 1, 2, 3, 4, 5];
    expect(envelope(x, x, { from: 1.5, to: 3.5, columns }, Math.floor)).toEqual([1, 2, 3, 4, 5]);
    expect(envelope(x, x, { from: 9, to: 10, columns }, Math.floor)).toEqual([5]);
  });

  it("finds the nearest step", () => {
    expect([-9, 2, 2.4, 2.6, 99].map((at) => nearestIndex([0, 1, 2, 3], at))).toEqual([
      0, 2, 2, 3, 3,
    ]);
    expect(nearestIndex([], 1)).toBe(-1);
  });
});

describe("numbers", () => {
  it("are short along axes and exact in read-outs", () => {
    expect([0, 0.25, -40, 1e-4, 2e5, 1e12].map(showTick)).toEqual([
      "0",
      "0.25",
      "−40",
      "10⁻⁴",
      "2·10⁵",
      "10¹²",
    ]);
    expect([0, 400, 0.0231, -1.5e-7, Number.NaN, Infinity].map(showValue)).toEqual([
      "0",
      "400",
      "0.023100",
      "−1.500e−7",
      "–",
      "∞",
    ]);
  });

  it("has ticks on every logarithmic axis, inside of it", () => {
    expect(logarithmicTicks(0.5, 2000)).toEqual([1, 10, 100, 1000]);
    expect(logarithmicTicks(0.9, 21)).toEqual([1, 2, 5, 10, 20]);
    const positive = fc.double({ min: 1e-30, max: 1e30, noNaN: true });
    fc.assert(
      fc.property(positive, fc.double({ min: 1.01, max: 1e9, noNaN: true }), (min, ratio) => {
        const max = min * ratio;
        const ticks = logarithmicTicks(min, max);
        expect(ticks.length).toBeGreaterThanOrEqual(1);
        expect(ticks.length).toBeLessThanOrEqual(12);
        for (const tick of ticks)
          expect(tick >= min * 0.999999 && tick <= max * 1.000001).toBe(true);
      }),
    );
  });
});

describe("packed series", () => {
  it("are what was measured, after the way to the page and back", () => {
    const value = fc.oneof(fc.double(), fc.integer(), fc.constant(null));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), (y) => {
        const { series, figures } = pack([
          { id: "f", members: [], figure: figure("f", [curve(y.length, (i) => y[i]!)]) },
        ]);
        const [packed] = figures[0]!.curves;
        const [steps, values] = [unpack(series[packed!.x]!), unpack(series[packed!.y]!)];
        const expected = measured(curve(y.length, (i) => y[i]!));
        expect([...steps]).toEqual([...expected.x]);
        for (const [i, number] of values.entries()) {
          const exact = expected.y[i]!;
          if (Number.isFinite(exact)) {
            expect(Math.abs(number - exact)).toBeLessThanOrEqual(Math.abs(exact) * 6e-8);
          } else expect(number).toBe(exact);
        }
      }),
    );
  });

  it("go on between measurements that are regular, and break where there were none", () => {
    const every = measured(curve(41, (step) => (step % 10 === 0 ? step : null)));
    expect([...every.y]).toEqual([0, 10, 20, 30, 40]);
    const lost = measured(curve(12, (step) => (step > 3 && step < 9 ? null : step)));
    expect([...lost.x]).toEqual([0, 1, 2, 3, 4, 9, 10, 11]);
    expect([...lost.y]).toEqual([0, 1, 2, 3, Number.NaN, 9, 10, 11]);
  });

  it("keeps steps apart that float32 would merge, and shares steps among curves", () => {
    const steps = [0, 2 ** 24, 2 ** 24 + 1, 2 ** 24 + 3];
    const far = { ...curve(4, (i) => i), x: steps };
    const { series, figures } = pack([{ id: "f", members: [], figure: figure("f", [far, far]) }]);
    expect([...unpack(series[figures[0]!.curves[0]!.x]!)]).toEqual(steps);
    expect(series).toHaveLength(2);
  });
});

it("has names that are unique among the script's modules, which are joined into one", () => {
  const folder = new URL("../../src/report/page/client/", import.meta.url);
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => {
      const text = readFileSync(new URL(file, folder), "utf8");
      return [...text.matchAll(/^(?:export )?(?:const|let|function) (\w+)/gm)].map(
        ([, name]) => name,
      );
    });
  expect(names.length).toBeGreaterThan(30);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});
