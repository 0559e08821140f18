/** Matrices with known spectra, and what tests compute with them in float64. */

import { EigenvalueDecomposition, Matrix, QrDecomposition } from "ml-matrix";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { BlockOperator } from "../../src/linalg/operator.js";
import type { Vector } from "../../src/linalg/vector.js";

/** Entries uniform on [-1, 1). */
export function randomMatrix(rows: number, columns: number, seed: number): Matrix {
  const generator = xoroshiro128plus(seed);
  generator.jump();
  const matrix = new Matrix(rows, columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) matrix.set(i, j, 2 * uniformFloat64(generator) - 1);
  }
  return matrix;
}

export function randomOrthogonal(n: number, seed: number): Matrix {
  return new QrDecomposition(randomMatrix(n, n, seed)).orthogonalMatrix;
}

/** Q diag(spectrum) Qᵀ, Q a product of random reflections I - 2vvᵀ: quick for large matrices too. */
export function withSpectrum(spectrum: readonly number[], seed = 1): Matrix {
  const n = spectrum.length;
  const matrix = Matrix.diag([...spectrum]);
  const normals = randomMatrix(8, n, seed);
  for (let r = 0; r < normals.rows; r++) {
    const row = normals.getRow(r);
    const length = Math.hypot(...row);
    const v = row.map((entry) => entry / length);
    const image = matrix.mmul(Matrix.columnVector(v)).to1DArray();
    const quotient = v.reduce((sum, entry, i) => sum + entry * image[i]!, 0);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const change = 4 * quotient * v[i]! * v[j]! - 2 * (v[i]! * image[j]! + image[i]! * v[j]!);
        matrix.set(i, j, matrix.get(i, j) + change);
      }
    }
  }
  return matrix;
}

/** Products in float64, rounded to float32 in the end; counts the columns it is given. */
export function operatorOf(matrix: Matrix): BlockOperator & { calls: number[] } {
  const rows = Array.from({ length: matrix.rows }, (_, i) => Float64Array.from(matrix.getRow(i)));
  const calls: number[] = [];
  const operator = async (vectors: readonly Vector[]) => {
    calls.push(vectors.length);
    return vectors.map((vector) =>
      Float32Array.from(rows, (row) => {
        let sum = 0;
        for (let j = 0; j < row.length; j++) sum += row[j]! * vector[j]!;
        return sum;
      }),
    );
  };
  return Object.assign(operator, { calls });
}

/** All eigenvalues by the library, descending. */
export function eigenvalues(matrix: Matrix): number[] {
  return new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues.reverse();
}

/** D^{-1/2} M D^{-1/2}. */
export function scaledBoth(matrix: Matrix, diagonal: ArrayLike<number>): Matrix {
  const result = matrix.clone();
  for (let i = 0; i < result.rows; i++) {
    result.mulRow(i, 1 / Math.sqrt(diagonal[i]!));
    result.mulColumn(i, 1 / Math.sqrt(diagonal[i]!));
  }
  return result;
}

/** The spectrum of a network's Hessian at the edge of stability: some outliers over a bulk around 0. */
export function networkSpectrum(n: number): number[] {
  const outliers = [2, 1.97, 1.4, 1.1, 0.9, 0.8, 0.75, 0.6, 0.5, 0.45];
  const bulk = Array.from({ length: n - outliers.length }, (_, i) => {
    const fromBelow = n - outliers.length - i;
    return 0.3 * Math.exp(-i / (n / 30)) - 0.15 * Math.exp(-fromBelow / (n / 50));
  });
  return [...outliers, ...bulk];
}
