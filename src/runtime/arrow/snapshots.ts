/** Snapshots of a trajectory's weights: `step` and a tensor, a row (and a batch) a snapshot. */
import { Field, Int32, makeData, type RecordBatch, type Schema } from "apache-arrow";
import type { Snapshots, TensorColumn } from "../step.js";
import { contentSchema, decode, recordBatch } from "./ipc.js";
import { tensorAt, tensorData, tensorField } from "./tensors.js";

export function snapshotSchema(weights: TensorColumn): Schema {
  return contentSchema("snapshots", [new Field("step", new Int32(), false), tensorField(weights)]);
}

/** Throws if the weights' name, shape or type are not the schema's. */
export function snapshotBatch(schema: Schema, step: number, weights: TensorColumn): RecordBatch {
  const [, field] = schema.fields;
  const given = tensorField(weights);
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
  return recordBatch(schema, 1, [steps, tensorData(field!, weights.values)]);
}

export function snapshotStep(batch: RecordBatch): number {
  return (batch.data.children[0]!.values as Int32Array)[0]!;
}

/** Snapshots taken before row `rows`; weights view the bytes. */
export function readSnapshots(bytes: Uint8Array, rows = Number.POSITIVE_INFINITY): Snapshots {
  const kept = decode(bytes).batches.filter((batch) => snapshotStep(batch) < rows);
  return {
    steps: Int32Array.from(kept, snapshotStep),
    weights: kept.map((batch) => tensorAt(batch, 1, 0)),
  };
}
