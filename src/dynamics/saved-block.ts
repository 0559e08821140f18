/** Blocks of long vectors in a saved state: a tensor a vector, named by prefix and number. */
import type { TensorColumn } from "../runtime/step.js";
import type { SavedState } from "./processes/process.js";

export function savedBlock(saved: SavedState | undefined, prefix: string): readonly Float32Array[] {
  return (saved?.tensors ?? [])
    .filter(({ name }) => name.startsWith(prefix))
    .map(({ values }) => values as Float32Array);
}

export function savedColumns(vectors: readonly Float32Array[], prefix: string): TensorColumn[] {
  return vectors.map((values, i) => ({ name: `${prefix}${i}`, shape: [values.length], values }));
}
