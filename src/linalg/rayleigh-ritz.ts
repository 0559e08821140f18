/**
 * Rayleigh–Ritz in an orthonormal basis B whose images A B are known, and the directions LOBPCG
 * remembers from it. Everything here is small: matrices of the basis's width, in float64.
 */
import { Matrix } from "ml-matrix";
import { gram, symmetricGram } from "./blocks.js";
import { selectColumns, symmetricEigen } from "./dense.js";
import { whitening } from "./orthonormalize.js";
import type { Vector } from "./vector.js";

/** Orthonormal columns and their images under A. */
export interface Block {
  readonly vectors: readonly Vector[];
  readonly images: readonly Vector[];
}

export const emptyBlock: Block = { vectors: [], images: [] };

export function joined(...blocks: readonly Block[]): Block {
  return {
    vectors: blocks.flatMap((block) => block.vectors),
    images: blocks.flatMap((block) => block.images),
  };
}

/** BᵀAB when the part for `kept` is known from the step before: only inner products with `fresh` are new. */
export function projectedOperator(kept: Block, known: Matrix, fresh: Block): Matrix {
  const old = kept.vectors.length;
  const size = old + fresh.vectors.length;
  const result = Matrix.zeros(size, size);
  const coupling = gram(kept.vectors, fresh.images);
  result.setSubMatrix(known, 0, 0);
  result.setSubMatrix(coupling, 0, old);
  result.setSubMatrix(coupling.transpose(), old, 0);
  result.setSubMatrix(symmetricGram(fresh.vectors, fresh.images), old, old);
  return result;
}

export interface Ritz {
  /** Descending. */
  readonly values: Float64Array;
  /** Coordinates of the Ritz vectors in the basis: orthonormal columns. */
  readonly coordinates: Matrix;
}

/** The `count` largest Ritz pairs of a projected operator BᵀAB. */
export function largestRitzPairs(projected: Matrix, count: number): Ritz {
  const { values, vectors } = symmetricEigen(projected);
  const kept = Math.min(count, values.length);
  return {
    values: values.slice(0, kept),
    coordinates: selectColumns(vectors, [...Array(kept).keys()]),
  };
}

/**
 * Coordinates of the conjugate directions of the pairs `active`: what each new Ritz vector owes to
 * the basis beyond its first `ritzCount` columns (the old Ritz vectors), made orthonormal and
 * orthogonal to the new Ritz vectors in coordinates, where no long vector rounds (Hetmaniuk &
 * Lehoucq, "Basis selection in LOBPCG", J. Comput. Phys. 218, 2006).
 */
export function conjugateCoordinates(
  ritz: Ritz,
  ritzCount: number,
  active: readonly number[],
): Matrix {
  let directions = selectColumns(ritz.coordinates, active);
  for (let i = 0; i < ritzCount; i++) {
    for (let j = 0; j < directions.columns; j++) directions.set(i, j, 0);
  }
  // Twice is enough: the second pass removes what rounding left of the first.
  for (let pass = 0; pass < 2; pass++) {
    const overlaps = ritz.coordinates.transpose().mmul(directions);
    directions = Matrix.sub(directions, ritz.coordinates.mmul(overlaps));
    const squares = directions.transpose().mmul(directions);
    directions = directions.mmul(whitening(squares).transform);
  }
  return directions;
}
