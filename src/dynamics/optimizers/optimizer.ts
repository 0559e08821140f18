/**
 * Every optimizer here is preconditioned gradient descent, w ← w − P⁻¹∇L(w), with a positive diagonal
 * P that depends on a state: the number t of gradients seen, and moments of them. The state is
 * updated with the gradient first, then P is taken (arXiv:2410.24206, section 1; its code).
 *
 * For a flow the state moves along ds/dt = f(s, g), with t itself the time. Oscillations δ of
 * covariance Σ move it further by ½ ∂²f/∂g²[E(Hδ)(Hδ)ᵀ], the second-order part of E f(s, g + Hδ).
 * That, and how P follows the state, is all that the central flow knows of an optimizer.
 */
import type { OptimizerEntry, Settings } from "../../dsl/vocabulary.js";
import type { Preconditioner } from "../../linalg/operator.js";

/** Moments of the gradients in float64; how many there are is the optimizer's business. */
export type Moments = Float64Array;

export interface OptimizerState {
  /** Gradients seen; along a flow a real number. */
  readonly t: number;
  readonly moments: Moments;
}

export interface Adaptation {
  /** Whether there is a ν for every weight, or one for all. */
  readonly scope: "elementwise" | "scalar";
  /** η after t gradients. */
  learningRate(t: number): number;
}

export interface Optimizer {
  /** Before the first gradient of a problem with n parameters. */
  initial(size: number): OptimizerState;
  /** The state after one more gradient. */
  update(state: OptimizerState, gradient: Float32Array): OptimizerState;
  /** P, in units of 1 / learning rate. */
  preconditioner(state: OptimizerState): Preconditioner;
  /** Of those whose P = √ν̂/η up to ε, with ν̂ an average of squared gradients: ν can come to rest. */
  readonly adaptive?: Adaptation;
  /** f: how the moments move along a flow where the gradient is g. */
  rate(state: OptimizerState, gradient: Float32Array): Moments;
  /** ∂²f/∂g²[a, b] at a state. */
  curvature(state: OptimizerState, a: Float32Array, b: Float32Array): Moments;
  /** dP/dt where the moments move at `moments` and t at `time`; linear in both. */
  preconditionerRate(
    state: OptimizerState,
    rates: { readonly moments: Moments; readonly time: number },
  ): Preconditioner;
}

export interface OptimizerKind extends OptimizerEntry {
  with(settings: Settings): Optimizer;
}

/** The state at s + dt·ds/dt of a flow. */
export function advanced(state: OptimizerState, rate: Moments, dt: number): OptimizerState {
  return { t: state.t + dt, moments: state.moments.map((value, i) => value + dt * rate[i]!) };
}
