/** Powers and roots. */
import {
  fill,
  log,
  mul,
  neg,
  plus,
  pow,
  reciprocal,
  scale,
  shift,
  sqrt,
  square,
  uniformValue,
} from "../emit.js";
import { binary, unary } from "./elementwise.js";
import { kernel } from "./kernel.js";

export const squareKernel = kernel(
  unary({
    name: "Square",
    value: (x) => x * x,
    derivative: (g, x) => scale(g, x, 2),
    onnx: (onnx, x) => onnx.op("Mul", [x, x]),
  }),
);

export const sqrtKernel = kernel(
  unary({
    name: "Sqrt",
    value: Math.sqrt,
    derivative: (g, _x, y) => scale(g, reciprocal(g, y), 0.5),
    onnx: "Sqrt",
  }),
);

export const reciprocalKernel = kernel(
  unary({
    name: "Reciprocal",
    value: (x) => 1 / x,
    derivative: (g, _x, y) => neg(g, square(g, y)),
    onnx: "Reciprocal",
  }),
);

export const powKernel = kernel(
  binary({
    name: "Pow",
    value: (a, b) => a ** b,
    // (aᵇ)˙ = b·aᵇ⁻¹·ȧ + aᵇ·log(a)·ḃ
    jvp(g, node, a, b) {
      const [base, exponent] = [node.inputs[0]!, node.inputs[1]!];
      return plus(
        g,
        a === null ? null : mul(g, mul(g, pow(g, base, shift(g, exponent, -1)), exponent), a),
        b === null ? null : mul(g, mul(g, node.id, log(g, base)), b),
      );
    },
    rewrite(g, a, b) {
      const exponent = uniformValue(g, b);
      // A scalar exponent only: a larger one also broadcasts the base.
      if (exponent === undefined || g.shape(b).length > 0) return undefined;
      switch (exponent) {
        case 0:
          return fill(g, g.shape(a), 1);
        case 1:
          return a;
        case 2:
          return square(g, a);
        case 0.5:
          return sqrt(g, a);
        case -1:
          return reciprocal(g, a);
        default:
          return undefined;
      }
    },
    onnx: "Pow",
  }),
);
