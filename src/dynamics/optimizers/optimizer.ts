/**
 * Every optimizer here is preconditioned gradient descent, w ← w − P⁻¹∇L(w) with a positive diagonal
 * P (central-flow theory, arXiv:2410.24206, section 1): what a process needs of it is P.
 */
import type { OptimizerEntry, Settings } from "../../dsl/vocabulary.js";
import type { Preconditioner } from "../../linalg/operator.js";

export interface OptimizerKind extends OptimizerEntry {
  /** P for these settings, in units of 1 / learning rate. */
  preconditioner(settings: Settings): Preconditioner;
}
