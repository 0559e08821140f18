/** Activation functions that are kernels of their own, and the step functions in their derivatives. */
import { neg, shift, square, step, sub } from "../emit.js";
import { unary } from "./elementwise.js";
import { kernel } from "./kernel.js";

export const tanhKernel = kernel(
  unary({
    name: "Tanh",
    value: Math.tanh,
    derivative: (g, _x, y) => shift(g, neg(g, square(g, y)), 1),
    onnx: "Tanh",
  }),
);

export const sigmoidKernel = kernel(
  unary({
    name: "Sigmoid",
    value: (x) => 1 / (1 + Math.exp(-x)),
    derivative: (g, _x, y) => sub(g, y, square(g, y)),
    // ONNX Runtime's own has no relative accuracy for negative x in float64.
    onnx(onnx, x) {
      if (onnx.precision === "float32") return onnx.op("Sigmoid", [x]);
      const power = onnx.op("Exp", [onnx.op("Neg", [x])]);
      return onnx.op("Reciprocal", [onnx.op("Add", [power, onnx.scalar(1)])]);
    },
  }),
);

export const reluKernel = kernel(
  unary({
    name: "Relu",
    value: (x) => Math.max(x, 0),
    derivative: (g, x) => step(g, x, 0),
    onnx: "Relu",
  }),
);

export const absKernel = kernel(
  unary({
    name: "Abs",
    value: Math.abs,
    derivative: (g, x) => step(g, x, -1),
    onnx: "Abs",
  }),
);

/** 1 where x > 0, alpha elsewhere; its derivative is taken as zero, at the step too. */
export const stepKernel = kernel(
  unary<{ alpha: number }>({
    name: "Step",
    attributes: (given) => ({ alpha: (given.alpha as number | undefined) ?? 0 }),
    value: (x, { alpha }) => (x > 0 ? 1 : alpha),
    derivative: () => null,
    onnx: (onnx, x, { attributes }) =>
      onnx.op("Where", [
        onnx.op("Greater", [x, onnx.scalar(0)]),
        onnx.scalar(1),
        onnx.scalar(attributes.alpha),
      ]),
  }),
);
