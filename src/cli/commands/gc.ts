/** `cflow gc`: what neither the runs that count nor the files named refer to is removed. */
import { resolve } from "node:path";
import { engineNames } from "../../engine/objective.js";
import { garbage, keptRuns } from "../../runtime/collect.js";
import { runs } from "../../runtime/history.js";
import type { Cache } from "../../runtime/layout.js";
import { tidy } from "../../runtime/tidy.js";
import { exitCodes } from "../exit.js";
import { load, planOf, read } from "../load.js";
import { type RemovalOptions, settleRemovals } from "../removals.js";

export interface GcCommandOptions extends RemovalOptions {
  readonly cache: string;
  readonly olderThan: number;
}

export async function gc(files: readonly string[], options: GcCommandOptions): Promise<number> {
  const cache = { root: resolve(options.cache) };
  const since = new Date();
  const kept = new Set<string>();
  for (const file of files) {
    const plain = load(file, { set: [], ...(options.json && { json: true }) });
    // What it would keep is not known.
    if (!plain) return exitCodes.badCall;
    // Of what it was run with, some may not fit it any more.
    const others = overridesOf(cache, file).map((set) => read(file, set).program);
    for (const program of [plain, ...others]) {
      if (!program) continue;
      for (const engine of engineNames) {
        for (const { fingerprint } of planOf(program, engine).steps) kept.add(fingerprint);
      }
    }
  }
  for (const { steps } of keptRuns(cache, options.olderThan, since)) {
    for (const { fingerprint } of steps) kept.add(fingerprint);
  }
  settleRemovals(cache, garbage(cache, kept), since, options);
  if (options.delete) tidy(cache);
  return exitCodes.success;
}

/** Each that a file was ever run with. */
function overridesOf(cache: Cache, file: string): readonly (readonly string[])[] {
  const all = new Map<string, readonly string[]>();
  for (const { subject } of runs(cache)) {
    if (subject && resolve(subject.file) === resolve(file)) {
      all.set(JSON.stringify(subject.overrides), subject.overrides);
    }
  }
  return [...all.values()];
}
