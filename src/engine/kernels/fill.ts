/** Uniform tensors: the only constants that the simplifier computes with. */
import type { Attribute, Shape } from "../graph.js";
import { kernel } from "./kernel.js";

interface Uniform {
  readonly shape: Shape;
  readonly value: number;
  readonly [name: string]: Attribute;
}

export const fillKernel = kernel<Uniform>({
  name: "Fill",
  inputs: [],
  attributes({ shape, value, dtype = "float32" }) {
    if (dtype !== "float32") throw new RangeError(`a fill of ${dtype} is not supported; cast one`);
    return { shape: shape as Shape, value: value as number };
  },
  infer: (_inputs, { shape }) => ({ shape, dtype: "float32" }),
  jvp: () => null,
  lower: (onnx, _inputs, { attributes: { shape, value } }) =>
    shape.length === 0
      ? onnx.scalar(value)
      : onnx.op("Expand", [onnx.scalar(value), onnx.int64(shape)]),
});
