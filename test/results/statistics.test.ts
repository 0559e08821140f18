import { describe, expect, it } from "vitest";
import { statisticsOf, tensorStatistics } from "../../src/results/statistics.js";

describe("of a series", () => {
  it.each([
    {
      title: "numbers",
      values: [3, -1, 4, 2],
      is: { rows: 4, missing: 0, notFinite: 0, min: -1, max: 4, mean: 2, first: 3, last: 2 },
    },
    {
      title: "gaps, NaN and infinities",
      values: [null, Number.NaN, 2, undefined, 6, Number.POSITIVE_INFINITY],
      is: {
        rows: 6,
        missing: 2,
        notFinite: 2,
        min: 2,
        max: 6,
        mean: 4,
        first: Number.NaN,
        last: Number.POSITIVE_INFINITY,
      },
    },
    {
      title: "nothing measured",
      values: [null, null],
      is: {
        rows: 2,
        missing: 2,
        notFinite: 0,
        min: null,
        max: null,
        mean: null,
        first: null,
        last: null,
      },
    },
    {
      title: "nothing finite",
      values: [Number.NaN],
      is: {
        rows: 1,
        missing: 0,
        notFinite: 1,
        min: null,
        max: null,
        mean: null,
        first: Number.NaN,
        last: Number.NaN,
      },
    },
    {
      title: "no rows",
      values: [],
      is: {
        rows: 0,
        missing: 0,
        notFinite: 0,
        min: null,
        max: null,
        mean: null,
        first: null,
        last: null,
      },
    },
  ])("$title", ({ values, is }) => {
    expect(statisticsOf(values)).toEqual(is);
  });
});

describe("of a tensor", () => {
  it("has the Euclidean norm", () => {
    const tensor = { name: "w", shape: [2, 2], values: Float32Array.of(1, -2, 2, 4) };
    expect(tensorStatistics(tensor)).toEqual({
      shape: [2, 2],
      type: "float32",
      notFinite: 0,
      min: -2,
      max: 4,
      mean: 1.25,
      norm: 5,
    });
  });

  it("counts what is not finite, and is not led astray by it or by large numbers", () => {
    const values = Float64Array.of(3e200, Number.NaN, 4e200, Number.NEGATIVE_INFINITY);
    const { norm, notFinite, mean } = tensorStatistics({ name: "w", shape: [4], values });
    expect([notFinite, mean]).toEqual([2, 3.5e200]);
    // A quotient, a square, a sum, a root and a product: a few roundings of 2⁻⁵³ each.
    expect(Math.abs(norm / 5e200 - 1)).toBeLessThan(8 * 2 ** -53);
  });

  it("of no values, or of zeros", () => {
    const none = tensorStatistics({ name: "w", shape: [0], values: new Int32Array(0) });
    expect(none).toEqual({
      shape: [0],
      type: "int32",
      notFinite: 0,
      min: null,
      max: null,
      mean: null,
      norm: 0,
    });
    expect(tensorStatistics({ name: "w", shape: [3], values: new Float32Array(3) }).norm).toBe(0);
  });
});
