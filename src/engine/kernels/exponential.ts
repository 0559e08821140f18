/** The exponential, the logarithm, and the error function, whose derivative is a Gaussian. */
import { exp, neg, reciprocal, scale, square } from "../emit.js";
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

export const logKernel = kernel(
  unary({
    name: "Log",
    value: Math.log,
    derivative: (g, x) => reciprocal(g, x),
    onnx: "Log",
  }),
);

/** Rounded as in TensorFlow.js's own gradient of erf, so that the two are seen to be the same. */
const TWO_OVER_ROOT_PI = Math.fround(2 / Math.sqrt(Math.PI));

export const erfKernel = kernel(
  unary({
    name: "Erf",
    derivative: (g, x) => scale(g, exp(g, neg(g, square(g, x))), TWO_OVER_ROOT_PI),
    onnx: "Erf",
  }),
);
