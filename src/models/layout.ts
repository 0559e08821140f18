/**
 * The flat weight vector in two orders. Ours concatenates the parameters, each row-major in its own
 * shape; PyTorch's (`torch.nn.utils.parameters_to_vector`) has the same parameters in the same
 * sequence, some with their axes in another order.
 */
import { type Floats, permuteAxes, sizeOf } from "../data/axes.js";
import type { LayerParameter } from "./layers/layer.js";

type Laid = Pick<LayerParameter, "shape" | "torchAxes">;

/** Ours → PyTorch's. */
export function toTorch<T extends Floats>(parameters: readonly Laid[], weights: T): T {
  return reorder(parameters, weights, ({ shape, torchAxes }) => [shape, torchAxes]);
}

/** PyTorch's → ours. */
export function fromTorch<T extends Floats>(parameters: readonly Laid[], weights: T): T {
  return reorder(parameters, weights, ({ shape, torchAxes }) => [
    torchAxes.map((axis) => shape[axis]!),
    shape.map((_, axis) => torchAxes.indexOf(axis)),
  ]);
}

function reorder<T extends Floats>(
  parameters: readonly Laid[],
  weights: T,
  order: (parameter: Laid) => readonly [shape: readonly number[], axes: readonly number[]],
): T {
  const result = weights.slice() as T;
  let offset = 0;
  for (const parameter of parameters) {
    const [shape, axes] = order(parameter);
    const end = offset + sizeOf(shape);
    result.set(permuteAxes(weights.subarray(offset, end) as T, shape, axes), offset);
    offset = end;
  }
  if (offset !== weights.length) {
    throw new RangeError(`${weights.length} weights for parameters of ${offset}`);
  }
  return result;
}
