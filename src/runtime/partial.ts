/**
 * A trajectory that is not finished: its rows as streams, which may be cut anywhere, and its last
 * checkpoints, each with a record of what it and the streams up to it must be. Resuming goes back to
 * the last checkpoint of which all is as recorded; continuing a finished trajectory first writes its
 * rows and state in the same form.
 */
import { readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { exactJson } from "../plan/canonical.js";
import { type BatchWriter, endOf, fileBlocks, readBatches, streamWriter } from "./arrow/ipc.js";
import { readTensors, writeTensors } from "./arrow/tensors.js";
import { checkpointRows, DamagedStage, readStageFile, type Stage } from "./cache.js";
import {
  digestOf,
  makeFolderDurably,
  type Put,
  pieces,
  readWithDigest,
  replaceDurably,
  writeDurably,
} from "./files.js";
import {
  checkpointFile,
  checkpointRecord,
  seriesFile,
  seriesStream,
  snapshotFile,
  stateFile,
} from "./layout.js";
import { type FileRecord, type Making, makingOf } from "./record.js";
import { type Checkpoint, type JsonObject, snapshotNames } from "./step.js";

const rowsKey = "cflow.rows";
const valuesKey = "cflow.values";

/** A checkpoint as it lies on the disk, with what the streams were when it was taken. */
export interface KeptCheckpoint extends Checkpoint, Making {
  /** By their files' names; sizes and digests are of their beginnings. */
  readonly streams: readonly FileRecord[];
}

/** Checkpoints that are kept: if the last one cannot be read, one before it can. */
const checkpointsKept = 2;

/** Writes a checkpoint, then removes old ones. The streams must be synced. */
export async function writeCheckpoint(partial: string, checkpoint: KeptCheckpoint): Promise<void> {
  const { rows, notes, streams } = checkpoint;
  const name = checkpointFile(rows);
  const state = await replaceDurably(join(partial, name), (put) => writeState(checkpoint, put));
  const files = [{ name, ...state }, ...streams];
  const record = exactJson({ notes, files, ...makingOf(checkpoint) });
  await replaceDurably(join(partial, checkpointRecord(rows)), (put) => put(Buffer.from(record)));
  for (const old of checkpointRows(partial).slice(checkpointsKept)) dropCheckpoint(partial, old);
}

/** What of a checkpoint is a file of tensors; notes are in records. */
type State = Omit<Checkpoint, "notes">;

/** Writes a state, its values in the metadata. */
export function writeState({ rows, tensors, values }: State, put: Put): void {
  writeTensors(tensors, put, { [rowsKey]: String(rows), [valuesKey]: exactJson(values) });
}

function dropCheckpoint(partial: string, rows: number): void {
  rmSync(join(partial, checkpointRecord(rows)), { force: true });
  rmSync(join(partial, checkpointFile(rows)), { force: true });
}

interface CheckpointRecord extends Making {
  readonly notes: JsonObject;
  /** The state's, then those of streams. */
  readonly files: readonly FileRecord[];
}

/** A checkpoint whose file and streams are what its record says; undefined for any other. */
function readCheckpoint(partial: string, rows: number): KeptCheckpoint | undefined {
  try {
    const text = readFileSync(join(partial, checkpointRecord(rows)), "utf8");
    const { notes, files, ...making } = JSON.parse(text) as CheckpointRecord;
    const [state, ...streams] = files;
    const { bytes, digest } = readWithDigest(join(partial, state!.name));
    if (digest.sha256 !== state!.sha256) return undefined;
    const whole = streams.every(
      ({ name, size, sha256 }) => digestOf(join(partial, name), size).sha256 === sha256,
    );
    if (!whole) return undefined;
    return { ...parseState(bytes), notes, streams, ...makingOf(making) };
  } catch {
    return undefined;
  }
}

function parseState(bytes: Uint8Array): State {
  const { tensors, metadata } = readTensors(bytes);
  return {
    rows: Number(metadata.get(rowsKey)),
    tensors: [...tensors.values()],
    values: JSON.parse(metadata.get(valuesKey) ?? "{}") as JsonObject,
  };
}

export function clearPartial(partial: string): void {
  rmSync(partial, { recursive: true, force: true });
  makeFolderDurably(partial);
}

/**
 * Brings the partial folder to its last checkpoint that is whole, or to the end of a finished
 * trajectory if that is further; without either it is emptied. Gives the state to go on from.
 * Throws `DamagedStage` if the finished one is.
 */
export async function resume(
  partial: string,
  finished?: Stage,
): Promise<KeptCheckpoint | undefined> {
  for (const rows of checkpointRows(partial)) {
    if (rows < (finished?.record.rows ?? 0)) break;
    const checkpoint = readCheckpoint(partial, rows);
    if (!checkpoint) continue;
    cut(partial, checkpoint);
    return checkpoint;
  }
  clearPartial(partial);
  return finished && seed(partial, finished);
}

/** Removes all that came after a checkpoint. */
function cut(partial: string, { rows, streams }: KeptCheckpoint): void {
  const sizes = new Map(streams.map(({ name, size }) => [name, size]));
  const kept = (name: string) =>
    sizes.has(name) || checkpointRows(partial).some((each) => each <= rows && isOf(name, each));
  for (const name of readdirSync(partial)) {
    if (!kept(name)) rmSync(join(partial, name), { recursive: true });
  }
  for (const [name, size] of sizes) truncateSync(join(partial, name), size);
}

function isOf(name: string, rows: number): boolean {
  return name === checkpointFile(rows) || name === checkpointRecord(rows);
}

/** Writes a finished trajectory as an unfinished one. */
async function seed(partial: string, finished: Stage): Promise<KeptCheckpoint> {
  const { folder, record } = finished;
  const state = parseState(readStageFile(finished, stateFile));
  for (const { name } of record.files) readStageFile(finished, name);
  const streams: FileRecord[] = [];
  let copied = 0;
  const digest = await writeDurably(join(partial, seriesStream), (put) => {
    let writer: BatchWriter | undefined;
    for (const batch of readBatches(join(folder, seriesFile), "file")) {
      writer ??= streamWriter(batch.schema, put);
      writer.write(batch);
      copied += batch.numRows;
    }
  });
  streams.push({ name: seriesStream, ...digest });
  if (copied !== record.rows || copied !== state.rows) {
    const what = `${seriesFile} has ${copied} rows, and its state is after ${state.rows}, instead of ${record.rows}`;
    throw new DamagedStage({ folder, fingerprint: record.fingerprint, what });
  }
  for (const name of snapshotNames.map(snapshotFile)) {
    if (!record.files.some((file) => file.name === name)) continue;
    const path = join(folder, name);
    const to = endOf(fileBlocks(path));
    const digest = await writeDurably(join(partial, name), (put) => {
      for (const bytes of pieces(path, { to })) put(bytes);
    });
    streams.push({ name, ...digest });
  }
  const checkpoint = { ...state, notes: record.notes, streams, ...makingOf(record) };
  await writeCheckpoint(partial, checkpoint);
  return checkpoint;
}
