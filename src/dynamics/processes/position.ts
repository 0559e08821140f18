/** Where a process is that moves one vector of weights and an optimizer's state; how that is saved. */
import type { OptimizerState } from "../optimizers/optimizer.js";
import type { Problem, Start } from "../problem.js";
import type { SpectrumTracker } from "../spectrum.js";
import { distance } from "../weights.js";
import type { SavedState } from "./process.js";

export interface Position extends Start {
  /** Steps taken. */
  readonly step: number;
  /** Distance from the weights of the step before; not finite once the weights aren't. */
  readonly stepNorm: number;
}

/** Before the first step, or where a saved process was. */
export function startingPosition(start: Start, saved: SavedState | undefined): Position {
  if (!saved) return { ...start, step: 0, stepNorm: 0 };
  return {
    weights: savedVector(saved, "weights") as Float32Array,
    state: savedOptimizer(saved),
    step: saved.values.step as number,
    stepNorm: savedVector(saved, "step_norm")![0]!,
  };
}

/** A flow's state stands for the updated one, so it starts with the first gradient seen. */
export async function flowPosition(
  { objective, optimizer }: Problem,
  start: Start,
  saved: SavedState | undefined,
): Promise<Position> {
  const position = startingPosition(start, saved);
  if (saved) return position;
  const { gradient } = await objective.at(start.weights).lossAndGradient();
  return { ...position, state: optimizer.update(start.state, gradient) };
}

/** One step further. */
export function movedTo(to: Start, from: Position): Position {
  return { ...to, step: from.step + 1, stepNorm: distance(to.weights, from.weights) };
}

export function savedPosition(
  { weights, state, step, stepNorm }: Position,
  spectrum: Pick<SpectrumTracker, "save">,
): SavedState {
  return {
    tensors: [
      { name: "weights", shape: [weights.length], values: weights },
      // Not among the values: these are JSON, which has no infinity.
      { name: "step_norm", shape: [], values: Float64Array.of(stepNorm) },
      ...optimizerTensors(state),
      ...spectrum.save(),
    ],
    values: { step },
  };
}

/** An optimizer's state as tensors; Arrow has no empty ones. */
export function optimizerTensors({ t, moments }: OptimizerState): SavedState["tensors"] {
  const time = { name: "optimizer.t", shape: [], values: Float64Array.of(t) };
  if (moments.length === 0) return [time];
  return [time, { name: "optimizer.moments", shape: [moments.length], values: moments }];
}

export function savedOptimizer(saved: Pick<SavedState, "tensors">): OptimizerState {
  const moments = savedVector(saved, "optimizer.moments") as Float64Array | undefined;
  return { t: savedVector(saved, "optimizer.t")![0]!, moments: moments ?? new Float64Array(0) };
}

/** A saved vector; undefined where none was saved. */
export function savedVector({ tensors }: Pick<SavedState, "tensors">, name: string) {
  return tensors.find((tensor) => tensor.name === name)?.values;
}
