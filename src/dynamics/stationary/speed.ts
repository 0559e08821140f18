/** How fast preconditioned gradient flow lowers the loss. */
import type { Preconditioner } from "../../linalg/operator.js";
import type { Vector } from "../../linalg/vector.js";

/**
 * gᵀP⁻¹g = −dL/dt along dw/dt = −P⁻¹g (arXiv:2410.24206: "optimization speed"). Coordinates
 * without gradient bring nothing, whatever P is there; infinite where P is 0 and g is not. For plain
 * gradient descent at its edge of stability, P = S/2 with S the largest eigenvalue of the Hessian.
 */
export function optimizationSpeed(gradient: Vector, preconditioner: Preconditioner): number {
  let speed = 0;
  for (let i = 0; i < gradient.length; i++) {
    const g = gradient[i]!;
    const p = typeof preconditioner === "number" ? preconditioner : preconditioner[i]!;
    if (g !== 0) speed += (g * g) / p;
  }
  return speed;
}
