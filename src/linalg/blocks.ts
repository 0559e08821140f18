/**
 * Kernels on tall, skinny blocks: arrays of equally long columns. Sums run in float64, so an inner
 * product of float32 data is right to about 1e-15 of Σ|xᵢyᵢ|; only what is stored back rounds to the
 * columns' own precision.
 */
import { Matrix } from "ml-matrix";
import { dot } from "./dot.js";
import { type Vector, zerosLike } from "./vector.js";

/** Rows handled at a time: the float64 sums of a chunk stay in the first-level cache. */
const chunk = 1024;

/** LᵀR: one row a column of `left`, one column a column of `right`. */
export function gram(left: readonly Vector[], right: readonly Vector[]): Matrix {
  const result = new Matrix(left.length, right.length);
  left.forEach((x, i) => {
    right.forEach((y, j) => {
      result.set(i, j, dot(x, y));
    });
  });
  return result;
}

/** LᵀR where it is known to be symmetric, as XᵀX or XᵀAX: half the work, and symmetric exactly. */
export function symmetricGram(left: readonly Vector[], right: readonly Vector[]): Matrix {
  const result = new Matrix(left.length, left.length);
  for (let i = 0; i < left.length; i++) {
    for (let j = 0; j <= i; j++) {
      const value = dot(left[i]!, right[j]!);
      result.set(i, j, value);
      result.set(j, i, value);
    }
  }
  return result;
}

/** Linear combinations of columns: column j of the result is Σᵢ columns[i]·coefficients[i, j]. */
export function combine(columns: readonly Vector[], coefficients: Matrix): Vector[] {
  const n = columns[0]?.length ?? 0;
  const results = Array.from({ length: coefficients.columns }, () => zerosLike(columns[0]!, n));
  const sums = new Float64Array(chunk);
  for (let from = 0; from < n; from += chunk) {
    const length = Math.min(chunk, n - from);
    results.forEach((result, j) => {
      sums.fill(0);
      accumulate(columns, coefficients, j, from, length, sums);
      for (let i = 0; i < length; i++) result[from + i] = sums[i]!;
    });
  }
  return results;
}

/** Adds column j's combination over rows from … from + length to `sums`, four columns in a pass. */
function accumulate(
  columns: readonly Vector[],
  coefficients: Matrix,
  j: number,
  from: number,
  length: number,
  sums: Float64Array,
): void {
  const whole = columns.length - (columns.length % 4);
  for (let c = 0; c < whole; c += 4) {
    const x0 = columns[c]!;
    const x1 = columns[c + 1]!;
    const x2 = columns[c + 2]!;
    const x3 = columns[c + 3]!;
    const f0 = coefficients.get(c, j);
    const f1 = coefficients.get(c + 1, j);
    const f2 = coefficients.get(c + 2, j);
    const f3 = coefficients.get(c + 3, j);
    for (let i = 0; i < length; i++) {
      const row = from + i;
      sums[i]! += f0 * x0[row]! + f1 * x1[row]! + f2 * x2[row]! + f3 * x3[row]!;
    }
  }
  for (let c = whole; c < columns.length; c++) {
    const x = columns[c]!;
    const f = coefficients.get(c, j);
    for (let i = 0; i < length; i++) sums[i]! += f * x[from + i]!;
  }
}
