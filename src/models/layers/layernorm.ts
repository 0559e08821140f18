/**
 * Layer normalization as the paper's code has it (arXiv:2410.24206): γ(x − mean)/(std + 10⁻⁶) + β,
 * with the unbiased standard deviation and its ε outside of the root. It is made of elementary
 * operations because libraries' own ones have wrong third derivatives.
 */
import type { Tensor } from "@tensorflow/tfjs";
import { z } from "zod";
import type { LayerKind, Tf } from "./layer.js";

const EPSILON = 1e-6;

export const layernorm: LayerKind = {
  name: "layernorm",
  doc: "Normalizes the last axis to mean 0 and standard deviation 1, then scales and shifts it; as in the paper's code, unbiased and with 10⁻⁶ added to the deviation.",
  settings: z.strictObject({}),
  positional: [],
  output(_, input) {
    const width = input.at(-1);
    if (width !== undefined && width > 1) return input;
    return {
      misfit: "layernorm needs an axis of several numbers, whose deviations it compares",
      help: width === undefined ? "put flatten before it" : "leave it out, or widen what it gets",
    };
  },
  parameters(_, input) {
    const width = input.at(-1)!;
    return [
      { name: "gamma", shape: [width], initial: { form: "constant", value: 1 }, torchAxes: [0] },
      { name: "beta", shape: [width], initial: { form: "constant", value: 0 }, torchAxes: [0] },
    ];
  },
  apply: (tf, _settings, [gamma, beta], x) => normalized(tf, x, gamma!, beta!),
};

export function normalized(tf: Tf, x: Tensor, gamma: Tensor, beta: Tensor): Tensor {
  const width = x.shape.at(-1)!;
  const centered = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mul(tf.sum(tf.square(centered), -1, true), 1 / (width - 1));
  const unit = tf.div(centered, tf.add(tf.sqrt(variance), EPSILON));
  return tf.add(tf.mul(unit, gamma), beta);
}
