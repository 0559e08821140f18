/**
 * What a cache holds that nobody needs: which runs count, what they refer to, and the rest. Removing
 * is out of sight in one step, under the lock of who would make it, so that a run beside sees all or
 * nothing; a run that began since then keeps what it refers to.
 */
import { existsSync, readdirSync, rmdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { drop, fingerprints, names, stagesOf, surpassed } from "./cache.js";
import { type RunRecord, runs } from "./history.js";
import {
  type Cache,
  damagedFolder,
  droppedPrefix,
  lockFile,
  locksFolder,
  logsFolder,
  partialFolder,
  partialsFolder,
  stageFolder,
} from "./layout.js";
import { lockOf, ownerOf, tryLock } from "./lock.js";
import { nameOf } from "./verify.js";

export interface Removal {
  readonly what: "result" | "unfinished" | "damaged" | "log" | "lock" | "remains";
  /** The step's, as far as it is known. */
  readonly name: string;
  readonly path: string;
  /** Of the stage that it is about. */
  readonly fingerprint?: string;
  readonly made: Date;
  readonly bytes: number;
}

const day = 86_400_000;

/**
 * Runs whose results are kept: those under way, those of the last so many days, and of every file,
 * with every set of overrides, the newest that was about all of it.
 */
export function keptRuns(cache: Cache, days: number, now = new Date()): RunRecord[] {
  const seen = new Set<string>();
  return [...runs(cache)].filter((run) => {
    const { subject } = run;
    const whole = subject?.only === undefined;
    const of = JSON.stringify([subject?.file, [...(subject?.overrides ?? [])].sort()]);
    const newest = whole && !seen.has(of);
    if (whole) seen.add(of);
    const age = now.getTime() - Date.parse(run.started);
    return newest || age < days * day || isRunning(cache, run);
  });
}

function isRunning(cache: Cache, { id }: RunRecord): boolean {
  return ownerOf(lockFile(cache, id)) !== undefined;
}

/** All that isn't of one of these fingerprints, and of these the lengths that longer ones made needless. */
export function garbage(cache: Cache, kept: ReadonlySet<string>): Removal[] {
  const all: Removal[] = [];
  const add = (what: Removal["what"], path: string, fingerprint?: string, name?: string) => {
    const about = fingerprint === undefined ? {} : { fingerprint };
    const called =
      name ?? (fingerprint === undefined ? basename(path) : nameOf(cache, fingerprint));
    const size = tolerantly(() => sizeOf(path));
    if (size) all.push({ what, name: called, path, ...about, ...size });
  };
  for (const fingerprint of fingerprints(cache)) {
    if (!kept.has(fingerprint)) {
      all.push(...results(cache, fingerprint));
      continue;
    }
    for (const { folder, record } of surpassed(cache, fingerprint)) {
      add("result", folder, fingerprint, record.name);
    }
  }
  for (const name of names(partialsFolder(cache))) {
    const path = join(partialsFolder(cache), name);
    if (name.startsWith(droppedPrefix)) add("remains", path);
    else if (!kept.has(name)) all.push(...unfinished(cache, name));
  }
  for (const name of names(damagedFolder(cache))) {
    const [fingerprint] = name.split("-");
    add("damaged", join(damagedFolder(cache), name), undefined, nameOf(cache, fingerprint!));
  }
  for (const name of names(logsFolder(cache))) {
    const fingerprint = basename(name, ".txt");
    if (!kept.has(fingerprint)) add("log", join(logsFolder(cache), name), fingerprint);
  }
  for (const name of new Set(names(locksFolder(cache)).map(lockOf))) {
    const path = join(locksFolder(cache), name);
    if (!ownerOf(path)) add("lock", path, undefined, lockName(cache, basename(name, ".json")));
  }
  return all;
}

/** A lock is of a run or of a step. */
function lockName(cache: Cache, of: string): string {
  for (const { id, subject } of runs(cache)) if (id === of) return `run of ${subject?.file ?? id}`;
  return nameOf(cache, of);
}

/** A fingerprint's stage, or its lengths. */
export function results(cache: Cache, fingerprint: string, name?: string): Removal[] {
  return stagesOf(cache, fingerprint).flatMap((found) => {
    const size = tolerantly(() => sizeOf(found.folder));
    if (!size) return [];
    const record = "record" in found ? found.record : undefined;
    return {
      what: "result",
      name: name ?? record?.name ?? nameOf(cache, fingerprint),
      path: found.folder,
      fingerprint,
      bytes: size.bytes,
      made: record ? new Date(record.started) : size.made,
    };
  });
}

/** What there is of a stage that a run was cut off at. */
export function unfinished(cache: Cache, fingerprint: string, name?: string): Removal[] {
  const path = partialFolder(cache, fingerprint);
  const size = tolerantly(() => sizeOf(path));
  if (!size) return [];
  return [
    { what: "unfinished", name: name ?? nameOf(cache, fingerprint), path, fingerprint, ...size },
  ];
}

/**
 * Removes what was found, and gives what it did remove: not what a process makes or looks after, nor
 * what a run refers to that began `since`, when it was looked for.
 */
export function* remove(
  cache: Cache,
  removals: Iterable<Removal>,
  since: Date,
): Generator<Removal> {
  for (const removal of removals) {
    const removed = removal.what === "lock" ? clearLock(removal.path) : away(cache, removal, since);
    if (removed) yield removal;
  }
}

function clearLock(path: string): boolean {
  const attempt = tryLock(path);
  if (attempt.held) attempt.lock.release();
  return attempt.held;
}

function away(cache: Cache, { what, path, fingerprint }: Removal, since: Date): boolean {
  if (fingerprint === undefined) return drop(cache, path);
  const attempt = tryLock(lockFile(cache, fingerprint));
  if (!attempt.held) return false;
  try {
    if (wantedSince(cache, fingerprint, since)) return false;
    const removed = drop(cache, path);
    if (what === "result") dropEmpty(stageFolder(cache, fingerprint));
    return removed;
  } finally {
    attempt.lock.release();
  }
}

/** The folder of a trajectory whose last length is gone. */
function dropEmpty(folder: string): void {
  if (existsSync(folder) && names(folder).length === 0) rmdirSync(folder);
}

function wantedSince(cache: Cache, fingerprint: string, since: Date): boolean {
  for (const run of runs(cache)) {
    // Newest first.
    if (Date.parse(run.started) < since.getTime()) return false;
    if (run.steps.some((step) => step.fingerprint === fingerprint)) return true;
  }
  return false;
}

/** Of a file, or of all in a folder; made when the newest of them was written. */
function sizeOf(path: string): { bytes: number; made: Date } {
  const { size, mtime } = statSync(path);
  if (!statSync(path).isDirectory()) return { bytes: size, made: mtime };
  let [bytes, made] = [0, mtime];
  for (const name of readdirSync(path)) {
    const inside = sizeOf(join(path, name));
    bytes += inside.bytes;
    if (inside.made > made) made = inside.made;
  }
  return { bytes, made };
}

/** Undefined for what another process removes meanwhile. */
function tolerantly<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
