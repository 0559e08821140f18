/** The page's script where it needs no browser: read-outs, packed numbers, modules as one script. */
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientFiles } from "../../src/report/page/assets.js";
import { showValue } from "../../src/report/page/client/numbers.js";
import type { Payload } from "../../src/report/page/client/payload.js";
import { unpack } from "../../src/report/page/client/unpack.js";
import { reportPage } from "../../src/report/page/document.js";
import { columnsFor, measured, pack } from "../../src/report/page/pack.js";
import { assets, curve, figure, report } from "./figures.js";

describe("numbers", () => {
  it("have five digits in read-outs", () => {
    expect([0, 400, 0.0231, -1.5e-7, Number.NaN, Infinity].map(showValue)).toEqual([
      "0",
      "400",
      "0.023100",
      "−1.500e−7",
      "–",
      "∞",
    ]);
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

  it("are thinned to columns of pixels where that is asked for, extremes and gaps kept", () => {
    const long = curve(100_001, (step) => (step === 40_000 ? 9 : step % 2));
    const placed = [{ id: "f", members: [], figure: figure("f", [long]) }];
    const rowsOf = ({ series, figures }: Payload) => {
      const { x, y } = figures[0]!.curves[0]!;
      return [unpack(series[x]!), unpack(series[y]!)] as const;
    };
    const [x, y] = rowsOf(pack(placed, 100));
    expect(x.length).toBeLessThan(500);
    expect([x[0], x.at(-1)]).toEqual([0, 100_000]);
    expect(y[x.indexOf(40_000)]).toBe(9);
    expect(rowsOf(pack(placed))[0]).toHaveLength(100_001);
  });

  it("are thinned where a page would have too many, each curve counted once, and the page says so", () => {
    const shared = curve(3000, (step) => Math.sin(step));
    const other = curve(3000, (step) => Math.cos(step));
    const placed = [
      { id: "a", members: [], figure: figure("a", [shared, other]) },
      { id: "b", members: [], figure: figure("b", [{ ...shared, member: 0 }]) },
    ];
    expect(columnsFor(placed, 6000)).toBeUndefined();
    expect(columnsFor(placed, 5000)).toBe(625);
    // Fewer would hide too much.
    expect(columnsFor(placed, 100)).toBe(200);
    const note = (points: number) =>
      /in each of (\d+) parts/.exec(
        reportPage(report(figure("f", [curve(points, (step) => step % 7)])), { assets }),
      )?.[1];
    expect(note(1_000_000)).toBeUndefined();
    expect(note(1_000_001)).toBe("250000");
  });

  it("keeps steps apart that float32 would merge, and shares steps among curves", () => {
    const steps = [0, 2 ** 24, 2 ** 24 + 1, 2 ** 24 + 3];
    const far = { ...curve(4, (i) => i), x: steps };
    const { series, figures } = pack([{ id: "f", members: [], figure: figure("f", [far, far]) }]);
    expect([...unpack(series[figures[0]!.curves[0]!.x]!)]).toEqual(steps);
    expect(series).toHaveLength(2);
  });
});

it("has all modules of its folder, with names that are unique among them, as it is joined into one", () => {
  const folder = new URL("../../src/report/page/client/", import.meta.url);
  const own = readdirSync(folder).filter((file) => file.endsWith(".ts"));
  const all = clientFiles.map((name) => `${name}.ts`);
  // The payload is types alone.
  expect(all.filter((name) => !name.includes("/"))).toEqual(
    expect.arrayContaining(own.filter((name) => name !== "payload.ts")),
  );
  const names = all.flatMap((file) => {
    const text = readFileSync(new URL(file, folder), "utf8");
    return [...text.matchAll(/^(?:export )?(?:const|let|function) (\w+)/gm)].map(
      ([, name]) => name,
    );
  });
  expect(names.length).toBeGreaterThan(40);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});
