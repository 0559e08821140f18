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
  const factors = results.map((_, j) => Float64Array.from(coefficients.getColumn(j)));
  const [sums, others] = [new Float64Array(chunk), new Float64Array(chunk)];
  for (let from = 0; from < n; from += chunk) {
    const length = Math.min(chunk, n - from);
    // Two results at a time: each number is loaded and widened once for both.
    for (let j = 0; j < results.length; j += 2) {
      const second = factors[j + 1] ?? noFactors;
      accumulate(columns, factors[j]!, second, from, length, sums, others);
      store(sums, results[j]!, from, length);
      if (second !== noFactors) store(others, results[j + 1]!, from, length);
    }
  }
  return results;
}

/** For want of a second result. */
const noFactors = new Float64Array(0);

/** Two combinations of the rows from … from + length, four columns in a pass. */
function accumulate(
  columns: readonly Vector[],
  f: Float64Array,
  g: Float64Array,
  from: number,
  length: number,
  sums: Float64Array,
  others: Float64Array,
): void {
  sums.fill(0);
  others.fill(0);
  const whole = columns.length - (columns.length % 4);
  for (let c = 0; c < whole; c += 4) {
    const x0 = columns[c]!;
    const x1 = columns[c + 1]!;
    const x2 = columns[c + 2]!;
    const x3 = columns[c + 3]!;
    const [f0, f1, f2, f3] = [f[c]!, f[c + 1]!, f[c + 2]!, f[c + 3]!];
    const [g0, g1, g2, g3] = [g[c] ?? 0, g[c + 1] ?? 0, g[c + 2] ?? 0, g[c + 3] ?? 0];
    for (let i = 0; i < length; i++) {
      const row = from + i;
      const [a, b, d, e] = [x0[row]!, x1[row]!, x2[row]!, x3[row]!];
      sums[i]! += f0 * a + f1 * b + f2 * d + f3 * e;
      others[i]! += g0 * a + g1 * b + g2 * d + g3 * e;
    }
  }
  for (let c = whole; c < columns.length; c++) {
    const x = columns[c]!;
    const [p, q] = [f[c]!, g[c] ?? 0];
    for (let i = 0; i < length; i++) {
      const a = x[from + i]!;
      sums[i]! += p * a;
      others[i]! += q * a;
    }
  }
}

function store(sums: Float64Array, column: Vector, from: number, length: number): void {
  for (let i = 0; i < length; i++) column[from + i] = sums[i]!;
}
