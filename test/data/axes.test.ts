import fc from "fast-check";
import { expect, test } from "vitest";
import { indexAt, permuteAxes, sizeOf } from "../../src/data/axes.js";

const shapeAndAxes = fc
  .array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 })
  .chain((shape) =>
    fc.tuple(
      fc.constant(shape),
      fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
    ),
  );

test("a permuted array holds at (i[a0], i[a1], …) what the array holds at (i0, i1, …)", () => {
  fc.assert(
    fc.property(shapeAndAxes, ([shape, axes]) => {
      const values = Int32Array.from({ length: sizeOf(shape) }, (_, i) => i);
      const permuted = permuteAxes(values, shape, axes);
      const lengths = axes.map((axis) => shape[axis]!);
      for (let i = 0; i < permuted.length; i++) {
        const index = indexAt(i, lengths);
        const original = indexAt(permuted[i]!, shape);
        expect(index).toEqual(axes.map((axis) => original[axis]));
      }
    }),
  );
});

test("permuting twice with inverse axes gives the array back", () => {
  fc.assert(
    fc.property(shapeAndAxes, ([shape, axes]) => {
      const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => i);
      const lengths = axes.map((axis) => shape[axis]!);
      const inverse = shape.map((_, axis) => axes.indexOf(axis));
      expect(permuteAxes(permuteAxes(values, shape, axes), lengths, inverse)).toEqual(values);
    }),
  );
});

test("a matrix is transposed", () => {
  const values = Float64Array.of(1, 2, 3, 4, 5, 6);
  expect(permuteAxes(values, [2, 3], [1, 0])).toEqual(Float64Array.of(1, 4, 2, 5, 3, 6));
});
