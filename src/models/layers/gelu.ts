/** Hendrycks and Gimpel, arXiv:1606.08415: exact by default, as in PyTorch. */
import { z } from "zod";
import { activation } from "./activation.js";

const settings = z.strictObject({
  form: z
    .enum(["exact", "tanh"])
    .default("exact")
    .describe("`tanh` is the approximation x·½(1 + tanh(√(2/π)(x + 0.044715 x³)))."),
});

export const gelu = activation(
  "gelu",
  "Gaussian error linear unit: x·½(1 + erf(x/√2)).",
  (tf, x, given) => {
    const half = tf.mul(x, 0.5);
    if (settings.parse(given).form === "exact") {
      return tf.mul(half, tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
    }
    const cubed = tf.mul(tf.square(x), tf.mul(x, 0.044715));
    const inner = tf.mul(tf.add(x, cubed), Math.sqrt(2 / Math.PI));
    return tf.mul(half, tf.add(tf.tanh(inner), 1));
  },
  settings,
);
