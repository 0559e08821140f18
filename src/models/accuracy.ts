import type { DatasetDescription } from "../dsl/vocabulary.js";

/**
 * The fraction of examples whose largest output is at the largest target, the first of equal ones.
 * Outputs with a NaN are wrong. Undefined for regression.
 *
 * @param outputs row-major [examples, outputs], as are the one-hot `targets`
 */
export function accuracy(
  dataset: Pick<DatasetDescription, "task" | "outputs">,
  outputs: Float32Array | Float64Array,
  targets: Float32Array | Float64Array,
): number | undefined {
  if (dataset.task === "regression") return undefined;
  const classes = dataset.outputs;
  const examples = targets.length / classes;
  let right = 0;
  for (let start = 0; start < targets.length; start += classes) {
    const end = start + classes;
    if (argmax(outputs.subarray(start, end)) === argmax(targets.subarray(start, end))) right += 1;
  }
  return right / examples;
}

/** The first index of the largest value; −1 if any is NaN. */
function argmax(values: Float32Array | Float64Array): number {
  let best = 0;
  for (const [i, value] of values.entries()) {
    if (Number.isNaN(value)) return -1;
    if (value > values[best]!) best = i;
  }
  return best;
}
