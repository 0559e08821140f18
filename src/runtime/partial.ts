/**
 * A trajectory that is not finished: its rows as a stream, which may be cut anywhere, and its last
 * checkpoint, which is replaced in one step. Resuming cuts the streams to the checkpoint's rows;
 * continuing a finished trajectory first writes its rows and state in the same form.
 *
 *   series.arrows, snapshots.arrows   rows so far
 *   checkpoint.arrow                  state after some of them
 *   stage/                            files of the stage, once they are final
 */
import { copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { RecordBatch } from "apache-arrow";
import { exactJson } from "../plan/canonical.js";
import { readBatches, streamWriter } from "./arrow/ipc.js";
import { SeriesBuffer, seriesColumns } from "./arrow/series.js";
import { snapshotStep } from "./arrow/snapshots.js";
import { readTensors, writeTensors } from "./arrow/tensors.js";
import { readStageFile, type Stage } from "./cache.js";
import { readWithDigest, replaceDurably, syncFolder } from "./files.js";
import type { Checkpoint, JsonObject } from "./step.js";

export const seriesStream = "series.arrows";
export const snapshotStream = "snapshots.arrows";
export const seriesFile = "series.arrow";
export const snapshotFile = "snapshots.arrow";
export const stateFile = "state.arrow";
const checkpointFile = "checkpoint.arrow";

export const finalFolder = (partial: string) => join(partial, "stage");

const rowsKey = "cflow.rows";
const valuesKey = "cflow.values";

export async function writeCheckpoint(partial: string, checkpoint: Checkpoint): Promise<void> {
  const { rows, tensors, values } = checkpoint;
  const metadata = { [rowsKey]: String(rows), [valuesKey]: exactJson(values) };
  await replaceDurably(join(partial, checkpointFile), (put) =>
    writeTensors(tensors, put, metadata),
  );
}

/** The last checkpoint; undefined where there is none that can be read. */
export function readCheckpoint(partial: string): Checkpoint | undefined {
  const path = join(partial, checkpointFile);
  if (!existsSync(path)) return undefined;
  try {
    return parseCheckpoint(readWithDigest(path).bytes);
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

/** A checkpoint is what a stage keeps as its final state. */
export function copyState(partial: string): string {
  const target = join(finalFolder(partial), stateFile);
  copyFileSync(join(partial, checkpointFile), target);
  return target;
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
  const snapshots = join(partial, snapshotStream);
  if (existsSync(snapshots)) await copySnapshots(snapshots, "stream", snapshots, rows);
  return true;
}

/** Writes a finished trajectory as an unfinished one. */
async function seed(partial: string, finished: Stage): Promise<Checkpoint> {
  const { folder, record } = finished;
  const state = parseCheckpoint(readStageFile(finished, stateFile));
  for (const { name } of record.files) readStageFile(finished, name);
  await copySeries(join(folder, seriesFile), "file", join(partial, seriesStream), state.rows);
  if (record.files.some(({ name }) => name === snapshotFile)) {
    await copySnapshots(
      join(folder, snapshotFile),
      "file",
      join(partial, snapshotStream),
      state.rows,
    );
  }
  await writeCheckpoint(partial, state);
  syncFolder(partial);
  return state;
}

type Form = "file" | "stream";

/** Copies rows before `rows` as a stream; gives how many there were. */
async function copySeries(from: string, form: Form, to: string, rows: number): Promise<number> {
  let copied = 0;
  await copyStream(from, form, to, (batch) => {
    const count = Math.min(batch.numRows, rows - copied);
    copied += count;
    if (count === batch.numRows) return batch;
    const kept = new SeriesBuffer(seriesColumns(batch.schema));
    kept.appendBatch(batch, 0, count);
    return kept.batch();
  });
  return copied;
}

function copySnapshots(from: string, form: Form, to: string, rows: number): Promise<void> {
  return copyStream(from, form, to, (batch) => (snapshotStep(batch) < rows ? batch : undefined));
}

/** A stream's torn end is left out, as what precedes it is whole; a file has none. */
async function copyStream(
  from: string,
  form: Form,
  to: string,
  keep: (batch: RecordBatch) => RecordBatch | undefined,
): Promise<void> {
  await replaceDurably(to, async (put) => {
    let writer: BatchWriter | undefined;
    try {
      for await (const batch of readBatches(from, form)) {
        writer ??= streamWriter(batch.schema, put);
        const kept = keep(batch);
        if (kept && kept.numRows > 0) writer.write(kept);
      }
    } catch (error) {
      if (form === "file" || cacheErrors(error)) throw error;
    }
  });
}
