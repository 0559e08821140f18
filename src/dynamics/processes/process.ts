/**
 * A process moves weights along time, one row of measurements a step. Row i describes the start of
 * step i and the work done during it; what has been saved after row i is the start of step i + 1.
 */
import type { ProcessEntry, SeriesDescription, Settings } from "../../dsl/vocabulary.js";
import type { Vector } from "../../linalg/vector.js";
import type { JsonObject, SeriesRow, TensorColumn } from "../../runtime/step.js";
import type { Problem, Start } from "../problem.js";

export interface SavedState {
  readonly tensors: readonly TensorColumn[];
  readonly values: JsonObject;
}

export interface Process {
  /** Measures the start of the current step. It has diverged if the row is not finite (`isFiniteRow`). */
  measure(): Promise<SeriesRow>;
  /** Moves to the next step and returns the columns that count the step's work. */
  advance(): Promise<SeriesRow>;
  /** The point that the last measurement described. */
  weights(): Vector;
  /**
   * Of a flow with oscillations of covariance Σ = V diag(x) Vᵀ at that point: PV by descending x, so
   * that displacements along them have variances x.
   */
  directions?(): readonly Vector[];
  /** Everything that decides what comes after; not to be called between `measure` and `advance`. */
  save(): SavedState;
}

export interface ProcessKind extends ProcessEntry {
  /** Starts anew, or continues from a saved state. */
  begin(problem: Problem, start: Start, saved: SavedState | undefined): Promise<Process>;
  /** Longer-running kinds start first. */
  readonly priority: number;
}

export const commonSeries: readonly SeriesDescription[] = [
  { name: "step", kind: "scalar", doc: "Number of the optimizer step that the row starts." },
  { name: "train_loss", kind: "scalar", doc: "Loss on the training examples." },
  {
    name: "train_accuracy",
    kind: "scalar",
    doc: "Fraction of training examples classified right.",
  },
  { name: "test_loss", kind: "scalar", doc: "Loss on the test examples." },
  { name: "test_accuracy", kind: "scalar", doc: "Fraction of test examples classified right." },
  { name: "grad_norm_sq", kind: "scalar", doc: "Squared norm of the training loss's gradient." },
  {
    name: "effective_eigenvalues",
    kind: "spectrum",
    doc: "Top eigenvalues of the effective Hessian P⁻¹H, descending; 2 is critical.",
  },
  {
    name: "hessian_eigenvalues",
    kind: "spectrum",
    doc: "Top eigenvalues of the Hessian itself, descending.",
  },
  {
    name: "eigenpair_residual",
    kind: "scalar",
    doc: "Largest residual of the tracked eigenpairs, ‖Hu − λPu‖ in units of λ.",
  },
  {
    name: "step_norm",
    kind: "scalar",
    doc: "Distance from the previous row's weights; 0 in row 0.",
  },
  {
    name: "step_size_mean",
    kind: "scalar",
    doc: "Mean over coordinates of the effective step size P⁻¹.",
  },
  {
    name: "step_size_harmonic_mean",
    kind: "scalar",
    doc: "Harmonic mean over coordinates of the effective step size P⁻¹.",
  },
  {
    name: "nu_mean",
    kind: "scalar",
    doc: "Mean of the optimizer's ν, its average of squared gradients; null if it has none.",
  },
  {
    name: "train_outputs",
    kind: "list",
    doc: "Outputs on the training examples that `outputs` names, example after example.",
  },
  { name: "test_outputs", kind: "list", doc: "The same on test examples." },
  {
    name: "grad_sq_coordinates",
    kind: "list",
    doc: "Squared gradient at the weights that `coordinates` names.",
  },
  {
    name: "nu_coordinates",
    kind: "list",
    doc: "The optimizer's ν at these weights; null if it has none a weight.",
  },
  { name: "hvps", kind: "scalar", doc: "Hessian-vector products spent during the step." },
];

type Blocks = Readonly<Record<string, Settings>>;

/** What every process reads of the flow's blocks: what it keeps, and what it looks at on the way. */
export function readKept({ snapshots, compare, outputs, coordinates }: Blocks): Blocks {
  return {
    ...(snapshots && { snapshots }),
    ...(compare && { compare }),
    ...(outputs && { outputs }),
    ...(coordinates && { coordinates }),
  };
}

/** The same of processes that measure eigenvalues only where the flow asks for it. */
export function readTracked(blocks: Blocks): Blocks {
  const { eigenvalues } = blocks;
  return { ...(eigenvalues && { eigenvalues }), ...readKept(blocks) };
}
