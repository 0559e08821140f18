/** Tensors kept along a trajectory, such as weights: `step` and a tensor, a row (and a batch) each. */
import { Field, Int32, makeData, type RecordBatch, type Schema } from "apache-arrow";
import type { Put } from "../files.js";
import type { Snapshots, TensorColumn } from "../step.js";
import { contentSchema, decode, fileWriter, recordBatch } from "./ipc.js";
import { tensorAt, tensorData, tensorField } from "./tensors.js";

export function snapshotSchema(tensor: TensorColumn): Schema {
  return contentSchema("snapshots", [new Field("step", new Int32(), false), tensorField(tensor)]);
}

/** Throws if the tensor's name, shape or type are not the schema's. */
export function snapshotBatch(schema: Schema, step: number, tensor: TensorColumn): RecordBatch {
  const [, field] = schema.fields;
  const given = tensorField(tensor);
  if (
    given.name !== field!.name ||
    String(given.type) !== String(field!.type) ||
    String([...given.metadata]) !== String([...field!.metadata])
  ) {
    throw new TypeError(
      `snapshots hold '${field!.name}' of type ${field!.type}, not '${given.name}' of type ${given.type}`,
    );
  }
  const steps = makeData({
    type: new Int32(),
    length: 1,
    nullCount: 0,
    data: Int32Array.of(step),
  });
  return recordBatch(schema, 1, [steps, tensorData(field!, tensor.values)]);
}

export function snapshotStep(batch: RecordBatch): number {
  return (batch.data.children[0]!.values as Int32Array)[0]!;
}

/** Snapshots taken before row `rows`; tensors view the bytes. */
export function readSnapshots(bytes: Uint8Array, rows = Number.POSITIVE_INFINITY): Snapshots {
  const kept = decode(bytes).batches.filter((batch) => snapshotStep(batch) < rows);
  return {
    steps: Int32Array.from(kept, snapshotStep),
    tensors: kept.map((batch) => tensorAt(batch, 1, 0)),
  };
}

/** Writes what `readSnapshots` read; there must be one. */
export function writeSnapshots({ steps, tensors }: Snapshots, put: Put): void {
  const schema = snapshotSchema(tensors[0]!);
  const writer = fileWriter(schema, put);
  tensors.forEach((tensor, i) => {
    writer.write(snapshotBatch(schema, steps[i]!, tensor));
  });
  writer.end();
}

/** Writes those taken before row `rows`, as a file of no more. */
export function cutSnapshots(bytes: Uint8Array, rows: number, put: Put): void {
  const { schema, batches } = decode(bytes);
  const writer = fileWriter(schema, put);
  for (const batch of batches) if (snapshotStep(batch) < rows) writer.write(batch);
  writer.end();
}
