/** A running stage's series and snapshots: Arrow streams that grow on disk, row by row. */
import { closeSync, fsyncSync, openSync, statSync } from "node:fs";
import type { RecordBatch, Schema } from "apache-arrow";
import { type BatchWriter, fileWriter, type Put, readBatches, streamWriter } from "./arrow/ipc.js";
import { SeriesBuffer, seriesSchema, writeSeries } from "./arrow/series.js";
import { snapshotBatch, snapshotSchema, snapshotStep } from "./arrow/snapshots.js";
import { type Digest, growingDigest, pieces, writeFully } from "./files.js";
import type { SeriesColumn, SeriesRow, SeriesWriter, TensorColumn } from "./step.js";

/** Rows, and milliseconds, after which a running series is written on. */
const streamBatch = 64;
const streamDelay = 1000;

export interface GrowingSeries extends SeriesWriter {
  readonly columns: readonly SeriesColumn[];
  /** Kept and appended. */
  readonly rows: number;
  /** All rows appended so far are on the disk when it returns; gives what the stream is then. */
  sync(): Digest;
  /** Rows that were not synced may be lost. */
  close(): void;
}

/** Opens a series with `kept` rows already in the stream. Throws if they have other columns. */
export async function growSeries(
  path: string,
  columns: readonly SeriesColumn[],
  kept: number,
): Promise<GrowingSeries> {
  const buffer = new SeriesBuffer(columns);
  const stream = await openStream(path, seriesSchema(columns));
  let rows = kept;
  let written = performance.now();
  const flush = () => {
    if (buffer.rows > 0) stream.write(buffer.batch());
    buffer.clear();
    written = performance.now();
  };
  return {
    columns,
    get rows() {
      return rows;
    },
    append(row: SeriesRow) {
      buffer.append(row);
      rows++;
      if (buffer.rows >= streamBatch || performance.now() - written > streamDelay) flush();
    },
    sync() {
      flush();
      return stream.sync();
    },
    close: stream.close,
  };
}

export interface GrowingSnapshots {
  append(step: number, tensor: TensorColumn): void;
  sync(): Digest;
  close(): void;
}

/** Opens snapshots that go on at step `first`; `tensor` shows their name, shape and type. */
export async function growSnapshots(
  path: string,
  tensor: TensorColumn,
  first: number,
): Promise<GrowingSnapshots> {
  const schema = snapshotSchema(tensor);
  const stream = await openStream(path, schema);
  let earliest = first;
  return {
    append(step, tensor) {
      if (step < earliest) throw new RangeError(`a snapshot at step ${step} after ${earliest}`);
      stream.write(snapshotBatch(schema, step, tensor));
      earliest = step;
    },
    sync: stream.sync,
    close: stream.close,
  };
}

interface OpenStream {
  write(batch: RecordBatch): void;
  sync(): Digest;
  close(): void;
}

async function openStream(path: string, schema: Schema): Promise<OpenStream> {
  const found = await firstBatch(path);
  if (found && String(found.schema) !== String(schema)) {
    throw new TypeError(`the kept rows are ${found.schema}, not ${schema}`);
  }
  const digest = growingDigest(found ? pieces(path) : []);
  const file = openSync(path, found ? "a" : "w");
  let open = true;
  const put = (bytes: Uint8Array) => {
    writeFully(file, bytes);
    digest.add(bytes);
  };
  const writer = streamWriter(schema, put, found !== undefined);
  return {
    write: (batch) => writer.write(batch),
    sync() {
      fsyncSync(file);
      return digest.now();
    },
    close() {
      if (open) closeSync(file);
      open = false;
    },
  };
}

async function firstBatch(path: string): Promise<RecordBatch | undefined> {
  if (!statSync(path, { throwIfNoEntry: false })?.size) return undefined;
  for await (const batch of readBatches(path, "stream")) return batch;
  return undefined;
}

/** Writes a finished series as a file, whose bytes depend on the rows alone. */
export async function finishSeries(stream: string, series: GrowingSeries, put: Put): Promise<void> {
  const all = new SeriesBuffer(series.columns);
  for await (const batch of readBatches(stream, "stream")) all.appendBatch(batch);
  writeSeries(all, put);
}

/** Whether a stream holds a snapshot taken before row `rows`. */
export async function hasSnapshots(stream: string, rows: number): Promise<boolean> {
  const first = await firstBatch(stream);
  return first !== undefined && snapshotStep(first) < rows;
}

/** Writes snapshots taken before row `rows` as a file; there must be one. */
export async function finishSnapshots(stream: string, rows: number, put: Put): Promise<void> {
  let writer: BatchWriter | undefined;
  for await (const batch of readBatches(stream, "stream")) {
    if (snapshotStep(batch) >= rows) break;
    writer ??= fileWriter(batch.schema, put);
    writer.write(batch);
  }
  writer?.end();
}
