/** Exponentials and logarithms, accurate near zero, and softplus. */
import { exp, reciprocal, shift, sigmoid } from "../emit.js";
import type { OnnxWriter } from "../onnx/writer.js";
import { unary } from "./elementwise.js";
import { kernel } from "./kernel.js";

export const expKernel = kernel(
  unary({
    name: "Exp",
    value: Math.exp,
    derivative: (_g, _x, y) => y,
    onnx: "Exp",
  }),
);

export const expm1Kernel = kernel(
  unary({
    name: "Expm1",
    value: Math.expm1,
    derivative: (g, x) => exp(g, x),
    onnx: expm1,
  }),
);

export const logKernel = kernel(
  unary({
    name: "Log",
    value: Math.log,
    derivative: (g, x) => reciprocal(g, x),
    onnx: "Log",
  }),
);

export const log1pKernel = kernel(
  unary({
    name: "Log1p",
    value: Math.log1p,
    derivative: (g, x) => reciprocal(g, shift(g, x, 1)),
    onnx: log1p,
  }),
);

export const softplusKernel = kernel(
  unary({
    name: "Softplus",
    value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    derivative: (g, x) => sigmoid(g, x),
    // max(x, 0) + log(1 + e^−|x|)
    onnx(onnx, x) {
      const small = onnx.op("Exp", [onnx.op("Neg", [onnx.op("Abs", [x])])]);
      return onnx.op("Add", [onnx.op("Relu", [x]), log1p(onnx, small)]);
    },
  }),
);

/** eˣ − 1 = 2t/(1 − t) with t = tanh(x/2), which cancels nothing for small x. */
function expm1(onnx: OnnxWriter, x: string): string {
  const t = onnx.op("Tanh", [onnx.op("Mul", [x, onnx.scalar(0.5)])]);
  const near = onnx.op("Div", [onnx.op("Add", [t, t]), onnx.op("Sub", [onnx.scalar(1), t])]);
  const far = onnx.op("Sub", [onnx.op("Exp", [x]), onnx.scalar(1)]);
  return onnx.op("Where", [onnx.op("Less", [onnx.op("Abs", [x]), onnx.scalar(1)]), near, far]);
}

/**
 * log(1 + x) = x·log(u)/(u − 1), where u is 1 + x rounded: the errors of both factors cancel
 * (Goldberg, "What every computer scientist should know about floating-point arithmetic", 1991,
 * theorem 4).
 */
function log1p(onnx: OnnxWriter, x: string): string {
  const one = onnx.scalar(1);
  const u = onnx.op("Add", [x, one]);
  const quotient = onnx.op("Div", [onnx.op("Log", [u]), onnx.op("Sub", [u, one])]);
  return onnx.op("Where", [onnx.op("Equal", [u, one]), x, onnx.op("Mul", [x, quotient])]);
}
