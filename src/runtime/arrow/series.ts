/**
 * Series: a table with a row a step. Not measured is an Arrow null; NaN and infinities are values;
 * spectra, whose length changes along the way, are lists.
 */
import {
  type Data,
  DataType,
  Field,
  Float64,
  Int32,
  List,
  makeData,
  Precision,
  type RecordBatch,
  type Schema,
} from "apache-arrow";
import type { Put } from "../files.js";
import type { SeriesColumn, SeriesRow, SeriesTable, SeriesValue } from "../step.js";
import { contentSchema, decode, fileWriter, recordBatch, wholeLength } from "./ipc.js";

/** Rows a batch of a finished file: its bytes depend on the rows alone, not on when they came. */
const fileBatch = 1024;

const types: Record<SeriesColumn["type"], () => DataType> = {
  float64: () => new Float64(),
  int32: () => new Int32(),
  "list<float64>": () => new List(new Field("item", new Float64(), false)),
};

export function seriesSchema(columns: readonly SeriesColumn[]): Schema {
  return contentSchema(
    "series",
    columns.map(({ name, type }) => new Field(name, types[type](), true)),
  );
}

/** The columns that a schema describes; programs of users write numbers of other sizes, too. */
function seriesColumns(schema: Schema): SeriesColumn[] {
  const columns = schema.fields.map(({ name, type }) => {
    const match = columnType(type);
    if (!match) throw new TypeError(`column '${name}' of type ${type} is no series`);
    return { name, type: match } as SeriesColumn;
  });
  namesOf(columns);
  return columns;
}

function namesOf(columns: readonly SeriesColumn[]): ReadonlySet<string> {
  const names = new Set(columns.map(({ name }) => name));
  if (names.size < columns.length) throw new RangeError("two series have the same name");
  return names;
}

function columnType(type: DataType): SeriesColumn["type"] | undefined {
  if (DataType.isInt(type)) {
    return type.bitWidth < 32 || (type.bitWidth === 32 && type.isSigned) ? "int32" : "float64";
  }
  if (DataType.isList(type)) return isFloat(type.valueType) ? "list<float64>" : undefined;
  return isFloat(type) ? "float64" : undefined;
}

function isFloat(type: DataType): boolean {
  return DataType.isFloat(type) && type.precision !== Precision.HALF;
}

type Scalars = (number | null)[];
type Lists = (Float64Array | null)[];

/** Rows in memory, by column. */
export class SeriesBuffer {
  readonly schema: Schema;
  private readonly data: { column: SeriesColumn; values: Scalars | Lists }[];
  private readonly names: ReadonlySet<string>;
  rows = 0;

  constructor(readonly columns: readonly SeriesColumn[]) {
    this.schema = seriesSchema(columns);
    this.data = columns.map((column) => ({ column, values: [] }));
    this.names = namesOf(columns);
  }

  /** A column left out is null. Throws for a name or value that no column takes. */
  append(row: SeriesRow): void {
    for (const name of Object.keys(row)) {
      if (!this.names.has(name)) throw new RangeError(`there is no series '${name}' to append to`);
    }
    const values = this.data.map(({ column }) => checked(column, row[column.name] ?? null));
    this.data.forEach((target, i) => {
      (target.values as SeriesValue[]).push(values[i]!);
    });
    this.rows++;
  }

  /** Appends the first `rows` rows of a batch; lists view its bytes. */
  appendBatch(batch: RecordBatch, rows = batch.numRows): void {
    this.data.forEach(({ column, values }, i) => {
      appendColumn(values, column, batch.data.children[i]!, rows);
    });
    this.rows += rows;
  }

  /** Rows [from, to) as an Arrow batch. */
  batch(from = 0, to = this.rows): RecordBatch {
    const columns = this.data.map(({ column, values }) =>
      column.type === "list<float64>"
        ? listData(values.slice(from, to) as Lists)
        : scalarData(column.type, values.slice(from, to) as Scalars),
    );
    return recordBatch(this.schema, to - from, columns);
  }

  clear(): void {
    for (const column of this.data) column.values = [];
    this.rows = 0;
  }

  table(): SeriesTable {
    return tableOf(this.columns, this.rows, (i) => this.data[i]!.values);
  }
}

/** @param valuesOf  the values of the column at this place */
function tableOf(
  columns: readonly SeriesColumn[],
  rows: number,
  valuesOf: (column: number) => Scalars | Lists,
): SeriesTable {
  const find = (name: string, list: boolean) => {
    const i = columns.findIndex((column) => column.name === name);
    if (i < 0) {
      const names = columns.map((column) => column.name).join(", ");
      throw new RangeError(`there is no series '${name}', only ${names}`);
    }
    if ((columns[i]!.type === "list<float64>") !== list) {
      throw new RangeError(`series '${name}' holds ${list ? "numbers" : "lists"} a row`);
    }
    return valuesOf(i);
  };
  return {
    columns,
    rows,
    scalar: (name) => find(name, false) as Scalars,
    list: (name) => find(name, true) as Lists,
  };
}

