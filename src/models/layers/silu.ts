import { activation } from "./activation.js";

export const silu = activation("silu", "Sigmoid linear unit: x/(1 + exp(−x)).", (tf, x) =>
  tf.mul(x, tf.sigmoid(x)),
);
