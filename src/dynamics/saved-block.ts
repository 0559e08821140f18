/** Blocks of long vectors in a saved state: a tensor a vector, named by prefix and number. */

import type { Vector } from "../linalg/vector.js";
import type { TensorColumn } from "../runtime/step.js";
import type { SavedState } from "./processes/process.js";

export function savedBlock(saved: SavedState | undefined, prefix: string): readonly Vector[] {
  return (saved?.tensors ?? [])
    .filter(({ name }) => name.startsWith(prefix))
    .map(({ values }) => values as Vector);
}

export function savedColumns(vectors: readonly Vector[], prefix: string): TensorColumn[] {
  return vectors.map((values, i) => ({ name: `${prefix}${i}`, shape: [values.length], values }));
}
