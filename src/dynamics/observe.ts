/** What every process measures at the start of a step, besides its eigenvalues. */
import { dot } from "../linalg/blocks.js";
import type { SeriesRow } from "../runtime/step.js";
import type { Problem } from "./problem.js";

export interface Measured {
  readonly step: number;
  readonly stepNorm: number;
  readonly loss: number;
  readonly gradient: Float32Array;
}

/** Columns in the names of `commonSeries`; eigenvalues and work stay null until they are known. */
export async function commonRow(
  problem: Problem,
  weights: Float32Array,
  { step, stepNorm, loss, gradient }: Measured,
): Promise<SeriesRow> {
  return {
    step,
    train_loss: loss,
    grad_norm_sq: dot(gradient, gradient),
    ...(await problem.evaluate(weights)),
    step_norm: stepNorm,
    effective_eigenvalues: null,
    hessian_eigenvalues: null,
    hvps: null,
  };
}

/** False once loss or gradient overflowed: nothing can be derived from such weights. */
export function isFinitePoint(row: SeriesRow): boolean {
  return Number.isFinite(row.train_loss) && Number.isFinite(row.grad_norm_sq);
}
