/**
 * Stages on disk, by fingerprint: found, committed, set aside. A stage's folder exists whole or not
 * at all, since it is renamed into its place. Trajectories have a folder a length; a longer one
 * takes the place of shorter ones, and readers use the shortest that suffices.
 */
import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorCode, makeFolderDurably, readJson, readWithDigest, syncFolder } from "./files.js";
import {
  type Cache,
  checkpointPattern,
  damagedFolder,
  droppedPrefix,
  partialFolder,
  partialsFolder,
  recordFile,
  stageFolder,
  stagesFolder,
} from "./layout.js";
import { diverged, recordDefect, type StageRecord } from "./record.js";

/** A complete stage whose files are there with the right sizes. */
export interface Stage {
  readonly folder: string;
  readonly record: StageRecord;
}

/** A stage that is not what its record says. */
export interface Damage {
  readonly folder: string;
  readonly fingerprint: string;
  /** As in `series.arrow has 12 bytes instead of 40`. */
  readonly what: string;
}

export interface Lookup {
  /** Present if the stage exists with as many rows as asked, or all there can be. */
  readonly stage?: Stage;
  /** The longest trajectory that is too short. */
  readonly shorter?: Stage;
  readonly damaged: readonly Damage[];
}

/** Thrown where a stage turns out to be damaged while it is read. */
export class DamagedStage extends Error {
  constructor(readonly damage: Damage) {
    super(`damaged stage: ${damage.what}`);
    this.name = "DamagedStage";
  }
}

/** Makes the cache's folder, hidden from git. Throws the file system's error. */
export function createCache(cache: Cache): void {
  mkdirSync(cache.root, { recursive: true });
  const ignore = join(cache.root, ".gitignore");
  // One that is empty is of a run that was cut off just there.
  if (!statSync(ignore, { throwIfNoEntry: false })?.size) writeFileSync(ignore, "*\n");
}

/**
 * Looks a stage up by what its folder lists: presence and size of all files, no digests.
 * `rows` is given for trajectories, and only for them.
 */
export function findStage(cache: Cache, fingerprint: string, rows?: number): Lookup {
  const folder = stageFolder(cache, fingerprint);
  if (rows === undefined) {
    const found = inspect(folder, fingerprint);
    if (!found) return { damaged: [] };
    return "what" in found ? { damaged: [found] } : { stage: found, damaged: [] };
  }
  const found = inspectLengths(folder, fingerprint);
  const stages = found.filter((each) => each !== undefined && "record" in each) as Stage[];
  const stage = stages.find(({ record }) => record.rows! >= rows || diverged(record));
  const shorter = stage ? undefined : stages.at(-1);
  return {
    ...(stage && { stage }),
    ...(shorter && { shorter }),
    damaged: found.filter((each) => each !== undefined && "what" in each) as Damage[],
  };
}

/** As `findStage` does. Throws `DamagedStage` where the only stage that would do is damaged. */
export function wholeStage(cache: Cache, fingerprint: string, rows?: number): Stage | undefined {
  const { stage, damaged } = findStage(cache, fingerprint, rows);
  if (!stage && damaged[0]) throw new DamagedStage(damaged[0]);
  return stage;
}

/** A stage of this fingerprint, of whatever length. */
export function anyStage(cache: Cache, fingerprint: string): Stage | undefined {
  return findStage(cache, fingerprint).stage ?? findStage(cache, fingerprint, 0).stage;
}

/** A fingerprint's stages of all lengths, and what of them is damaged; only sizes are looked at. */
export function stagesOf(cache: Cache, fingerprint: string): (Stage | Damage)[] {
  const folder = stageFolder(cache, fingerprint);
  const all = names(folder);
  // Where a run was cut off before it put anything in its place.
  if (all.length === 0) return [];
  const found = all.includes(recordFile) || lengths(folder).length === 0;
  const looked = found ? [inspect(folder, fingerprint)] : inspectLengths(folder, fingerprint);
  return looked.filter((each) => each !== undefined);
}

/** Rows of an unfinished trajectory's checkpoints, the last first. */
export function checkpointRows(partial: string): number[] {
  return names(partial)
    .map((name) => checkpointPattern.exec(name)?.[1])
    .filter((rows) => rows !== undefined)
    .map(Number)
    .sort((a, b) => b - a);
}

/** Rows from which an unfinished trajectory would go on; 0 if there is none. */
export function partialRows(cache: Cache, fingerprint: string): number {
  return checkpointRows(partialFolder(cache, fingerprint))[0] ?? 0;
}

/** Fingerprints of all stages. */
export function* fingerprints(cache: Cache): Generator<string> {
  for (const shelf of names(stagesFolder(cache))) yield* names(join(stagesFolder(cache), shelf));
}

/** Names in a folder, sorted; none where there is no folder. */
export function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return [];
    throw error;
  }
}

