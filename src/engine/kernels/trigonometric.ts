/** Sine and cosine, each other's derivatives. */
import type { GraphBuilder } from "../builder.js";
import { neg } from "../emit.js";
import type { NodeId } from "../graph.js";
import { unary } from "./elementwise.js";
import { kernel } from "./kernel.js";

const sin = (g: GraphBuilder, x: NodeId) => g.kernel("Sin", [x]);
const cos = (g: GraphBuilder, x: NodeId) => g.kernel("Cos", [x]);

export const sinKernel = kernel(
  unary({
    name: "Sin",
    value: Math.sin,
    derivative: (g, x) => cos(g, x),
    onnx: "Sin",
  }),
);

export const cosKernel = kernel(
  unary({
    name: "Cos",
    value: Math.cos,
    derivative: (g, x) => neg(g, sin(g, x)),
    onnx: "Cos",
  }),
);
