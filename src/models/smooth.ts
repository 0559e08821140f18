/**
 * Logarithms of sums of exponentials. The largest exponent m is taken out, so that nothing
 * overflows: log Σ exp(xᵢ) = m + log Σ exp(xᵢ − m) for any m. Since the value does not depend on m,
 * neither do derivatives of any order: a kink in m, where two exponents are equal, cancels.
 */
import type { Tensor } from "@tensorflow/tfjs";
import type { Tf } from "./layers/layer.js";

/** log(1 + exp(x)), elementwise. */
export function softplus(tf: Tf, x: Tensor): Tensor {
  const most = tf.relu(x);
  const sum = tf.add(tf.exp(tf.neg(most)), tf.exp(tf.sub(x, most)));
  return tf.add(most, tf.log(sum));
}

/** −log softmax(x) over the last axis: log Σ exp(xᵢ) − x. */
export function negativeLogSoftmax(tf: Tf, x: Tensor): Tensor {
  const shifted = tf.sub(x, tf.max(x, -1, true));
  return tf.sub(tf.log(tf.sum(tf.exp(shifted), -1, true)), shifted);
}
