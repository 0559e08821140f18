import type * as TfModule from "@tensorflow/tfjs";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { layers } from "../../src/models/index.js";
import { cpuTf } from "./tfjs.js";

let tf: typeof TfModule;
beforeAll(async () => {
  tf = await cpuTf();
});

const layer = (name: string) => layers.find((entry) => entry.name === name)!;
const vector = (length: number) =>
  fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: length, maxLength: length });
const rows = fc.integer({ min: 2, max: 6 }).chain((width) =>
  fc.record({
    rows: fc.array(vector(width), { minLength: 1, maxLength: 4 }),
    scale: vector(width),
    shift: vector(width),
  }),
);
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** A dozen float32 roundings of values up to 4·√6. */
const TOLERANCE = 12 * 10 * 2 ** -24;

function expectClose(actual: number[][], expected: readonly (readonly number[])[]) {
  for (const [r, row] of expected.entries()) {
    for (const [i, value] of row.entries()) {
      expect(Math.abs(actual[r]![i]! - value)).toBeLessThan(TOLERANCE);
    }
  }
}

describe("layernorm", () => {
  const layernorm = layer("layernorm");

  test("starts as γ = 1, β = 0 of the last axis", () => {
    expect(layernorm.output({}, [15, 8])).toEqual([15, 8]);
    expect(layernorm.parameters({}, [15, 8])).toEqual([
      { name: "gamma", shape: [8], initial: { form: "constant", value: 1 }, torchAxes: [0] },
      { name: "beta", shape: [8], initial: { form: "constant", value: 0 }, torchAxes: [0] },
    ]);
  });

  test("is γ(x − mean)/(std + 10⁻⁶) + β with the unbiased std", () => {
    fc.assert(
      fc.property(rows, ({ rows, scale, shift }) => {
        const deviations = rows.map((row) => {
          const centered = row.map((value) => value - total(row) / row.length);
          const variance = total(centered.map((value) => value ** 2)) / (row.length - 1);
          return { centered, std: Math.sqrt(variance) };
        });
        // Where the deviation is of the size of float32's rounding of x, so is the difference.
        fc.pre(deviations.every(({ std }) => std > 0.5));
        const expected = deviations.map(({ centered, std }) =>
          centered.map((value, i) => (scale[i]! * value) / (std + 1e-6) + shift[i]!),
        );
        const parameters = [tf.tensor1d(scale), tf.tensor1d(shift)];
        const y = layernorm.apply(tf, {}, parameters, tf.tensor2d(rows));
        expectClose(y.arraySync() as number[][], expected);
      }),
    );
  });

  test("of a constant is β: ε keeps it from dividing by zero", () => {
    const parameters = [tf.tensor1d([2, 3, 4]), tf.tensor1d([5, 6, 7])];
    const y = layernorm.apply(tf, {}, parameters, tf.tensor2d([[1.5, 1.5, 1.5]]));
    expect(y.arraySync()).toEqual([[5, 6, 7]]);
  });

  test.each([
    [[], "put flatten before it"],
    [[7, 1], "leave it out, or widen what it gets"],
  ])("refuses %o, which has no deviation", (input, help) => {
    const misfit = "layernorm needs an axis of several numbers, whose deviations it compares";
    expect(layernorm.output({}, input)).toEqual({ misfit, help });
  });
});

describe("rmsnorm", () => {
  const rmsnorm = layer("rmsnorm");

  test("starts as γ = 1 of the last axis", () => {
    expect(rmsnorm.output({}, [15, 8])).toEqual([15, 8]);
    expect(rmsnorm.parameters({}, [15, 8])).toEqual([
      { name: "weight", shape: [8], initial: { form: "constant", value: 1 }, torchAxes: [0] },
    ]);
  });

  test("is γ·x/√(mean x² + 10⁻⁵)", () => {
    fc.assert(
      fc.property(rows, ({ rows, scale }) => {
        const expected = rows.map((row) => {
          const square = total(row.map((value) => value ** 2)) / row.length;
          return row.map((value, i) => (scale[i]! * value) / Math.sqrt(square + 1e-5));
        });
        const y = rmsnorm.apply(tf, {}, [tf.tensor1d(scale)], tf.tensor2d(rows));
        expectClose(y.arraySync() as number[][], expected);
      }),
    );
  });

  test("needs an axis", () => {
    expect(rmsnorm.output({}, [])).toEqual({
      misfit: "rmsnorm needs an axis to act on, but an example is a single number",
      help: "put flatten before it",
    });
  });
});
