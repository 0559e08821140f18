/** What `stage.json` says: how a stage came to be, and what each of its files must be. */
import { exactJson } from "../plan/canonical.js";
import type { EngineIdentity } from "../plan/fingerprint.js";
import type { Digest } from "./files.js";
import { recordFile } from "./layout.js";
import type { Pace } from "./pace.js";
import type { JsonObject } from "./step.js";

const format = 1;

export interface FileRecord extends Digest {
  readonly name: string;
}

export interface InputRecord {
  /** The step's name at the time. */
  readonly name: string;
  readonly fingerprint: string;
  /** Rows that were read of a trajectory, where that is part of the reader's identity. */
  readonly rows?: number;
}

/** How rows of a trajectory came to be; either is absent in records of before it was kept. */
export interface Making {
  /** Of the engine: with others the last bits differ. */
  readonly threads?: number;
  readonly pace?: Pace;
}

/** That part of what has more; what is undefined is left out. */
export function makingOf({
  threads,
  pace,
}: { readonly [Part in keyof Making]: Making[Part] | undefined }): Making {
  return { ...(threads !== undefined && { threads }), ...(pace && { pace }) };
}

export interface StageRecord extends Making {
  readonly format: typeof format;
  /** The step's name at the time. */
  readonly name: string;
  readonly fingerprint: string;
  readonly kind: string;
  readonly version: number;
  readonly parameters: JsonObject;
  readonly inputs: Readonly<Record<string, InputRecord>>;
  readonly engine?: EngineIdentity;
  /** Rows of a trajectory. */
  readonly rows?: number;
  readonly notes: JsonObject;
  readonly files: readonly FileRecord[];
  /** Versions of cflow and of Node. */
  readonly cflow: string;
  readonly node: string;
  readonly host: string;
  /** ISO 8601. */
  readonly started: string;
  /** Of the run that finished it; an interrupted or shorter one before it is not counted. */
  readonly seconds: number;
}

export function recordText(record: Omit<StageRecord, "format">): string {
  return `${exactJson({ format, ...record })}\n`;
}

/** Why a value is not the record of this fingerprint; undefined if it is. */
export function recordDefect(value: unknown, fingerprint: string): string | undefined {
  if (typeof value !== "object" || value === null) return `${recordFile} holds no record`;
  const record = value as Partial<StageRecord>;
  if (record.format !== format) {
    return `${recordFile} has format ${record.format}; this version of cflow reads ${format}`;
  }
  if (record.fingerprint !== fingerprint) return `${recordFile} is of another stage`;
  return Array.isArray(record.files) ? undefined : `${recordFile} lists no files`;
}

/** A trajectory that left the finite numbers is complete: no longer one has more rows. */
export function diverged(record: Pick<StageRecord, "notes">): boolean {
  return record.notes.diverged_at !== undefined;
}
