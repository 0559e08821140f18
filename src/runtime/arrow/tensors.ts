/**
 * Tensors as columns of one row, in the canonical extension type `arrow.fixed_shape_tensor`
 * (https://arrow.apache.org/docs/format/CanonicalExtensions.html): a fixed-size list of the
 * row-major values, with the shape in the field's metadata.
 */
import {
  type Data,
  DataType,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int32,
  makeData,
  type RecordBatch,
} from "apache-arrow";
import type { Put } from "../files.js";
import type { TensorColumn } from "../step.js";
import { contentSchema, decode, fileWriter, recordBatch, sortedMetadata } from "./ipc.js";

const extensionName = "ARROW:extension:name";
const extensionMetadata = "ARROW:extension:metadata";

type Values = TensorColumn["values"];

function elementType(values: Values): Float32 | Float64 | Int32 {
  if (values instanceof Float32Array) return new Float32();
  if (values instanceof Float64Array) return new Float64();
  return new Int32();
}

/** Throws if the values don't fill the shape. */
export function tensorField({ name, shape, values }: TensorColumn): Field {
  const size = shape.reduce((a, b) => a * b, 1);
  if (size !== values.length) {
    throw new RangeError(
      `tensor '${name}' of shape [${shape.join(", ")}] has ${values.length} values instead of ${size}`,
    );
  }
  return new Field(
    name,
    new FixedSizeList(size, new Field("item", elementType(values), false)),
    false,
    sortedMetadata([
      [extensionName, "arrow.fixed_shape_tensor"],
      [extensionMetadata, JSON.stringify({ shape })],
    ]),
  );
}

/** One row: the tensor itself. */
export function tensorData(field: Field, values: Values): Data {
  const child = makeData({
    type: elementType(values) as Float64,
    length: values.length,
    nullCount: 0,
    data: values as Float64Array,
  });
  return makeData({ type: field.type as FixedSizeList, length: 1, nullCount: 0, child });
}

/** The tensor in a row of a column written by `tensorData`; its values view the batch's bytes. */
export function tensorAt(batch: RecordBatch, column: number, row: number): TensorColumn {
  const field = batch.schema.fields[column]!;
  const shape = JSON.parse(field.metadata.get(extensionMetadata) ?? "{}").shape;
  if (!DataType.isFixedSizeList(field.type) || !Array.isArray(shape)) {
    throw new TypeError(`column '${field.name}' holds no fixed-shape tensors`);
  }
  const size = field.type.listSize;
  const values = batch.data.children[column]!.children[0]!.values as Values;
  return { name: field.name, shape, values: values.subarray(row * size, (row + 1) * size) };
}

/**
 * Writes a file of one row. `metadata` must be decided by the values alone, as must all bytes.
 * Throws for tensors of equal names.
 */
export function writeTensors(
  columns: readonly TensorColumn[],
  put: Put,
  metadata: Readonly<Record<string, string>> = {},
): void {
  const names = columns.map((column) => column.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new RangeError(`two tensors are named '${twice}'`);
  const fields = columns.map(tensorField);
  const schema = contentSchema("tensors", fields, metadata);
  const writer = fileWriter(schema, put);
  writer.write(
    recordBatch(
      schema,
      1,
      columns.map(({ values }, i) => tensorData(fields[i]!, values)),
    ),
  );
  writer.end();
}

export interface TensorFile {
  readonly tensors: ReadonlyMap<string, TensorColumn>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Reads what `writeTensors` wrote, without copying values. */
export function readTensors(bytes: Uint8Array): TensorFile {
  const [batch] = decode(bytes).batches;
  if (!batch) throw new RangeError("the file holds no tensors");
  const columns = batch.schema.fields.map((_, i) => tensorAt(batch, i, 0));
  return {
    tensors: new Map(columns.map((column) => [column.name, column])),
    metadata: batch.schema.metadata,
  };
}
