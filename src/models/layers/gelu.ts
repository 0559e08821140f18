import { activation } from "./activation.js";

/** Hendrycks and Gimpel, arXiv:1606.08415: the exact form, PyTorch's default. */
export const gelu = activation("gelu", "Gaussian error linear unit: x·½(1 + erf(x/√2)).", (tf, x) =>
  tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)),
);
