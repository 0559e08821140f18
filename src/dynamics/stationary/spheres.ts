/**
 * A product of n unit spheres in Rᵐ: n×m matrices whose rows have length 1, stored column by column
 * in one array of n·m entries. Rows are sums of m products, so they are formed in float64.
 */
import { type Vector, zerosLike } from "../../linalg/vector.js";

/** ⟨xᵢ, yᵢ⟩ of every row i. */
export function rowProducts(x: Vector, y: Vector, n: number): Float64Array {
  const sums = new Float64Array(n);
  for (let from = 0; from < x.length; from += n) {
    for (let i = 0; i < n; i++) sums[i]! += x[from + i]! * y[from + i]!;
  }
  return sums;
}

/** Every row of `point + length·direction` brought back to length 1. Rows that are zero stay zero. */
export function retracted(point: Vector, direction: Vector, length: number, n: number): Vector {
  const squares = new Float64Array(n);
  for (let from = 0; from < point.length; from += n) {
    for (let i = 0; i < n; i++) {
      squares[i]! += (point[from + i]! + length * direction[from + i]!) ** 2;
    }
  }
  const result = zerosLike(point);
  for (let from = 0; from < point.length; from += n) {
    for (let i = 0; i < n; i++) {
      const entry = point[from + i]! + length * direction[from + i]!;
      result[from + i] = squares[i]! > 0 ? entry / Math.sqrt(squares[i]!) : 0;
    }
  }
  return result;
}

/** The part of `vector` tangent to the spheres at `point`: rows vᵢ − ⟨xᵢ, vᵢ⟩xᵢ. */
export function tangent(point: Vector, vector: Vector, n: number): Vector {
  const along = rowProducts(point, vector, n);
  const result = zerosLike(vector);
  for (let from = 0; from < vector.length; from += n) {
    for (let i = 0; i < n; i++) {
      result[from + i] = vector[from + i]! - along[i]! * point[from + i]!;
    }
  }
  return result;
}

/** Row i times weights[i]. */
export function rowsScaled(vector: Vector, weights: Float64Array): Vector {
  const n = weights.length;
  const result = zerosLike(vector);
  for (let from = 0; from < vector.length; from += n) {
    for (let i = 0; i < n; i++) result[from + i] = vector[from + i]! * weights[i]!;
  }
  return result;
}
