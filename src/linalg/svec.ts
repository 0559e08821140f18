/**
 * Symmetric matrices as vectors: svec lists the lower triangle row by row, (0,0), (1,0), (1,1),
 * (2,0), …, with off-diagonal entries times √2, so that ⟨X, Y⟩ = svec(X)·svec(Y).
 */
import { Matrix } from "ml-matrix";

export interface SvecEntry {
  readonly i: number;
  /** j ≤ i. */
  readonly j: number;
  /** 1 on the diagonal, √2 off it. */
  readonly weight: number;
}

/** What each entry of the svec of a k×k matrix stands for, in order. */
export function svecEntries(k: number): SvecEntry[] {
  const entries: SvecEntry[] = [];
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) entries.push({ i, j, weight: i === j ? 1 : Math.SQRT2 });
  }
  return entries;
}

/** k(k+1)/2. */
export function svecLength(k: number): number {
  return (k * (k + 1)) / 2;
}

/**
 * A map of symmetric matrices, given by what entry (k, l) of its argument makes of entry (i, j) of its
 * value, rows and columns in the order of `svecEntries`, as a matrix on svec; times a factor, in place.
 */
export function toSvecMap(map: Matrix, entries: readonly SvecEntry[], factor: number): Matrix {
  for (const [row, { weight: left }] of entries.entries()) {
    for (const [column, { weight: right }] of entries.entries()) {
      map.set(row, column, factor * left * right * map.get(row, column));
    }
  }
  return map;
}

/** svec of the symmetric part of a square matrix. */
export function svec(matrix: Matrix): Float64Array {
  return Float64Array.from(
    svecEntries(matrix.rows),
    ({ i, j, weight }) => (weight * (matrix.get(i, j) + matrix.get(j, i))) / 2,
  );
}

/** The symmetric matrix of an svec. */
export function smat(vector: ArrayLike<number>): Matrix {
  const k = Math.round((Math.sqrt(8 * vector.length + 1) - 1) / 2);
  const matrix = Matrix.zeros(k, k);
  svecEntries(k).forEach(({ i, j, weight }, index) => {
    const value = vector[index]! / weight;
    matrix.set(i, j, value);
    matrix.set(j, i, value);
  });
  return matrix;
}

/** M svec(X) as a matrix: a linear map of symmetric matrices, given on svec, applied. */
export function applyOnSvec(map: Matrix, matrix: Matrix): Matrix {
  const x = svec(matrix);
  const result = new Float64Array(map.rows);
  for (let row = 0; row < map.rows; row++) {
    let sum = 0;
    for (let column = 0; column < map.columns; column++) sum += map.get(row, column) * x[column]!;
    result[row] = sum;
  }
  return smat(result);
}

/** Y ↦ G Y Gᵀ as a matrix on svec. */
export function congruence(g: Matrix): Matrix {
  const entries = svecEntries(g.rows);
  const result = Matrix.zeros(entries.length, entries.length);
  entries.forEach((row, r) => {
    entries.forEach((column, c) => {
      const straight = g.get(row.i, column.i) * g.get(row.j, column.j);
      const crossed = g.get(row.i, column.j) * g.get(row.j, column.i);
      // Basis matrix (eᵢeⱼᵀ + eⱼeᵢᵀ)/√2 off the diagonal, eᵢeᵢᵀ on it.
      const value = column.i === column.j ? straight : (straight + crossed) / Math.SQRT2;
      result.set(r, c, row.weight * value);
    });
  });
  return result;
}
