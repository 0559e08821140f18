/** Cuts a loss's data into slices of examples. */
import type { BoundTensor, LossSource } from "./objective.js";

export interface Slice {
  /** How many examples; slices of as many run the same programs. */
  readonly rows: number;
  /** The loss with no data but this slice's. */
  readonly source: LossSource;
}

/**
 * As few slices as go with at most `batch` examples each, as equal as they go: all of the same
 * length, or the last one shorter by fewer examples than there are slices.
 *
 * @throws RangeError where there are no examples to cut, or not as many in all data
 */
export function slicesOf(source: LossSource, batch: number): readonly Slice[] {
  if (!Number.isInteger(batch) || batch < 1)
    throw new RangeError(
      `a batch of ${batch} examples was asked for; it must be a positive integer`,
    );
  const [first, ...others] = source.data.filter(({ examples }) => examples);
  if (first === undefined)
    throw new RangeError(
      "none of the data has examples to be cut into batches; mark those that have",
    );
  const count = first.shape[0] ?? 0;
  for (const { name, shape } of others)
    if (shape[0] !== count)
      throw new RangeError(
        `the data '${name}' has ${shape[0]} examples, but '${first.name}' has ${count}`,
      );
  const rows = Math.ceil(count / Math.ceil(count / batch));
  return Array.from({ length: Math.ceil(count / rows) }, (_, i) => {
    const [start, end] = [i * rows, Math.min((i + 1) * rows, count)];
    const data = source.data.map((tensor) => (tensor.examples ? cut(tensor, start, end) : tensor));
    return { rows: end - start, source: { ...source, data } };
  });
}

/** Some of the examples: a view, not a copy. */
function cut(tensor: BoundTensor, start: number, end: number): BoundTensor {
  const { shape, values } = tensor;
  const size = values.length / shape[0]!;
  return {
    ...tensor,
    shape: [end - start, ...shape.slice(1)],
    values: values.subarray(start * size, end * size),
  };
}
