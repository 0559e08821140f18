/**
 * The eigenvectors found last along a process, and how they came there (`following.ts`), as they are
 * saved with it.
 */
import type { Vector } from "../linalg/vector.js";
import type { TensorColumn } from "../runtime/step.js";
import type { SavedState } from "./processes/process.js";
import { savedBlock, savedColumns } from "./saved-block.js";

export interface Trail {
  /** U, the last eigenvectors found. */
  readonly vectors: readonly Vector[];
  /** U − U₋₁ of as many of the first of them as were right before and after. */
  readonly changes: readonly Vector[];
  /** θ, from −1 to 1. */
  readonly factor: number;
  /** How many of the first vectors are right, and not only on their way. */
  readonly settled: number;
}

export const noTrail: Trail = { vectors: [], changes: [], factor: 0, settled: 0 };

const changeOf = (name: string) => `${name}_change.`;
const factorOfName = (name: string) => `${name}_trail`;

/** @param name  of the eigenvectors in the saved state, as in `name.0` */
export function savedTrail(saved: SavedState | undefined, name: string): Trail {
  const numbers = saved?.tensors.find((tensor) => tensor.name === factorOfName(name))?.values;
  if (numbers === undefined) return noTrail;
  return {
    vectors: savedBlock(saved, `${name}.`),
    changes: savedBlock(saved, changeOf(name)),
    factor: numbers[0]!,
    settled: numbers[1]!,
  };
}

export function trailColumns(trail: Trail, name: string): readonly TensorColumn[] {
  if (trail.vectors.length === 0) return [];
  return [
    ...savedColumns(trail.vectors, `${name}.`),
    ...savedColumns(trail.changes, changeOf(name)),
    {
      name: factorOfName(name),
      shape: [2],
      values: Float64Array.of(trail.factor, trail.settled),
    },
  ];
}
