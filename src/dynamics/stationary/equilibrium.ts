/** Where an optimizer's adaptive state comes to rest while the weights are held fixed. */
import type { Preconditioner } from "../../linalg/operator.js";
import type { Moments } from "../optimizers/optimizer.js";

export interface Equilibrium {
  /** P̄. */
  readonly preconditioner: Preconditioner;
  /** ν̄. */
  readonly moments: Moments;
  /** g + ½∇⟨H, Σ⟩; NaN where something overflowed. */
  readonly force: Float32Array;
  /** ½⟨H, Σ⟩: what oscillations add to the time average of the loss. */
  readonly excess: number;
  /** tr(HΣH): what they add to that of the squared gradient norm. */
  readonly variance: number;
  /** tr Σ. */
  readonly trace: number;
  /** Rank of Σ, or eigenvalues that may carry it. */
  readonly critical: number;
  readonly thirdDerivatives: number;
  /** Proven relative error: the gap of the convex program, or violation of the conditions. */
  readonly error: number;
}
