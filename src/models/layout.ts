/**
 * The flat weight vector in two orders. Ours concatenates the parameters, each row-major in its own
 * shape; PyTorch's (`torch.nn.utils.parameters_to_vector`) has the same parameters in the same
 * sequence, some with their axes in another order.
 */
import { permuteAxes, sizeOf } from "../data/axes.js";
import type { LayerParameter } from "./layers/layer.js";

/** A parameter as it lies in both. */
export type Laid = Pick<LayerParameter, "shape" | "torchAxes">;

/** Ours → PyTorch's. */
export function toTorch(parameters: readonly Laid[], weights: Float32Array): Float32Array {
  return reorder(parameters, weights, ({ shape, torchAxes }) => [shape, torchAxes]);
}

/** PyTorch's → ours. */
export function fromTorch(parameters: readonly Laid[], weights: Float32Array): Float32Array {
  return reorder(parameters, weights, ({ shape, torchAxes }) => [
    torchAxes.map((axis) => shape[axis]!),
    shape.map((_, axis) => torchAxes.indexOf(axis)),
  ]);
}

function reorder(
  parameters: readonly Laid[],
  weights: Float32Array,
  order: (parameter: Laid) => readonly [shape: readonly number[], axes: readonly number[]],
): Float32Array {
  const result = new Float32Array(weights.length);
  let offset = 0;
  for (const parameter of parameters) {
    const [shape, axes] = order(parameter);
    const end = offset + sizeOf(shape);
    result.set(permuteAxes(weights.subarray(offset, end), shape, axes), offset);
    offset = end;
  }
  if (offset !== weights.length) {
    throw new RangeError(`${weights.length} weights for parameters of ${offset}`);
  }
  return result;
}
