import { cos, neg, sin } from "../emit.js";
import { unary } from "./elementwise.js";
import { kernel } from "./kernel.js";

export const sinKernel = kernel(
  unary({ name: "Sin", value: Math.sin, derivative: (g, x) => cos(g, x), onnx: "Sin" }),
);

export const cosKernel = kernel(
  unary({ name: "Cos", value: Math.cos, derivative: (g, x) => neg(g, sin(g, x)), onnx: "Cos" }),
);
