/**
 * Removes what runs that were killed left behind and nobody would look at again: locks of dead
 * owners, folders of stages that are there by now, shorter lengths of the trajectories named (by
 * fingerprint) that have longer ones, and what was being removed. What a run could go on
 * from is kept; `cflow gc` decides about that.
 */
import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import { checkpointRows, dropShorter, findStage, names, surpassed } from "./cache.js";
import { errorCode } from "./files.js";
import { nextRun } from "./history.js";
import {
  type Cache,
  droppedPrefix,
  lockFile,
  locksFolder,
  partialsFolder,
  runsFolder,
} from "./layout.js";
import { lockOf, ownerOf, tryLock } from "./lock.js";

/** Does what it can: a cache that can't be written is not its business. */
export function tidy(cache: Cache, trajectories: readonly string[] = []): void {
  const locked = names(locksFolder(cache)).map((name) => basename(lockOf(name), ".json"));
  const left = names(partialsFolder(cache));
  const superseded = left.filter((name) => isSuperseded(cache, name));
  const grown = trajectories.filter((name) => surpassed(cache, name).length > 0);
  for (const name of new Set([...locked, ...superseded, ...grown])) {
    tolerantly(() => {
      const attempt = tryLock(lockFile(cache, name));
      if (!attempt.held) return;
      try {
        if (isSuperseded(cache, name)) remove(join(partialsFolder(cache), name));
        dropShorter(cache, name);
      } finally {
        attempt.lock.release();
      }
    });
  }
  for (const name of left.filter((name) => name.startsWith(droppedPrefix))) {
    tolerantly(() => remove(join(partialsFolder(cache), name)));
  }
  for (const id of halfWritten(cache)) {
    if (!ownerOf(lockFile(cache, id))) tolerantly(() => remove(nextRun(cache, id)));
  }
}

/** Runs that ended while their record was being written. */
function halfWritten(cache: Cache): string[] {
  const suffix = basename(nextRun(cache, ""));
  return names(runsFolder(cache))
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.slice(0, -suffix.length));
}

/** Whether a stage is there that has all that its partial folder has. */
function isSuperseded(cache: Cache, fingerprint: string): boolean {
  const [rows] = checkpointRows(join(partialsFolder(cache), fingerprint));
  return (
    findStage(cache, fingerprint).stage !== undefined ||
    findStage(cache, fingerprint, rows ?? 0).stage !== undefined
  );
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

function tolerantly(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
  }
}
