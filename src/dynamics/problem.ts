/** What a process works on: an objective, an optimizer, and what is to be measured on the way. */
import type { Settings } from "../dsl/vocabulary.js";
import type { Objective } from "../engine/objective.js";
import type { Preconditioner } from "../linalg/operator.js";
import type { SeriesRow } from "../runtime/step.js";
import type { EigenvalueSettings } from "./blocks.js";

export interface Problem {
  /** The training loss. */
  readonly objective: Objective;
  /** Accuracies and test loss, as columns of a row. */
  evaluate(weights: Float32Array): Promise<SeriesRow>;
  /** P of the optimizer. */
  readonly preconditioner: Preconditioner;
  /** Absent when the flow measures no eigenvalues. */
  readonly eigenvalues: EigenvalueSettings | undefined;
  /** The process's own settings. */
  readonly settings: Settings;
}
