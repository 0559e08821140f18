import { activation } from "./activation.js";

/** Clevert et al., arXiv:1511.07289. */
export const elu = activation(
  "elu",
  "Exponential linear unit: x above zero, exp(x) − 1 below; its second derivative jumps at zero.",
  (tf, x) => tf.add(tf.relu(x), tf.sub(tf.exp(tf.minimum(x, 0)), 1)),
);
