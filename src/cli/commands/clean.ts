/** `cflow clean`: the results of a file, or of some of its steps, are removed. */
import { resolve } from "node:path";
import type { EngineName } from "../../engine/objective.js";
import { results, unfinished } from "../../runtime/collect.js";
import { exitCodes } from "../exit.js";
import { assertSteps, type FileOptions, load, planOf } from "../load.js";
import { type RemovalOptions, settleRemovals } from "../removals.js";

export interface CleanCommandOptions extends FileOptions, RemovalOptions {
  readonly cache: string;
  readonly engine: EngineName;
}

export async function clean(
  file: string,
  names: readonly string[],
  options: CleanCommandOptions,
): Promise<number> {
  const program = load(file, options);
  if (!program) return exitCodes.badCall;
  const graph = planOf(program, options.engine);
  assertSteps(graph, names);
  const cache = { root: resolve(options.cache) };
  const since = new Date();
  const wanted = new Map<string, string>();
  for (const { fingerprint, name } of graph.steps) {
    if (names.length > 0 && !names.includes(name)) continue;
    const shared = wanted.get(fingerprint);
    wanted.set(fingerprint, shared === undefined ? name : `${shared}, ${name}`);
  }
  const found = [...wanted].flatMap(([fingerprint, name]) => [
    ...results(cache, fingerprint, name),
    ...unfinished(cache, fingerprint, name),
  ]);
  settleRemovals(cache, found, since, options);
  return exitCodes.success;
}
