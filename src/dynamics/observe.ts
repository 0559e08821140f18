/** What every process measures at the start of a step, besides its eigenvalues. */
import { dot } from "../linalg/dot.js";
import type { Preconditioner } from "../linalg/operator.js";
import type { Vector } from "../linalg/vector.js";
import type { SeriesRow } from "../runtime/step.js";
import { coordinateColumns, placesOf } from "./coordinates.js";
import type { OptimizerState } from "./optimizers/optimizer.js";
import type { Problem } from "./problem.js";
import { commonSeries } from "./processes/process.js";

export interface Measured {
  readonly step: number;
  readonly stepNorm: number;
  readonly loss: number;
  readonly gradient: Vector;
  /** The state that P is made of. */
  readonly state: OptimizerState;
  readonly preconditioner: Preconditioner;
}

const unmeasured: SeriesRow = Object.fromEntries(commonSeries.map(({ name }) => [name, null]));

/** Columns in the names of `commonSeries`; eigenvalues and work stay null until they are known. */
export async function commonRow(
  problem: Problem,
  weights: Vector,
  { step, stepNorm, loss, gradient, state, preconditioner }: Measured,
): Promise<SeriesRow> {
  return {
    ...unmeasured,
    step,
    train_loss: loss,
    grad_norm_sq: dot(gradient, gradient),
    ...(await problem.evaluate(weights)),
    step_norm: stepNorm,
    ...stepSizes(preconditioner),
    nu_mean: mean(state.moments),
    ...(problem.coordinates &&
      coordinateColumns(placesOf(problem.coordinates, gradient.length), gradient, state)),
  };
}

/** Means of P⁻¹ over coordinates. */
function stepSizes(preconditioner: Preconditioner): SeriesRow {
  if (typeof preconditioner === "number") {
    const step = 1 / preconditioner;
    return { step_size_mean: step, step_size_harmonic_mean: step };
  }
  let sum = 0;
  for (const p of preconditioner) sum += 1 / p;
  return {
    step_size_mean: sum / preconditioner.length,
    step_size_harmonic_mean: 1 / mean(preconditioner)!,
  };
}

/** Null for no values. */
function mean(values: Vector): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/**
 * False once loss, gradient, Hessian or third derivatives overflowed: nothing can be derived from
 * such weights.
 */
export function isFiniteRow(row: SeriesRow): boolean {
  const [top = 0] = (row.effective_eigenvalues ?? []) as readonly number[];
  const { train_loss, grad_norm_sq, predicted_loss } = row;
  return [train_loss, grad_norm_sq, predicted_loss ?? 0, top].every(Number.isFinite);
}
