import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluate, judge, renameSteps, stepsRead } from "../../src/claims/evaluate.js";
import { claimFunctions, type Series } from "../../src/claims/functions.js";
import type { SeriesExpression } from "../../src/dsl/program.js";

const columns: Record<string, Series> = {
  rising: [0, 1, 2, 3, 4],
  dented: [4, 1, null, 2, 3],
  spent: [null, null, null, null, null],
  diverging: [1, 2, Number.POSITIVE_INFINITY, Number.NaN],
};
const source = (_step: string, series: string) => columns[series]!;
const series = (name: string): SeriesExpression => ({ form: "series", step: "f.p", series: name });
const number = (value: number): SeriesExpression => ({ form: "number", value });
const call = (
  name: string,
  args: readonly SeriesExpression[],
  range: { from?: number; to?: number } = {},
): SeriesExpression => ({ form: "call", function: name, arguments: args, ...range });
const compare = (left: SeriesExpression, operator: "<" | "!=" | ">=", right: number) =>
  ({ form: "binary", operator, left, right: number(right) }) as const;

describe("reductions skip what was not measured", () => {
  const table: [string, SeriesExpression, number][] = [
    ["max", call("max", [series("dented")]), 4],
    ["max from 1", call("max", [series("dented")], { from: 1 }), 3],
    ["max to 2, exclusive", call("max", [series("rising")], { to: 2 }), 1],
    ["min", call("min", [series("dented")]), 1],
    ["mean", call("mean", [series("dented")]), 2.5],
    ["final", call("final", [series("rising")]), 4],
    ["final to 3", call("final", [series("dented")], { to: 3 }), 1],
    ["at", call("at", [series("rising"), number(3)]), 3],
    ["at an unmeasured row", call("at", [series("dented"), number(2)]), Number.NaN],
    ["at beyond the end", call("at", [series("rising"), number(9)]), Number.NaN],
    ["max of nothing", call("max", [series("spent")]), Number.NaN],
    ["a NaN shows in max", call("max", [series("diverging")]), Number.NaN],
    ["relative_error to itself", call("relative_error", [series("rising"), series("rising")]), 0],
    // |4−0| + |1−1| + |2−3| + |3−4| over 0 + 1 + 3 + 4
    ["relative_error", call("relative_error", [series("dented"), series("rising")]), 6 / 8],
  ];
  it.each(table)("%s", (_name, expression, value) => {
    expect(evaluate(expression, source)).toBe(value);
  });
});

describe("arithmetic", () => {
  it("works row by row and keeps what was not measured", () => {
    const sum: SeriesExpression = {
      form: "binary",
      operator: "+",
      left: series("rising"),
      right: { form: "negate", of: series("dented") },
    };
    expect(evaluate(sum, source)).toEqual([-4, 0, null, 1, 1]);
  });

  it("raises to powers", () => {
    const power: SeriesExpression = {
      form: "binary",
      operator: "^",
      left: series("dented"),
      right: number(2),
    };
    expect(evaluate(power, source)).toEqual([16, 1, null, 4, 9]);
  });

  it("ends with the shorter series", () => {
    const product: SeriesExpression = {
      form: "binary",
      operator: "*",
      left: series("rising"),
      right: series("diverging"),
    };
    expect(evaluate(product, source)).toEqual([0, 2, Number.POSITIVE_INFINITY, Number.NaN]);
  });

  it("takes changes between rows that were both measured", () => {
    expect(evaluate(call("change", [series("rising")]), source)).toEqual([null, 1, 1, 1, 1]);
    expect(evaluate(call("change", [series("dented")]), source)).toEqual([null, -3, null, null, 1]);
  });

  it("takes absolute values of numbers and of series", () => {
    expect(evaluate(call("abs", [number(-2)]), source)).toBe(2);
    expect(evaluate(call("abs", [series("dented")]), source)).toEqual([4, 1, null, 2, 3]);
  });
});

describe("smooth", () => {
  const smooth = claimFunctions.find(({ name }) => name === "smooth")!;
  const apply = (values: Series, width: number) => smooth.evaluate([values, width]) as number[];

  it("keeps constants up to both ends", () => {
    for (const value of apply(Array(30).fill(3), 5)) expect(value).toBeCloseTo(3, 12);
  });

  it("keeps straight lines away from the ends", () => {
    const line = Array.from({ length: 101 }, (_, i) => i);
    // Beyond four standard deviations the window is symmetric: the slope cancels.
    expect(apply(line, 5)[50]).toBeCloseTo(50, 10);
  });

  it("removes an oscillation of period two by the Gaussian's transform", () => {
    const wave = Array.from({ length: 201 }, (_, i) => (i % 2 === 0 ? 1 : -1));
    // exp(−π²σ²/2) at σ = 1, up to the four-sigma cut and aliasing.
    expect(Math.abs(apply(wave, 1)[100]!)).toBeCloseTo(2 * Math.exp(-(Math.PI ** 2) / 2), 3);
  });

  it("is linear and bounded by its input", () => {
    const row = fc.option(fc.double({ min: -1e3, max: 1e3, noNaN: true }));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), (values) => {
        const measured = values.filter((value) => value !== null);
        const [low, high] = [Math.min(...measured) - 1e-9, Math.max(...measured) + 1e-9];
        for (const [i, value] of apply(values, 3).entries()) {
          expect(value === null).toBe(values[i] === null);
          if (value !== null) expect(value >= low && value <= high).toBe(true);
        }
      }),
    );
  });
});

describe("verdicts", () => {
  it("compare the measured left side with the bound", () => {
    expect(judge(compare(call("max", [series("rising")]), "<", 4.5), source)).toEqual({
      holds: true,
      value: 4,
      bound: 4.5,
    });
    expect(judge(compare(call("final", [series("rising")]), ">=", 5), source).holds).toBe(false);
  });

  it("never hold for what was not measured", () => {
    for (const operator of ["<", "!=", ">="] as const) {
      expect(judge(compare(call("max", [series("spent")]), operator, 0), source).holds).toBe(false);
    }
  });
});

it("lists each step read once, and renames them", () => {
  const expression = compare(call("relative_error", [series("a"), series("b")]), "<", 1);
  expect(stepsRead(expression)).toEqual(["f.p"]);
  expect(stepsRead(renameSteps(expression, (name) => `${name}!`))).toEqual(["f.p!"]);
});
