/** Where a process is that moves one vector of weights, and how that is saved. */
import type { SpectrumTracker } from "../spectrum.js";
import { distance } from "../weights.js";
import { flat, type SavedState } from "./process.js";

export interface Position {
  readonly weights: Float32Array;
  /** Steps taken. */
  readonly step: number;
  /** Distance from the weights of the step before; not finite once the weights aren't. */
  readonly stepNorm: number;
}

/** At `weights` before the first step, or where a saved process was. */
export function startingPosition(weights: Float32Array, saved: SavedState | undefined): Position {
  return {
    weights: flat(saved, "weights") ?? weights,
    step: (saved?.values.step as number) ?? 0,
    stepNorm: flat(saved, "step_norm")?.[0] ?? 0,
  };
}

/** One step further. */
export function movedTo(weights: Float32Array, from: Position): Position {
  return { weights, step: from.step + 1, stepNorm: distance(weights, from.weights) };
}

export function savedPosition(
  { weights, step, stepNorm }: Position,
  spectrum: SpectrumTracker,
): SavedState {
  return {
    tensors: [
      { name: "weights", shape: [weights.length], values: weights },
      // Not among the values: these are JSON, which has no infinity.
      { name: "step_norm", shape: [], values: Float64Array.of(stepNorm) },
      ...spectrum.save(),
    ],
    values: { step },
  };
}
