/** Makes a finished step's files a stage: its record is written, all is synced, and then renamed. */
import { rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { inputRecords } from "../plan/fingerprint.js";
import type { Step } from "../plan/graph.js";
import { commitStage, type Stage } from "./cache.js";
import { syncFolder, writeTextDurably } from "./files.js";
import { type Cache, finalFolder, partialFolder, recordFile } from "./layout.js";
import { makingOf, recordText, type StageRecord } from "./record.js";
import type { FinishedFiles } from "./stage-writer.js";
import { version as cflow } from "./version.js";

/** Commits what a worker left in the partial folder. Throws the file system's errors. */
export async function commit(
  cache: Cache,
  step: Step,
  finished: FinishedFiles,
  started: Date,
  stepNamed: (name: string) => Step,
): Promise<Stage> {
  const { name, fingerprint, kind, version, parameters, engine } = step;
  const record: Omit<StageRecord, "format"> = {
    name,
    fingerprint,
    kind,
    version,
    parameters,
    inputs: inputRecords(step, stepNamed),
    ...(engine && { engine }),
    ...(finished.rows !== undefined && { rows: finished.rows }),
    ...makingOf(finished),
    notes: finished.notes,
    files: finished.files,
    cflow,
    node: process.versions.node,
    host: hostname(),
    started: started.toISOString(),
    seconds: (Date.now() - started.getTime()) / 1000,
  };
  const partial = partialFolder(cache, fingerprint);
  const folder = finalFolder(partial);
  await writeTextDurably(join(folder, recordFile), recordText(record));
  syncFolder(folder);
  const committed = commitStage(cache, folder, fingerprint, finished.rows);
  rmSync(partial, { recursive: true, force: true });
  return { folder: committed, record: { format: 1, ...record } };
}
