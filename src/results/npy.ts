/** Results as arrays for NumPy: float64, float32 or int32, row-major. Not measured is NaN. */
import { encodeNpy } from "../data/npy/index.js";
import type { SeriesTable, Snapshots, TensorColumn } from "../runtime/step.js";
import { isList, longest } from "./columns.js";

export function npyOfTensor({ shape, values }: TensorColumn): Uint8Array {
  return encodeNpy(shape, values);
}

/** A vector; of lists a matrix with a row a step, padded with NaN. */
export function npyOfSeries(table: SeriesTable, name: string): Uint8Array {
  const { rows } = table;
  if (!isList(table, name)) {
    const values = table.scalar(name);
    const { type } = table.columns.find((column) => column.name === name)!;
    const whole = type === "int32" && !values.includes(null);
    return encodeNpy(
      [rows],
      whole ? Int32Array.from(values, Number) : Float64Array.from(values, (v) => v ?? Number.NaN),
    );
  }
  const lists = table.list(name);
  const width = longest(lists);
  const matrix = new Float64Array(rows * width).fill(Number.NaN);
  lists.forEach((list, row) => {
    if (list) matrix.set(list, row * width);
  });
  return encodeNpy([rows, width], matrix);
}

/** All tensors of a kind: the axis of snapshots comes first. There must be one. */
export function npyOfSnapshots({ tensors }: Snapshots): Uint8Array {
  const [first] = tensors;
  const size = first!.values.length;
  const values = new (first!.values.constructor as Float64ArrayConstructor)(size * tensors.length);
  tensors.forEach((tensor, i) => {
    values.set(tensor.values, i * size);
  });
  return encodeNpy([tensors.length, ...first!.shape], values);
}
