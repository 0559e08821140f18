import { activation } from "./activation.js";

export const tanh = activation("tanh", "Hyperbolic tangent.", (tf, x) => tf.tanh(x));
