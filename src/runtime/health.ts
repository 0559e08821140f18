/** How a cache and its disk are, at a look: nothing is read whole. */
import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { fingerprints, names, stagesOf } from "./cache.js";
import { cacheFailure } from "./failure.js";
import { type Cache, damagedFolder, droppedPrefix, locksFolder, partialsFolder } from "./layout.js";
import { lockOf, ownerOf } from "./lock.js";

export interface Health {
  readonly results: number;
  /** Of the results. */
  readonly bytes: number;
  /** Results whose files are missing or have other sizes. */
  readonly broken: number;
  /** Steps that a run was cut off at, or is at. */
  readonly unfinished: number;
  /** Results that were set aside. */
  readonly damaged: number;
  readonly locks: number;
  /** Of processes that are gone. */
  readonly deadLocks: number;
}

export interface DiskHealth {
  /** The folder that was looked at: the cache's, or the nearest above it that is there. */
  readonly folder: string;
  /** Why it can't be written, if so. */
  readonly unwritable?: string;
  /** Bytes left for us. */
  readonly free: number;
  /** Seconds to have a small file on the disk for sure. */
  readonly sync?: number;
}

export function healthOf(cache: Cache): Health {
  let [results, bytes, broken] = [0, 0, 0];
  for (const fingerprint of fingerprints(cache)) {
    for (const found of stagesOf(cache, fingerprint)) {
      results++;
      if ("what" in found) broken++;
      else for (const { size } of found.record.files) bytes += size;
    }
  }
  const locks = [...new Set(names(locksFolder(cache)).map(lockOf))];
  return {
    results,
    bytes,
    broken,
    unfinished: names(partialsFolder(cache)).filter((name) => !name.startsWith(droppedPrefix))
      .length,
    damaged: names(damagedFolder(cache)).length,
    locks: locks.length,
    deadLocks: locks.filter((name) => !ownerOf(join(locksFolder(cache), name))).length,
  };
}

/** Writes and removes a small file: there is no other way to know. */
export function diskOf(cache: Cache): DiskHealth {
  let folder = cache.root;
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const path = join(folder, `.cflow-doctor-${process.pid}`);
  try {
    const start = performance.now();
    const file = openSync(path, "wx");
    try {
      writeSync(file, Buffer.alloc(4096));
      fsyncSync(file);
    } finally {
      closeSync(file);
      rmSync(path, { force: true });
    }
    return { folder, free, sync: (performance.now() - start) / 1000 };
  } catch (error) {
    const { message } = cacheFailure(error, folder) ?? (error as Error);
    return { folder, free, unwritable: message };
  }
}
