/** Reads every file of stages, and finds those that are not what their record says. */
import { join } from "node:path";
import { type Damage, fingerprints, type Stage, stagesOf } from "./cache.js";
import { digestOf, errorCode } from "./files.js";
import { runs } from "./history.js";
import { type Cache, recordFile } from "./layout.js";

export interface Verified {
  /** The step's name, when it was made. */
  readonly name: string;
  /** Of all its files. */
  readonly bytes: number;
  readonly damage?: Damage;
}

/** Every stage, or those of some fingerprints, of all lengths. Changes nothing. */
export function* verifyStages(
  cache: Cache,
  wanted: Iterable<string> = fingerprints(cache),
): Generator<Verified> {
  for (const fingerprint of wanted) {
    for (const found of stagesOf(cache, fingerprint)) {
      if ("what" in found) {
        yield { name: nameOf(cache, fingerprint), bytes: 0, damage: found };
        continue;
      }
      const { record } = found;
      const what = spoiled(found);
      if (what === "gone") continue;
      const bytes = record.files.reduce((sum, { size }) => sum + size, 0);
      const damage = what && { folder: found.folder, fingerprint, what };
      yield { name: record.name, bytes, ...(damage && { damage }) };
    }
  }
}

/** What is wrong with a stage's first file that is not as recorded; `gone` if another run dropped it. */
function spoiled({ folder, record }: Stage): string | undefined {
  for (const { name, sha256 } of record.files) {
    try {
      if (digestOf(join(folder, name)).sha256 === sha256) continue;
      return `${name} does not have the SHA-256 that ${recordFile} lists`;
    } catch (error) {
      if (errorCode(error) === "ENOENT") return "gone";
      return `${name} cannot be read: ${(error as Error).message}`;
    }
  }
  return undefined;
}

/** A step's name by the newest run that had it, or what is known of it. */
export function nameOf(cache: Cache, fingerprint: string): string {
  for (const { steps } of runs(cache)) {
    const step = steps.find((each) => each.fingerprint === fingerprint);
    if (step) return step.name;
  }
  return fingerprint.slice(0, 12);
}
