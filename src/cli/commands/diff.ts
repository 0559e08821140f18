/** `cflow diff`: how two files, two runs, or a run and a file differ in settings and in results. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { compareResults } from "../../diff/results.js";
import { compareSettings } from "../../diff/settings.js";
import { type Side, sideOfFile, sideOfRun } from "../../diff/side.js";
import type { EngineName } from "../../engine/objective.js";
import type { Cache } from "../../runtime/layout.js";
import { type Compared, differencesJson, differencesText } from "../differences.js";
import { CallError, exitCodes } from "../exit.js";
import { type FileOptions, load, planOf, recaller } from "../load.js";
import { callOf, runNamed, shortener } from "../runs.js";
import { colorsFor } from "../terminal.js";

export interface DiffCommandOptions extends FileOptions {
  readonly cache: string;
  readonly engine: EngineName;
}

export async function diff(
  first: string,
  second: string,
  options: DiffCommandOptions,
): Promise<number> {
  const cache = { root: resolve(options.cache) };
  const a = open(first, cache, options);
  const b = open(second, cache, options);
  if (!a || !b) return exitCodes.badCall;
  const settings = compareSettings(a.side, b.side);
  const results = await compareResults(settings, cache);
  const { stdout } = process;
  const compared = { a: a.compared, b: b.compared };
  stdout.write(
    options.json
      ? `${JSON.stringify(differencesJson(settings, results, compared))}\n`
      : differencesText(settings, results, {
          colors: colorsFor(stdout),
          ...(stdout.columns && { columns: stdout.columns }),
          ...compared,
        }),
  );
  return exitCodes.success;
}

interface Opened {
  readonly side: Side;
  readonly compared: Compared;
}

/** Undefined, with everything reported, for a file that has errors. */
function open(name: string, cache: Cache, options: DiffCommandOptions): Opened | undefined {
  if (existsSync(name)) {
    const program = load(name, options);
    if (!program) return undefined;
    const graph = planOf(program, options.engine);
    const call = callOf({ file: name, overrides: options.set });
    return {
      side: sideOfFile({ program, graph }, cache),
      compared: { name: call, command: `cflow run ${call}` },
    };
  }
  const run = runNamed(cache, name);
  if (!run) {
    throw new CallError(`'${name}' is neither a file nor a run`, "cflow log lists all runs");
  }
  const { id, subject } = run;
  const called = `run ${shortener(cache)(id)}`;
  return {
    side: sideOfRun(run, recaller(options.engine)(run), cache),
    compared: { name: subject ? `${called} of ${callOf(subject)}` : called },
  };
}
