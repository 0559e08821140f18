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

/** False once loss, a derivative of it or a prediction overflowed: from there the process can't go on. */
export function isFiniteRow(row: SeriesRow): boolean {
  const [top = 0] = (row.effective_eigenvalues ?? []) as readonly number[];
  const { train_loss, grad_norm_sq, predicted_loss = 0 } = row;
  return [train_loss, grad_norm_sq, top, predicted_loss].every(Number.isFinite);
}
