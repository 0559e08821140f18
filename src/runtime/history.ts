/** The record of every run, a JSON file each, which tells what was run, from what text, and how it went. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exactJson } from "../plan/canonical.js";
import type { StepOutcome } from "./events.js";
import { errorCode, readJson } from "./files.js";
import { type Cache, runsFolder } from "./layout.js";
import { isAlive, type Owner } from "./lock.js";
import type { JsonObject } from "./step.js";

export interface RunStep {
  readonly name: string;
  readonly kind: string;
  readonly fingerprint: string;
  /** Rows asked for, of a trajectory. */
  readonly length?: number;
  /** As the run's summary says; `pending` until it is brought to an end. */
  readonly status: StepOutcome["status"] | "pending";
  readonly seconds: number;
  /** Rows of the trajectory that is kept, which may be more than were asked for. */
  readonly rows?: number;
  /** What the step noted, such as a claim's verdict. */
  readonly notes: JsonObject;
  /** Why it failed. */
  readonly failure?: { readonly message: string; readonly help?: string };
  /** The step without which it could not run. */
  readonly because?: string;
}

/** What a run was asked for, as told by who starts it. */
export interface RunSubject {
  /** The file's name, as given, and its text. */
  readonly file: string;
  readonly text: string;
  /** The files that it imports, likewise. */
  readonly imports?: readonly { readonly file: string; readonly text: string }[];
  /** As in `lr=0.01`. */
  readonly overrides: readonly string[];
  /** Steps that alone were asked for. */
  readonly only?: readonly string[];
  /** Values of the file's params. */
  readonly params: JsonObject;
  readonly commit?: string;
}

export interface RunRecord {
  readonly id: string;
  /** ISO 8601. */
  readonly started: string;
  /** Until it ended, or until this was written of a run that goes on. */
  readonly seconds: number;
  readonly status: "running" | "complete" | "failed" | "interrupted";
  readonly cflow: string;
  /** Name of the engine that computes tensors. */
  readonly engine?: string;
  /** The process that runs it. */
  readonly owner?: Owner;
  readonly subject?: RunSubject;
  readonly steps: readonly RunStep[];
}

/** A new run's id, which sorts by time: `20260102T030405678Z-1a2b3c`. */
export function runId(started: Date): string {
  return `${started.toISOString().replace(/[-:.]/g, "")}-${randomBytes(3).toString("hex")}`;
}

/** Writes or replaces a run's record; gives its path. Throws the file system's error. */
export function writeRun(cache: Cache, record: RunRecord): string {
  const path = join(runsFolder(cache), `${record.id}${recordEnding}`);
  mkdirSync(runsFolder(cache), { recursive: true });
  writeFileSync(nextRun(cache, record.id), `${exactJson(record)}\n`, { flush: true });
  renameSync(nextRun(cache, record.id), path);
  return path;
}

/** Where a record is written before it takes its place. */
export function nextRun(cache: Cache, id: string): string {
  return join(runsFolder(cache), `${id}${recordEnding}.next`);
}

/** Ids of all runs, newest first. */
export function runIds(cache: Cache): string[] {
  return runNames(cache)
    .map((name) => name.slice(0, -recordEnding.length))
    .sort()
    .reverse();
}

/** A run's record; undefined where there is none that can be read. */
export function readRun(cache: Cache, id: string): RunRecord | undefined {
  try {
    const record = readJson(join(runsFolder(cache), `${id}${recordEnding}`));
    return isRun(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Records of runs, newest first; files that hold none are left out. */
export function* runs(cache: Cache): Generator<RunRecord> {
  for (const id of runIds(cache)) {
    const record = readRun(cache, id);
    if (record) yield record;
  }
}

export type RunState = RunRecord["status"];

/** How a run stands: one that says it is running, and whose process is gone, was interrupted. */
export function stateOf({ status, owner }: RunRecord): RunState {
  return status === "running" && owner && !isAlive(owner) ? "interrupted" : status;
}

const recordEnding = ".json";

function runNames(cache: Cache): string[] {
  try {
    return readdirSync(runsFolder(cache)).filter((name) => name.endsWith(recordEnding));
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return [];
    throw error;
  }
}

function isRun(value: unknown): value is RunRecord {
  return typeof value === "object" && value !== null && "id" in value && "steps" in value;
}