function lengths(folder: string): number[] {
  return names(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** Another run may replace shorter lengths by a longer one while we look: then look again. */
function inspectLengths(folder: string, fingerprint: string): (Stage | Damage | undefined)[] {
  const look = () =>
    lengths(folder).map((length) => inspect(join(folder, String(length)), fingerprint));
  const found = look();
  return found.includes(undefined) ? look() : found;
}

/** A folder's stage, or what is wrong with it; undefined where there is none. */
function inspect(folder: string, fingerprint: string): Stage | Damage | undefined {
  const damage = (what: string): Damage | undefined =>
    // Another run may have replaced it between two looks: then it is gone, not damaged.
    existsSync(folder) ? { folder, fingerprint, what } : undefined;
  let record: unknown;
  try {
    record = readJson(join(folder, recordFile));
  } catch (error) {
    return damage(`${recordFile} cannot be read: ${(error as Error).message}`);
  }
  if (record === undefined) {
    return lengths(folder).length > 0 ? undefined : damage(`${recordFile} is missing`);
  }
  const defect = recordDefect(record, fingerprint);
  if (defect) return damage(defect);
  for (const { name, size } of (record as StageRecord).files) {
    const found = statSync(join(folder, name), { throwIfNoEntry: false })?.size;
    if (found === undefined) return damage(`${name} is missing`);
    if (found !== size) return damage(`${name} has ${found} bytes instead of ${size}`);
  }
  return { folder, record: record as StageRecord };
}

/** Reads a stage's file and its digest. Throws `DamagedStage`, or ENOENT if the stage is gone. */
export function readStageFile(stage: Stage, name: string): Uint8Array {
  const { folder, record } = stage;
  const expected = record.files.find((file) => file.name === name);
  if (!expected) {
    const all = record.files.map((file) => file.name).join(", ");
    throw new RangeError(`stage '${record.name}' has no file '${name}', only ${all}`);
  }
  const { bytes, digest } = readWithDigest(join(folder, name));
  if (digest.sha256 !== expected.sha256) {
    const what = `${name} does not have the SHA-256 that ${recordFile} lists`;
    throw new DamagedStage({ folder, fingerprint: record.fingerprint, what });
  }
  return bytes;
}

/** Whether a reported damage is still there: another run may have mended it since. */
export function confirmDamage({ folder, fingerprint }: Damage): boolean {
  const found = inspect(folder, fingerprint);
  if (!found) return false;
  if ("what" in found) return true;
  try {
    for (const { name } of found.record.files) readStageFile(found, name);
    return false;
  } catch {
    return true;
  }
}

/** Moves a damaged stage aside, for who wants to look; undefined if it is gone already. */
export function setAside(cache: Cache, { folder, fingerprint }: Damage): string | undefined {
  const rows = basename(folder) === fingerprint ? "" : `-${basename(folder)}`;
  const name = `${fingerprint}${rows}-${randomBytes(4).toString("hex")}`;
  const target = join(damagedFolder(cache), name);
  mkdirSync(dirname(target), { recursive: true });
  try {
    renameSync(folder, target);
    return target;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Renames a finished folder into its place, and drops shorter trajectories. Its files and itself
 * must be synced. If the stage is there already, made by another run, that one is kept.
 */
export function commitStage(
  cache: Cache,
  finished: string,
  fingerprint: string,
  rows?: number,
): string {
  const base = stageFolder(cache, fingerprint);
  const target = rows === undefined ? base : join(base, String(rows));
  makeFolderDurably(dirname(target));
  try {
    renameSync(finished, target);
  } catch (error) {
    const taken = errorCode(error) === "ENOTEMPTY" || errorCode(error) === "EEXIST";
    if (!taken) throw error;
    rmSync(finished, { recursive: true });
  }
  syncFolder(dirname(target));
  if (rows !== undefined) dropShorter(cache, fingerprint);
  return target;
}

/** Drops lengths of a trajectory that a longer one made needless, as far as the disk lets it. */
export function dropShorter(cache: Cache, fingerprint: string): void {
  for (const { folder } of surpassed(cache, fingerprint)) {
    try {
      drop(cache, folder);
    } catch (error) {
      // A later run drops it: what was made is there.
      if (errorCode(error) === undefined) throw error;
    }
  }
}

/** Lengths of a trajectory that are shorter than one that is whole. */
export function surpassed(cache: Cache, fingerprint: string): Stage[] {
  const whole =
    lengths(stageFolder(cache, fingerprint)).length > 1 ? stagesOf(cache, fingerprint) : [];
  const stages = whole.filter((found): found is Stage => "record" in found);
  const longest = Math.max(...stages.map(({ record }) => record.rows!));
  return stages.filter(({ record }) => record.rows! < longest);
}

/** Out of sight in one step, then gone: no reader sees half a stage. False if it was gone already. */
export function drop(cache: Cache, folder: string): boolean {
  const trash = join(partialsFolder(cache), `${droppedPrefix}${randomBytes(6).toString("hex")}`);
  mkdirSync(dirname(trash), { recursive: true });
  try {
    renameSync(folder, trash);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
  rmSync(trash, { recursive: true, force: true });
  return true;
}
