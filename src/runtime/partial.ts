/**
 * A trajectory that is not finished: its rows as a stream, which may be cut anywhere, and its last
 * checkpoint, which is replaced in one step. Resuming cuts the streams to the checkpoint's rows;
 * continuing a finished trajectory first writes its rows and state in the same form.
 */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { RecordBatch } from "apache-arrow";
import { exactJson } from "../plan/canonical.js";
import { type BatchWriter, readBatches, streamWriter } from "./arrow/ipc.js";
import { snapshotStep } from "./arrow/snapshots.js";
import { readTensors, writeTensors } from "./arrow/tensors.js";
import { checkpointRows, DamagedStage, readStageFile, type Stage } from "./cache.js";
import { type Digest, readWithDigest, replaceDurably, syncFolder, writeDurably } from "./files.js";
import {
  checkpointFile,
  finalFolder,
  seriesFile,
  seriesStream,
  snapshotFile,
  snapshotStream,
  stateFile,
} from "./layout.js";
import { type Checkpoint, type JsonObject, snapshotNames } from "./step.js";

const rowsKey = "cflow.rows";
const valuesKey = "cflow.values";

/** Writes a checkpoint, then removes earlier ones. */
export async function writeCheckpoint(partial: string, checkpoint: Checkpoint): Promise<void> {
  const { rows, tensors, values } = checkpoint;
  const metadata = { [rowsKey]: String(rows), [valuesKey]: exactJson(values) };
  const path = join(partial, checkpointFile(rows));
  await replaceDurably(path, (put) => writeTensors(tensors, put, metadata));
  for (const earlier of checkpointRows(partial)) {
    if (earlier !== rows) rmSync(join(partial, checkpointFile(earlier)), { force: true });
  }
}

/** The last checkpoint; undefined where there is none, or it cannot be read. */
function readCheckpoint(partial: string): Checkpoint | undefined {
  const [rows] = checkpointRows(partial);
  if (rows === undefined) return undefined;
  try {
    return parseCheckpoint(readWithDigest(join(partial, checkpointFile(rows))).bytes);
  } catch {
    return undefined;
  }
}

function parseCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = readTensors(bytes);
  return {
    rows: Number(metadata.get(rowsKey)),
    tensors: [...tensors.values()],
    values: JSON.parse(metadata.get(valuesKey) ?? "{}") as JsonObject,
  };
}

/** The checkpoint after the last row is what a stage keeps as its final state. */
export async function copyState(partial: string, rows: number): Promise<Digest> {
  const { bytes } = readWithDigest(join(partial, checkpointFile(rows)));
  return writeDurably(join(finalFolder(partial), stateFile), (put) => put(bytes));
}

export function clearPartial(partial: string): void {
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
}

/**
 * Brings the partial folder to its last checkpoint, or to the end of a finished trajectory if that
 * is further; without either it is emptied. Gives the state to go on from.
 * Throws `DamagedStage` if the finished one is.
 */
export async function resume(partial: string, finished?: Stage): Promise<Checkpoint | undefined> {
  const checkpoint = readCheckpoint(partial);
  const ahead = checkpoint && checkpoint.rows >= (finished?.record.rows ?? 0);
  if (ahead && (await cut(partial, checkpoint.rows))) return checkpoint;
  clearPartial(partial);
  return finished && seed(partial, finished);
}

/** Cuts the streams to what precedes a row; false if they don't reach it. */
async function cut(partial: string, rows: number): Promise<boolean> {
  rmSync(finalFolder(partial), { recursive: true, force: true });
  const series = join(partial, seriesStream);
  if (!existsSync(series) || (await copySeries(series, "stream", series, rows)) < rows) {
    return false;
  }
  for (const name of snapshotNames) {
    const snapshots = join(partial, snapshotStream(name));
    if (existsSync(snapshots)) await copySnapshots(snapshots, "stream", snapshots, rows);
  }
  return true;
}

/** Writes a finished trajectory as an unfinished one. */
async function seed(partial: string, finished: Stage): Promise<Checkpoint> {
  const { folder, record } = finished;
  const state = parseCheckpoint(readStageFile(finished, stateFile));
  for (const { name } of record.files) readStageFile(finished, name);
  const stream = join(partial, seriesStream);
  const copied = await copySeries(join(folder, seriesFile), "file", stream, state.rows);
  if (copied !== record.rows) {
    const what = `${seriesFile} has ${copied} rows before its state instead of ${record.rows}`;
    throw new DamagedStage({ folder, fingerprint: record.fingerprint, what });
  }
  for (const name of snapshotNames) {
    if (!record.files.some((file) => file.name === snapshotFile(name))) continue;
    const from = join(folder, snapshotFile(name));
    await copySnapshots(from, "file", join(partial, snapshotStream(name)), state.rows);
  }
  await writeCheckpoint(partial, state);
  syncFolder(partial);
  return state;
}

type Form = "file" | "stream";

/** Copies batches of rows before `rows`, which no batch straddles; gives how many rows it copied. */
async function copySeries(from: string, form: Form, to: string, rows: number): Promise<number> {
  let copied = 0;
  await copyStream(from, form, to, (batch) => {
    const keep = copied + batch.numRows <= rows;
    if (keep) copied += batch.numRows;
    return keep;
  });
  return copied;
}

function copySnapshots(from: string, form: Form, to: string, rows: number): Promise<void> {
  return copyStream(from, form, to, (batch) => snapshotStep(batch) < rows);
}

async function copyStream(
  from: string,
  form: Form,
  to: string,
  keep: (batch: RecordBatch) => boolean,
): Promise<void> {
  await replaceDurably(to, async (put) => {
    let writer: BatchWriter | undefined;
    for await (const batch of wholeBatches(from, form)) {
      writer ??= streamWriter(batch.schema, put);
      if (keep(batch)) writer.write(batch);
    }
  });
}

/** A stream's torn end is left out, since what precedes it is whole; a file has none. */
async function* wholeBatches(path: string, form: Form): AsyncGenerator<RecordBatch> {
  try {
    yield* readBatches(path, form);
  } catch (error) {
    if (form === "file") throw error;
  }
}
