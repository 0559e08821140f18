/** Zhang and Sennrich, arXiv:1910.07467: γ·x/√(mean x² + 10⁻⁵), as the paper's Mamba has it. */
import type { Tensor } from "@tensorflow/tfjs";
import { z } from "zod";
import type { LayerKind, Tf } from "./layer.js";

const EPSILON = 1e-5;

export const rmsnorm: LayerKind = {
  name: "rmsnorm",
  doc: "Divides the last axis by the root of its mean square plus 10⁻⁵, then scales it.",
  settings: z.strictObject({}),
  positional: [],
  output(_, input) {
    if (input.length > 0) return input;
    return {
      misfit: "rmsnorm needs an axis to act on, but an example is a single number",
      help: "put flatten before it",
    };
  },
  parameters: (_, input) => [
    {
      name: "weight",
      shape: [input.at(-1)!],
      initial: { form: "constant", value: 1 },
      torchAxes: [0],
    },
  ],
  apply: (tf, _settings, [weight], x) => scaledToUnit(tf, x, weight!),
};

export function scaledToUnit(tf: Tf, x: Tensor, weight: Tensor): Tensor {
  const meanSquare = tf.mean(tf.square(x), -1, true);
  return tf.mul(tf.div(x, tf.sqrt(tf.add(meanSquare, EPSILON))), weight);
}
