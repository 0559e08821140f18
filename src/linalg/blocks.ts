/**
 * Kernels on tall, skinny blocks: arrays of equally long columns. Sums run in float64, so an inner
 * product of float32 data is right to about 1e-15 of Σ|xᵢyᵢ|; only what is stored back rounds to the
 * columns' own precision.
 */
import { Matrix } from "ml-matrix";
import { dot } from "./dot.js";
import { combineSingles, gramSingles } from "./kernels/blocks.js";
import { type Vector, zerosLike } from "./vector.js";

/** LᵀR: one row a column of `left`, one column a column of `right`. */
export function gram(left: readonly Vector[], right: readonly Vector[]): Matrix {
  if (areSingles(left) && areSingles(right)) return gramSingles(left, right);
  const result = new Matrix(left.length, right.length);
  left.forEach((x, i) => {
    right.forEach((y, j) => {
      result.set(i, j, dot(x, y));
    });
  });
  return result;
}

/** LᵀR where it is known to be symmetric, as XᵀX or XᵀAX: symmetric exactly. */
export function symmetricGram(left: readonly Vector[], right: readonly Vector[]): Matrix {
  const result = gram(left, right);
  for (let i = 0; i < left.length; i++) {
    for (let j = 0; j < i; j++) result.set(j, i, result.get(i, j));
  }
  return result;
}

/** Linear combinations of columns: column j of the result is Σᵢ columns[i]·coefficients[i, j]. */
export function combine(columns: readonly Vector[], coefficients: Matrix): Vector[] {
  if (areSingles(columns)) return combineSingles(columns, coefficients);
  const n = columns[0]!.length;
  return Array.from({ length: coefficients.columns }, (_, j) => {
    const result = zerosLike(columns[0]!, n);
    columns.forEach((column, c) => {
      const factor = coefficients.get(c, j);
      for (let i = 0; i < n; i++) result[i]! += factor * column[i]!;
    });
    return result;
  });
}

/** Vectors are of one precision all. */
function areSingles(columns: readonly Vector[]): columns is readonly Float32Array[] {
  return !(columns[0] instanceof Float64Array);
}
