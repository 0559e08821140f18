/** What a step writes into: files of a stage, a trajectory's streams and checkpoints. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { exactJson } from "../plan/canonical.js";
import { writeTensors } from "./arrow/tensors.js";
import { pieces, syncFolder, writeDurably } from "./files.js";
import { finalFolder, seriesFile, seriesStream, snapshotFile, stateFile } from "./layout.js";
import { stopwatch } from "./pace.js";
import { type KeptCheckpoint, writeCheckpoint, writeState } from "./partial.js";
import { diverged, type FileRecord, type Making, makingOf } from "./record.js";
import { type JsonObject, type SnapshotName, type StageWriter, snapshotNames } from "./step.js";
import {
  finishSeries,
  type GrowingSeries,
  type GrowingSnapshots,
  growSeries,
  growSnapshots,
  keptSnapshots,
} from "./streams.js";

/** Seconds between checkpoints; more where writing one takes longer than a twentieth of it. */
export const checkpointSeconds = 5;
const checkpointShare = 20;

/** Milliseconds that a step may compute before messages are let in. */
const turn = 20;

export interface StageWriterOptions {
  /** The folder of what is being made; holds the kept rows if the step goes on from a checkpoint. */
  readonly partial: string;
  /** Rows of a trajectory. */
  readonly length?: number;
  readonly resume?: KeptCheckpoint;
  /** Seconds between checkpoints. */
  readonly every?: number;
  /** With which the step computes. */
  readonly threads?: number;
}

export interface FinishedFiles extends Making {
  readonly files: readonly FileRecord[];
  readonly rows?: number;
  readonly notes: JsonObject;
}

export interface OpenStage {
  readonly writer: StageWriter;
  /** Makes the final files. Throws if the step left something out. */
  finish(): Promise<FinishedFiles>;
  /** Closes streams; what was written stays for another run. */
  close(): void;
}

export function openStage(options: StageWriterOptions): OpenStage {
  const { partial, length, resume, every = checkpointSeconds, threads } = options;
  const checkpointDelay = every * 1000;
  const trajectory = length !== undefined;
  const folder = finalFolder(partial);
  const seriesPath = join(partial, seriesStream);
  const growingOf = (name: SnapshotName) => join(partial, snapshotFile(name));
  const files: FileRecord[] = [];
  const scratches: string[] = [];
  let notes: JsonObject = {};
  /** After the last row. */
  let state: FileRecord | undefined;
  let series: GrowingSeries | undefined;
  const watch = stopwatch(resume?.rows ?? 0, resume?.pace);
  const snapshots = new Map<SnapshotName, GrowingSnapshots>();
  /** What each stream was at the last checkpoint. */
  const streams = new Map(resume?.streams.map((stream) => [stream.name, stream]));
  let due = performance.now() + checkpointDelay;
  let yielded = performance.now();

  const making = () => makingOf({ threads, pace: watch.pace() });
  const writeFile = async (name: string, write: Parameters<typeof writeDurably>[1]) => {
    mkdirSync(folder, { recursive: true });
    return { name, ...(await writeDurably(join(folder, name), write)) };
  };
  const addFile = async (...args: Parameters<typeof writeFile>) => {
    files.push(await writeFile(...args));
  };

  const writer: StageWriter = {
    async tensors(file, columns) {
      if (trajectory) throw new Error("a trajectory keeps tensors in checkpoints and snapshots");
      const name = `${file}.arrow`;
      if (!/^[a-z][\w-]*$/.test(file) || files.some((each) => each.name === name)) {
        throw new Error(`'${file}' is no name of a further file`);
      }
      await addFile(name, (put) => writeTensors(columns, put));
    },
    async series(columns) {
      if (series) throw new Error("a stage has one series, and it is open already");
      series = growSeries(seriesPath, columns, resume?.rows ?? 0);
      return series;
    },
    async snapshot(step, tensor, name = "snapshots") {
      if (!trajectory || step >= length) {
        throw new RangeError(`a snapshot at step ${step} of a trajectory of ${length} rows`);
      }
      let growing = snapshots.get(name);
      if (!growing) {
        growing = growSnapshots(growingOf(name), tensor, resume?.rows ?? 0);
        snapshots.set(name, growing);
      }
      growing.append(step, tensor);
    },
    async checkpoint(make, final = false) {
      if (!trajectory) throw new Error("only a trajectory has checkpoints");
      if (performance.now() - yielded > turn) {
        await setImmediate();
        yielded = performance.now();
      }
      watch.mark(series?.rows ?? 0);
      const start = performance.now();
      if (!final && start < due) return;
      const checkpoint = make();
      const last = checkpoint.rows === length;
      // The final one comes next.
      if (last && !final) return;
      const appended = series?.rows ?? 0;
      if (checkpoint.rows !== appended) {
        throw new RangeError(`a checkpoint after ${checkpoint.rows} rows, not ${appended}`);
      }
      if (last) {
        // It is the stage's own; until that is finished, the checkpoint before this is there.
        notes = { ...checkpoint.notes, ...notes };
        state = await writeFile(stateFile, (put) => writeState(checkpoint, put));
        return;
      }
      // Rows first: a checkpoint promises that they are there.
      if (series) streams.set(seriesStream, { name: seriesStream, ...series.sync() });
      for (const [of, growing] of snapshots) {
        const name = snapshotFile(of);
        streams.set(name, { name, ...growing.sync() });
      }
      await writeCheckpoint(partial, {
        ...checkpoint,
        streams: [...streams.values()],
        ...making(),
      });
      const end = performance.now();
      due = end + Math.max(checkpointDelay, checkpointShare * (end - start));
    },
    async file(name, path) {
      if (trajectory) throw new Error("a trajectory keeps series and snapshots");
      if (!/^[A-Za-z0-9][\w.-]*$/.test(name) || files.some((each) => each.name === name)) {
        throw new Error(`'${name}' is no name of a further file`);
      }
      await addFile(name, (put) => {
        for (const piece of pieces(path)) put(piece);
      });
    },
    scratch() {
      const folder = mkdtempSync(join(partial, "scratch-"));
      scratches.push(folder);
      return folder;
    },
    note(facts) {
      exactJson(facts);
      notes = { ...notes, ...facts };
    },
  };

  const finish = async (): Promise<FinishedFiles> => {
    const rows = series?.rows ?? 0;
    const ended = trajectory && diverged({ notes });
    if (trajectory && (ended ? rows > length : rows !== length)) {
      throw new Error(`the step appended ${rows} of ${length} rows`);
    }
    if (trajectory && !ended && !state) {
      throw new Error("the step ended without a final checkpoint after its last row");
    }
    watch.mark(rows);
    series?.flush();
    mkdirSync(folder, { recursive: true });
    const finished = series;
    if (finished) await addFile(seriesFile, (put) => finishSeries(seriesPath, finished, put));
    for (const name of trajectory ? snapshotNames : []) {
      const growing = snapshots.get(name) ?? keptSnapshots(growingOf(name), rows);
      const file = snapshotFile(name);
      if (growing) files.push({ name: file, ...growing.finish(join(folder, file)) });
    }
    if (state) files.push(state);
    syncFolder(folder);
    const of = trajectory && { rows, ...making() };
    return { files, ...of, notes };
  };

  const close = () => {
    for (const each of scratches.splice(0)) rmSync(each, { recursive: true, force: true });
    series?.close();
    for (const growing of snapshots.values()) growing.close();
  };

  return { writer, finish, close };
}
