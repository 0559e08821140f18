/** What a process works on: an objective, an optimizer, and what is to be measured on the way. */
import type { Settings } from "../dsl/vocabulary.js";
import type { Objective } from "../engine/objective.js";
import type { Vector } from "../linalg/vector.js";
import type { SeriesRow } from "../runtime/step.js";
import type { CoordinateSettings } from "./blocks/coordinates.js";
import type { EigenvalueSettings } from "./blocks/eigenvalues.js";
import type { PreconditionerSettings } from "./blocks/preconditioners.js";
import type { Optimizer, OptimizerState } from "./optimizers/optimizer.js";

export interface Problem {
  /** The training loss. */
  readonly objective: Objective<Vector>;
  /** Accuracies, test loss and outputs on chosen examples, as columns of a row. */
  evaluate(weights: Vector): Promise<SeriesRow>;
  readonly optimizer: Optimizer;
  /** Absent when the flow measures no eigenvalues. */
  readonly eigenvalues: EigenvalueSettings | undefined;
  /** Absent when the flow does not compare preconditioners. */
  readonly preconditioners?: PreconditionerSettings | undefined;
  /** Absent when the flow looks at no single coordinates. */
  readonly coordinates?: CoordinateSettings | undefined;
  /** The process's own settings. */
  readonly settings: Settings;
}

/** Where processes start: weights, and the optimizer's state before their gradient is seen. */
export interface Start {
  readonly weights: Vector;
  readonly state: OptimizerState;
}
