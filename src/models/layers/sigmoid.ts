import { activation } from "./activation.js";

export const sigmoid = activation("sigmoid", "Logistic function: 1/(1 + exp(−x)).", (tf, x) =>
  tf.sigmoid(x),
);
