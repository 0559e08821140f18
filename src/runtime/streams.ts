/**
 * A running stage's rows, which grow on the disk. A series is a stream of batches as they came, and
 * is written anew when it is finished; snapshots, which may be large, are a file that lacks its end.
 */
import { closeSync, fsyncSync, openSync, renameSync, statSync } from "node:fs";
import type { RecordBatch, Schema } from "apache-arrow";
import { fileBlocks, fileWriter, readBatches, streamWriter } from "./arrow/ipc.js";
import { SeriesBuffer, seriesSchema, writeSeries } from "./arrow/series.js";
import { snapshotBatch, snapshotSchema } from "./arrow/snapshots.js";
import { type Digest, growingDigest, type Put, pieces, writeFully } from "./files.js";
import type { SeriesColumn, SeriesRow, SeriesWriter, TensorColumn } from "./step.js";

/** Rows, and milliseconds, after which a running series is written on. */
const streamBatch = 1024;
const streamDelay = 1000;

export interface GrowingSeries extends SeriesWriter {
  readonly columns: readonly SeriesColumn[];
  /** Kept and appended. */
  readonly rows: number;
  /** Hands over rows that wait in memory; a crash of the machine may still lose them. */
  flush(): void;
  /** All rows appended so far are on the disk when it returns; gives what the stream is then. */
  sync(): Digest;
  /** Rows that were not synced may be lost. */
  close(): void;
}

/** Opens a series with `kept` rows already in the stream. Throws if they have other columns. */
export function growSeries(
  path: string,
  columns: readonly SeriesColumn[],
  kept: number,
): GrowingSeries {
  const buffer = new SeriesBuffer(columns);
  const schema = seriesSchema(columns);
  const output = openOutput(path, schema, "stream");
  const stream = streamWriter(schema, output.put, output.continuing);
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
    flush,
    sync() {
      flush();
      return output.sync();
    },
    close: output.close,
  };
}

/** Writes a finished series as a file, whose bytes depend on the rows alone. */
export function finishSeries(stream: string, series: GrowingSeries, put: Put): void {
  const all = new SeriesBuffer(series.columns);
  for (const batch of readBatches(stream, "stream")) all.appendBatch(batch);
  writeSeries(all, put);
}

export interface GrowingSnapshots {
  append(step: number, tensor: TensorColumn): void;
  sync(): Digest;
  /** Writes the file's end, and moves it to where it is to be. */
  finish(path: string): Digest;
  close(): void;
}

/** Opens snapshots that go on at step `first`; `tensor` shows their name, shape and type. */
export function growSnapshots(path: string, tensor: TensorColumn, first: number): GrowingSnapshots {
  return openSnapshots(path, snapshotSchema(tensor), first);
}

/** Opens the snapshots that an earlier run took, if it took any. */
export function keptSnapshots(path: string, first: number): GrowingSnapshots | undefined {
  const found = firstBatch(path, "file");
  return found && openSnapshots(path, found.schema, first);
}

function openSnapshots(path: string, schema: Schema, first: number): GrowingSnapshots {
  const output = openOutput(path, schema, "file");
  const writer = fileWriter(schema, output.put, output.continuing ? fileBlocks(path) : []);
  let earliest = first;
  return {
    append(step, tensor) {
      if (step < earliest) throw new RangeError(`a snapshot at step ${step} after ${earliest}`);
      writer.write(snapshotBatch(schema, step, tensor));
      earliest = step;
    },
    sync: output.sync,
    finish(to) {
      writer.end();
      const digest = output.sync();
      output.close();
      renameSync(path, to);
      return digest;
    },
    close: output.close,
  };
}

interface Output {
  /** Whether batches of this schema are in the file already. */
  readonly continuing: boolean;
  put(bytes: Uint8Array): void;
  /** What was put is on the disk when it returns; gives what the file is then. */
  sync(): Digest;
  close(): void;
}

function openOutput(path: string, schema: Schema, form: "file" | "stream"): Output {
  const found = firstBatch(path, form);
  if (found && String(found.schema) !== String(schema)) {
    throw new TypeError(`the kept rows are ${found.schema}, not ${schema}`);
  }
  const digest = growingDigest(found ? pieces(path) : []);
  const file = openSync(path, found ? "a" : "w");
  let open = true;
  return {
    continuing: found !== undefined,
    put(bytes) {
      writeFully(file, bytes);
      digest.add(bytes);
    },
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

function firstBatch(path: string, form: "file" | "stream"): RecordBatch | undefined {
  if (!statSync(path, { throwIfNoEntry: false })?.size) return undefined;
  for (const batch of readBatches(path, form)) return batch;
  return undefined;
}
