/** Arithmetic on flat weights: float32 storage, float64 accumulation. */
import type { Preconditioner } from "../linalg/operator.js";

/** w + scale · P⁻¹ v, rounded once to float32. */
export function stepAlong(
  weights: Float32Array,
  direction: Float32Array,
  preconditioner: Preconditioner,
  scale: number,
): Float32Array {
  const next = new Float32Array(weights.length);
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
export function preconditioned(vector: Float32Array, preconditioner: Preconditioner): Float32Array {
  return stepAlong(new Float32Array(vector.length), vector, preconditioner, 1);
}

/** The second-order midpoint (a + 2b + c)/4, which removes oscillations of period two. */
export function midpointOf(a: Float32Array, b: Float32Array, c: Float32Array): Float32Array {
  const middle = new Float32Array(b.length);
  for (let i = 0; i < middle.length; i++) middle[i] = (a[i]! + 2 * b[i]! + c[i]!) / 4;
  return middle;
}

export function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}
