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

/** False once loss, gradient or Hessian overflowed: nothing can be derived from such weights. */
export function isFiniteRow(row: SeriesRow): boolean {
  const [top = 0] = (row.effective_eigenvalues ?? []) as readonly number[];
  return [row.train_loss, row.grad_norm_sq, top].every(Number.isFinite);
}
