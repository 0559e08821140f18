/** Arithmetic on flat weights: stored in the flow's precision, accumulated in float64. */
import type { Preconditioner } from "../linalg/operator.js";
import { type Vector, zerosLike } from "../linalg/vector.js";

/** w + scale · P⁻¹ v, rounded once. */
export function stepAlong(
  weights: Vector,
  direction: Vector,
  preconditioner: Preconditioner,
  scale: number,
): Vector {
  const next = zerosLike(weights);
  if (typeof preconditioner === "number") {
    const factor = scale / preconditioner;
    for (let i = 0; i < next.length; i++) next[i] = weights[i]! + factor * direction[i]!;
  } else {
    for (let i = 0; i < next.length; i++) {
      next[i] = weights[i]! + (scale * direction[i]!) / preconditioner[i]!;
    }
  }
  return next;
}

/** P⁻¹ v. */
export function preconditioned(vector: Vector, preconditioner: Preconditioner): Vector {
  return stepAlong(zerosLike(vector), vector, preconditioner, 1);
}

/** P v, times a factor. */
export function timesPreconditioner(
  vector: Vector,
  preconditioner: Preconditioner,
  factor: number,
): Vector {
  const result = zerosLike(vector);
  for (let i = 0; i < result.length; i++) {
    const p = typeof preconditioner === "number" ? preconditioner : preconditioner[i]!;
    result[i] = factor * p * vector[i]!;
  }
  return result;
}

/** uᵀ D v for a diagonal D. */
export function weightedDot(u: Vector, diagonal: Preconditioner, v: Vector): number {
  let sum = 0;
  if (typeof diagonal === "number") {
    for (let i = 0; i < u.length; i++) sum += u[i]! * v[i]!;
    return diagonal * sum;
  }
  for (let i = 0; i < u.length; i++) sum += u[i]! * diagonal[i]! * v[i]!;
  return sum;
}

/** Vectors U with UᵀPU = I. */
export interface Basis {
  readonly vectors: readonly Vector[];
  readonly preconditioner: Preconditioner;
}

/**
 * The same directions as P-orthonormal vectors of another P. What stays is P^{1/2}u: the coordinates
 * in which the effective Hessian is symmetric.
 */
export function carriedOver(
  { vectors, preconditioner: from }: Basis,
  to: Preconditioner,
): readonly Vector[] {
  if (from === to) return vectors;
  const entry = (p: Preconditioner, i: number) => (typeof p === "number" ? p : p[i]!);
  return vectors.map((vector) => {
    const result = zerosLike(vector);
    for (let i = 0; i < result.length; i++) {
      result[i] = vector[i]! * Math.sqrt(entry(from, i) / entry(to, i));
    }
    return result;
  });
}

/** The second-order midpoint (a + 2b + c)/4, which removes oscillations of period two. */
export function midpointOf(a: Vector, b: Vector, c: Vector): Vector {
  const middle = zerosLike(b);
  for (let i = 0; i < middle.length; i++) middle[i] = (a[i]! + 2 * b[i]! + c[i]!) / 4;
  return middle;
}

export function distance(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}