/** Lists view the data's bytes. */
function appendColumn(
  values: Scalars | Lists,
  { type }: SeriesColumn,
  data: Data,
  rows: number,
): void {
  const read = type === "list<float64>" ? listAt : scalarAt;
  const isWhole = data.nullCount === 0;
  for (let row = 0; row < rows; row++) {
    (values as SeriesValue[]).push(isWhole || data.getValid(row) ? read(data, row) : null);
  }
}

function checked(column: SeriesColumn, value: SeriesValue): SeriesValue {
  if (value === null) return null;
  if (column.type === "list<float64>") {
    if (typeof value === "number") throw new TypeError(`series '${column.name}' takes lists`);
    return Float64Array.from(value);
  }
  if (typeof value !== "number") throw new TypeError(`series '${column.name}' takes numbers`);
  if (column.type === "int32" && (value | 0) !== value) {
    throw new TypeError(`series '${column.name}' takes 32-bit integers, not ${value}`);
  }
  return value;
}

function scalarAt(data: Data, row: number): number {
  return Number(data.values[row]);
}

function listAt(data: Data, row: number): Float64Array {
  const offsets = data.valueOffsets;
  return (data.children[0]!.values as Float64Array).subarray(offsets[row], offsets[row + 1]);
}

/** Bit i is set where row i has a value; absent where all rows have. */
function validity(values: readonly unknown[]) {
  const nullCount = values.reduce<number>((count, value) => count + (value === null ? 1 : 0), 0);
  if (nullCount === 0) return { nullCount };
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, i) => {
    if (value !== null) nullBitmap[i >> 3]! |= 1 << (i & 7);
  });
  return { nullCount, nullBitmap };
}

function scalarData(type: "float64" | "int32", values: Scalars): Data {
  const common = { length: values.length, ...validity(values) };
  const filled = values.map((value) => value ?? 0);
  return type === "int32"
    ? makeData({ type: new Int32(), data: Int32Array.from(filled), ...common })
    : makeData({ type: new Float64(), data: Float64Array.from(filled), ...common });
}

function listData(lists: Lists): Data {
  const valueOffsets = new Int32Array(lists.length + 1);
  lists.forEach((list, i) => {
    valueOffsets[i + 1] = valueOffsets[i]! + (list?.length ?? 0);
  });
  const values = new Float64Array(valueOffsets[lists.length]!);
  lists.forEach((list, i) => {
    if (list) values.set(list, valueOffsets[i]);
  });
  const child = makeData({
    type: new Float64(),
    length: values.length,
    nullCount: 0,
    data: values,
  });
  return makeData({
    type: types["list<float64>"]() as List<Float64>,
    length: lists.length,
    ...validity(lists),
    valueOffsets,
    child,
  });
}

/** Writes all rows as a file. */
export function writeSeries(series: SeriesBuffer, put: Put): void {
  const writer = fileWriter(series.schema, put);
  for (let from = 0; from < series.rows; from += fileBatch) {
    writer.write(series.batch(from, Math.min(from + fileBatch, series.rows)));
  }
  writer.end();
}

/** The first `rows` rows of a file's or stream's bytes; a column is decoded once it is asked for. */
export function readSeries(bytes: Uint8Array, rows = Number.POSITIVE_INFINITY): SeriesTable {
  const { schema, batches } = decode(bytes);
  const columns = seriesColumns(schema);
  const parts = firstRows(batches, rows);
  const decoded = new Map<number, Scalars | Lists>();
  const valuesOf = (i: number) => {
    const known = decoded.get(i);
    if (known) return known;
    const values: Scalars | Lists = [];
    for (const { batch, rows } of parts) {
      appendColumn(values, columns[i]!, batch.data.children[i]!, rows);
    }
    decoded.set(i, values);
    return values;
  };
  const all = parts.reduce((sum, part) => sum + part.rows, 0);
  return tableOf(columns, all, valuesOf);
}

/** The first `rows` rows of a stream that may be growing: as many as are whole; undefined without any. */
export function readGrowingSeries(bytes: Uint8Array, rows: number): SeriesTable | undefined {
  const whole = wholeLength(bytes);
  if (whole === 0) return undefined;
  const table = readSeries(bytes.subarray(0, whole), rows);
  return table.rows > 0 ? table : undefined;
}

/** Writes the first `rows` rows of a file's bytes, as a file of no more. */
export function cutSeries(bytes: Uint8Array, rows: number, put: Put): void {
  const { schema, batches } = decode(bytes);
  const series = new SeriesBuffer(seriesColumns(schema));
  for (const part of firstRows(batches, rows)) series.appendBatch(part.batch, part.rows);
  writeSeries(series, put);
}

/** Batches with as many rows of each as are among the first. */
function firstRows(batches: readonly RecordBatch[], rows: number) {
  let left = rows;
  return batches.map((batch) => {
    const taken = Math.min(batch.numRows, left);
    left -= taken;
    return { batch, rows: taken };
  });
}
