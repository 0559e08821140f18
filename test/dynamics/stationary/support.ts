/** Judges of stationary preconditioners, in float64 and with all of the matrix. */

import { Matrix } from "ml-matrix";
import { expect } from "vitest";
import {
  type LeastPreconditioner,
  type LeastPreconditionerRequest,
  leastPreconditioner,
} from "../../../src/dynamics/stationary/solve.js";
import { eigenvalues, randomMatrix, scaledBoth } from "../../linalg/matrices.js";

/** Float32 P, W and products: each entry right to 2⁻²⁴, sums of them to a few 2⁻²³. */
export const rounding = 30 * 2 ** -23;

export async function solved(request: LeastPreconditionerRequest): Promise<LeastPreconditioner> {
  const found = await leastPreconditioner(request);
  if (found.outcome === "not finite") throw new Error("not finite");
  expect(found.outcome).toBe("solved");
  return found;
}

export function randomSymmetric(n: number, seed: number): Matrix {
  const half = randomMatrix(n, n, seed);
  return Matrix.add(half, half.transpose());
}

export function randomField(n: number, size: number, seed: number): Float32Array {
  return Float32Array.from(randomMatrix(1, n, seed).getRow(0), (x) => size * Math.abs(x));
}

/** Σ Pᵢ + bᵢ²/Pᵢ. */
export function primalOf(p: ArrayLike<number>, field: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum += p[i]! + (field[i]! === 0 ? 0 : field[i]! ** 2 / p[i]!);
  return sum;
}

/**
 * Weak duality: P feasible, Z = ½WWᵀ feasible, and their values `tolerance` apart prove both
 * optimal, however they were found. Returns Z.
 */
export function verified(
  matrix: Matrix,
  field: Float32Array,
  found: LeastPreconditioner,
  tolerance: number,
): Matrix {
  const { preconditioner: p, factor } = found;
  const n = matrix.rows;
  // Where λ < 2, P is held by the field alone; the eigenvalue's own tolerance is 1e-3, squared.
  expect(eigenvalues(scaledBoth(matrix, p))[0]).toBeLessThan(2 * (1 + 1e-5));
  const z = Matrix.zeros(n, n);
  for (const column of factor) {
    const vector = Matrix.columnVector([...column]);
    z.add(vector.mmul(vector.transpose()).mul(0.5));
  }
  let dual = Matrix.mul(matrix, z).sum();
  for (let i = 0; i < n; i++) {
    expect(z.get(i, i)).toBeLessThanOrEqual(0.5 * (1 + rounding));
    dual += 2 * field[i]! * Math.sqrt(Math.max(0, 1 - 2 * z.get(i, i)));
  }
  const primal = primalOf(p, field);
  // λ to 1e-5 moves the primal value by as much.
  expect(Math.abs(primal - dual)).toBeLessThanOrEqual((tolerance + 1e-5) * primal);
  expect(Math.abs(found.certificate.primal / primal - 1)).toBeLessThan(rounding);
  return z;
}
