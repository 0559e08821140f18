/**
 * What RMSProp's ν settles on where the weights are held fixed (arXiv:2410.24206). At its fixed
 * point ν̄ the preconditioner P̄ = √ν̄/η solves a convex program,
 *   P̄ = argmin_{P diagonal, P ⪰ 0}  tr P + ‖g‖²_{P⁻¹}/η²   s.t.  H ⪯ 2P,
 * and its first term alone, tr P, has the minimum P̂ to which P̄ tends as η → ∞: the preconditioner
 * with the largest steps, in the harmonic mean, that the curvature permits.
 *
 * This is for P = √ν/η, as in the paper. An ε outside the root makes P = P̄ + ε/η; where ε ≪ ηP̄ᵢ
 * that is the fixed point up to terms of the order ε/(ηP̄ᵢ).
 */
import type { BlockOperator } from "../../linalg/operator.js";
import { type Vector, zerosLike } from "../../linalg/vector.js";
import {
  type HessianNotFinite,
  type LeastPreconditioner,
  type LeastPreconditionerRequest,
  leastPreconditioner,
} from "./solve.js";

type SolverOptions = Omit<LeastPreconditionerRequest, "operator" | "field">;

/** P̄ of a Hessian and a gradient g, at learning rate η > 0. */
export function stationaryPreconditioner(
  operator: BlockOperator,
  gradient: Vector,
  learningRate: number,
  options: SolverOptions = {},
): Promise<LeastPreconditioner | HessianNotFinite> {
  const field = gradient.map((g) => Math.abs(g) / learningRate);
  return leastPreconditioner({ ...options, operator, field });
}

/** P̂ of a Hessian on n coordinates, which `like` has and says the precision of. */
export function firstTermPreconditioner(
  operator: BlockOperator,
  like: Vector,
  options: SolverOptions = {},
): Promise<LeastPreconditioner | HessianNotFinite> {
  return leastPreconditioner({ ...options, operator, field: zerosLike(like) });
}

/** ν̄ = (ηP̄)². */
export function stationaryNu(preconditioner: Vector, learningRate: number): Float64Array {
  return Float64Array.from(preconditioner, (p) => (learningRate * p) ** 2);
}

/**
 * ν̄ of Scalar RMSProp, from the norm of the gradient and the largest eigenvalue S of the Hessian: ‖g‖² where
 * that is stable, else ‖g‖² + σ²S² with the σ² that holds ηS/√ν at 2. Hence √ν̄ = max(‖g‖, ηS/2).
 */
export function scalarStationaryNu(
  gradientNorm: number,
  sharpness: number,
  learningRate: number,
): number {
  return Math.max(gradientNorm, (learningRate * sharpness) / 2) ** 2;
}
