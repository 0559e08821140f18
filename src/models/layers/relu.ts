import { activation } from "./activation.js";

export const relu = activation(
  "relu",
  "Rectified linear unit: max(x, 0); its kink breaks the smoothness that central flows assume.",
  (tf, x) => tf.relu(x),
);
