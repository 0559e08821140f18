/** The record of every run, a JSON file each, which tells what was run, from what text, and how it went. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exactJson } from "../plan/canonical.js";
import { errorCode, readJson } from "./files.js";
import { type Cache, runsFolder } from "./layout.js";
import type { JsonObject } from "./step.js";

export interface RunStep {
  readonly name: string;
  readonly kind: string;
  readonly fingerprint: string;
  /** Rows asked for, of a trajectory. */
  readonly length?: number;
  /** As the run's summary says; `pending` while it runs. */
  readonly status: string;
  readonly seconds: number;
  /** What the step noted, such as a claim's verdict. */
  readonly notes: JsonObject;
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
  readonly seconds: number;
  readonly status: "running" | "complete" | "failed" | "interrupted";
  readonly cflow: string;
  readonly subject?: RunSubject;
  readonly steps: readonly RunStep[];
}

/** A new run's id, which sorts by time: `20260102T030405678Z-1a2b3c`. */
export function runId(started: Date): string {
  return `${started.toISOString().replace(/[-:.]/g, "")}-${randomBytes(3).toString("hex")}`;
}

/** Writes or replaces a run's record; gives its path. Throws the file system's error. */
export function writeRun(cache: Cache, record: RunRecord): string {
  const path = join(runsFolder(cache), `${record.id}.json`);
  mkdirSync(runsFolder(cache), { recursive: true });
  writeFileSync(nextRun(cache, record.id), `${exactJson(record)}\n`, { flush: true });
  renameSync(nextRun(cache, record.id), path);
  return path;
}

/** Where a record is written before it takes its place. */
export function nextRun(cache: Cache, id: string): string {
  return join(runsFolder(cache), `${id}.json.next`);
}

/** Records of runs, newest first; files that hold none are left out. */
export function* runs(cache: Cache): Generator<RunRecord> {
  for (const name of runNames(cache)) {
    const record = tolerantly(() => readJson(join(runsFolder(cache), name)));
    if (isRun(record)) yield record;
  }
}

function runNames(cache: Cache): string[] {
  try {
    const names = readdirSync(runsFolder(cache)).filter((name) => name.endsWith(".json"));
    return names.sort().reverse();
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return [];
    throw error;
  }
}

function tolerantly(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function isRun(value: unknown): value is RunRecord {
  return typeof value === "object" && value !== null && "id" in value && "steps" in value;
}
