/** Results as Arrow files, with the bytes that a stage of these rows would have. */
import { SeriesBuffer, writeSeries } from "../runtime/arrow/series.js";
import { writeSnapshots } from "../runtime/arrow/snapshots.js";
import { writeTensors } from "../runtime/arrow/tensors.js";
import type { Put } from "../runtime/files.js";
import type { SeriesTable, Snapshots, TensorColumn } from "../runtime/step.js";

export function arrowOfSeries(table: SeriesTable): Uint8Array {
  const series = new SeriesBuffer(table.columns);
  const columns = table.columns.map(({ name, type }) => ({
    name,
    values: type === "list<float64>" ? table.list(name) : table.scalar(name),
  }));
  for (let row = 0; row < table.rows; row++) {
    series.append(Object.fromEntries(columns.map(({ name, values }) => [name, values[row]!])));
  }
  return written((put) => writeSeries(series, put));
}

export function arrowOfTensors(tensors: readonly TensorColumn[]): Uint8Array {
  return written((put) => writeTensors(tensors, put));
}

/** There must be one. */
export function arrowOfSnapshots(snapshots: Snapshots): Uint8Array {
  return written((put) => writeSnapshots(snapshots, put));
}

function written(write: (put: Put) => void): Uint8Array {
  const parts: Uint8Array[] = [];
  write((bytes) => parts.push(bytes.slice()));
  return Buffer.concat(parts);
}
