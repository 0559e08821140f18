/** The functions that landscapes are made of: smooth wherever they have a value. */
import type { Tensor } from "@tensorflow/tfjs";
import type { SmoothFunctionEntry } from "../../dsl/vocabulary.js";
import type { Tf } from "../layers/layer.js";

export interface SmoothFunction extends SmoothFunctionEntry {
  apply(tf: Tf, x: Tensor): Tensor;
}

export const smoothFunctions: readonly SmoothFunction[] = [
  { name: "exp", doc: "The exponential.", value: Math.exp, apply: (tf, x) => tf.exp(x) },
  { name: "log", doc: "The natural logarithm.", value: Math.log, apply: (tf, x) => tf.log(x) },
  { name: "sqrt", doc: "The square root.", value: Math.sqrt, apply: (tf, x) => tf.sqrt(x) },
  { name: "sin", doc: "The sine.", value: Math.sin, apply: (tf, x) => tf.sin(x) },
  { name: "cos", doc: "The cosine.", value: Math.cos, apply: (tf, x) => tf.cos(x) },
  { name: "tanh", doc: "The hyperbolic tangent.", value: Math.tanh, apply: (tf, x) => tf.tanh(x) },
];
