/** Small dense symmetric matrices in float64. */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";

export interface SymmetricEigen {
  /** Descending. */
  readonly values: Float64Array;
  /** Orthonormal; column i belongs to values[i]. */
  readonly vectors: Matrix;
}

/** Eigenpairs of a symmetric matrix with finite entries; only its symmetric part is looked at. */
export function symmetricEigen(matrix: Matrix): SymmetricEigen {
  const k = matrix.rows;
  if (k === 0) return { values: new Float64Array(0), vectors: new Matrix(0, 0) };
  const ascending = new EigenvalueDecomposition(symmetrized(matrix), { assumeSymmetric: true });
  const order = Array.from({ length: k }, (_, i) => k - 1 - i);
  return {
    values: Float64Array.from(ascending.realEigenvalues).reverse(),
    vectors: selectColumns(ascending.eigenvectorMatrix, order),
  };
}

/** The least eigenvalue of a symmetric matrix; +∞ for the empty one, which is positive definite. */
export function leastEigenvalue(matrix: Matrix): number {
  const { values } = symmetricEigen(matrix);
  return values.at(-1) ?? Number.POSITIVE_INFINITY;
}

/** (M + Mᵀ)/2. */
export function symmetrized(matrix: Matrix): Matrix {
  return Matrix.add(matrix, matrix.transpose()).mul(0.5);
}

/** max |Mᵢⱼ|; 0 for the empty matrix, not finite exactly when an entry isn't. */
export function maxAbs(matrix: Matrix): number {
  let largest = 0;
  for (let i = 0; i < matrix.rows; i++) {
    for (let j = 0; j < matrix.columns; j++)
      largest = Math.max(largest, Math.abs(matrix.get(i, j)));
  }
  return largest;
}

/** ⟨A, B⟩ = tr(AᵀB). */
export function frobenius(a: Matrix, b: Matrix): number {
  let sum = 0;
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < a.columns; j++) sum += a.get(i, j) * b.get(i, j);
  }
  return sum;
}

/** The columns at `indices`, in that order; unlike the library's, of matrices without rows too. */
export function selectColumns(matrix: Matrix, indices: readonly number[]): Matrix {
  const result = new Matrix(matrix.rows, indices.length);
  indices.forEach((from, to) => {
    for (let i = 0; i < matrix.rows; i++) result.set(i, to, matrix.get(i, from));
  });
  return result;
}
