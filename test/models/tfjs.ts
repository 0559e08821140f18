import * as tf from "@tensorflow/tfjs";

/** TensorFlow.js on its plain JavaScript backend, in float32. */
export async function cpuTf(): Promise<typeof tf> {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  return tf;
}

/** A model's parameters as tensors, cut from the flat vector. */
export function cut(
  parameters: readonly { readonly shape: readonly number[] }[],
  weights: Float32Array,
): tf.Tensor[] {
  let start = 0;
  return parameters.map(({ shape }) => {
    const size = shape.reduce((product, length) => product * length, 1);
    start += size;
    return tf.tensor(weights.slice(start - size, start), [...shape]);
  });
}

/** A tensor of normal random numbers for each parameter. */
export function randomParameters(
  tf: typeof import("@tensorflow/tfjs"),
  parameters: readonly { readonly shape: readonly number[] }[],
): tf.Tensor[] {
  return parameters.map(({ shape }, i) => tf.randomNormal([...shape], 0, 1, "float32", 100 + i));
}
