import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { frobenius } from "../../src/linalg/dense.js";
import {
  applyOnSvec,
  congruence,
  smat,
  svec,
  svecEntries,
  svecLength,
} from "../../src/linalg/svec.js";
import { randomMatrix } from "./matrices.js";

const sizes = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer());
const symmetric = (k: number, seed: number) => {
  const matrix = randomMatrix(k, k, seed);
  return Matrix.add(matrix, matrix.transpose());
};

test("svec lists the lower triangle row by row", () => {
  const matrix = new Matrix([
    [1, 2, 4],
    [2, 3, 5],
    [4, 5, 6],
  ]);
  const root = Math.SQRT2;
  expect([...svec(matrix)]).toEqual([1, 2 * root, 3, 4 * root, 5 * root, 6]);
  expect(svecEntries(2).map(({ i, j }) => [i, j])).toEqual([
    [0, 0],
    [1, 0],
    [1, 1],
  ]);
});

test("svec is an isometry, and smat its inverse", () => {
  fc.assert(
    fc.property(sizes, ([k, seed]) => {
      const x = symmetric(k, seed);
      const y = symmetric(k, seed + 1);
      const sum = svec(x).reduce((total, value, i) => total + value * svec(y)[i]!, 0);
      expect(svec(x)).toHaveLength(svecLength(k));
      // k² float64 terms of size at most 4.
      expect(Math.abs(sum - frobenius(x, y))).toBeLessThan(k * k * 4 * 2 ** -50);
      expect(Matrix.sub(smat(svec(x)), x).norm()).toBeLessThan(k * 2 ** -50);
    }),
  );
});

test("congruence is Y ↦ GYGᵀ", () => {
  fc.assert(
    fc.property(sizes, ([k, seed]) => {
      const g = randomMatrix(k, k, seed);
      const y = symmetric(k, seed + 1);
      const expected = g.mmul(y).mmul(g.transpose());
      const difference = Matrix.sub(applyOnSvec(congruence(g), y), expected);
      expect(difference.norm()).toBeLessThan(k ** 3 * 2 ** -50);
    }),
  );
});
