/** Cuts data into slices of examples, which share what is compiled for slices of their size. */
import type { Device, NamedValues, Workspace } from "./device.js";
import type { BoundTensor, LossSource, MapSource } from "./objective.js";
import { dataName } from "./programs.js";

type Source = LossSource | MapSource;

export interface Slice<S extends Source> {
  /** How many examples, unless it is all that there are; slices of as many run the same programs. */
  readonly rows: number | undefined;
  /** The loss or map with no data but this slice's. */
  readonly source: S;
}

/**
 * As few slices as go with at most `batch` examples each, as equal as they go: all of the same
 * length, or the last one shorter by fewer examples than there are slices. One of all without it.
 *
 * @throws RangeError where there are no examples to cut, or not as many in all data
 */
export function slicesOf<S extends Source>(
  source: S,
  batch: number | undefined,
): readonly Slice<S>[] {
  if (batch === undefined) return [{ rows: undefined, source }];
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

export interface SliceRun<T> {
  /** For slices of its size. */
  readonly compiled: T;
  /** The weights, and the slice's own data. */
  readonly inputs: NamedValues;
}

export interface Sizes<T> {
  /** Every slice at `weights`, in order. */
  over(weights: NamedValues): readonly SliceRun<T>[];
  dispose(): Promise<void>;
}

/** Compiles for each size of slices. What all slices share is bound: of a single one, everything. */
export async function compileSizes<S extends Source, T>(
  device: Device,
  slices: readonly Slice<S>[],
  compile: (workspace: Workspace, source: S, rows: number | undefined) => Promise<T>,
): Promise<Sizes<T>> {
  const varies = ({ examples }: BoundTensor) => examples !== undefined && slices.length > 1;
  const workspace = device.open(slices[0]!.source.data.map(named).filter((data) => !varies(data)));
  const compiled = new Map<number | undefined, T>();
  for (const { rows, source } of slices)
    if (!compiled.has(rows)) compiled.set(rows, await compile(workspace, source, rows));
  return {
    over: (weights) =>
      slices.map(({ rows, source }) => {
        const inputs = new Map(weights);
        for (const { name, values } of source.data.map(named).filter(varies))
          inputs.set(name, values);
        return { compiled: compiled.get(rows)!, inputs };
      }),
    dispose: () => workspace.dispose(),
  };
}

/** A tensor under the name of its graph's input. */
function named(tensor: BoundTensor, index: number): BoundTensor {
  return { ...tensor, name: dataName(index) };
}
