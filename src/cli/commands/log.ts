/** `cflow log`: the runs that were made, newest first, or one of them whole. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type RunRecord, runs } from "../../runtime/history.js";
import type { Cache } from "../../runtime/layout.js";
import { CallError, exitCodes } from "../exit.js";
import { type RunView, runJson, runLines, runText, wholeRunJson } from "../run-view.js";
import { runNamed, shortener } from "../runs.js";
import { colorsFor } from "../terminal.js";

export interface LogCommandOptions {
  readonly cache: string;
  /** How many runs are listed at most. */
  readonly count: number;
  readonly json?: boolean;
}

/** @param what a file, whose runs are listed, or a run */
export async function log(what: string | undefined, options: LogCommandOptions): Promise<number> {
  const cache = { root: resolve(options.cache) };
  const { stdout } = process;
  const view: RunView = {
    colors: colorsFor(stdout),
    ...(stdout.columns && { columns: stdout.columns }),
    now: Date.now(),
    short: shortener(cache),
  };
  const run = what === undefined || existsSync(what) ? undefined : runNamed(cache, what);
  if (run) {
    stdout.write(
      options.json ? `${JSON.stringify(wholeRunJson(run))}\n` : runText(run, cache, view),
    );
    return exitCodes.success;
  }
  const { listed, more } = newest(cache, what, options.count);
  if (listed.length === 0 && what !== undefined) throw nothingOf(what);
  const lines = options.json
    ? listed.map((each) => JSON.stringify(runJson(each)))
    : [
        ...runLines(listed, view),
        ...(listed.length === 0 ? ["no run is recorded"] : []),
        ...(more ? ["", "there are earlier ones: -n lists more"] : []),
      ];
  stdout.write(lines.map((line) => `${line}\n`).join(""));
  return exitCodes.success;
}

/** The newest runs, of a file if one is named, and whether there are more. */
function newest(cache: Cache, file: string | undefined, count: number) {
  const listed: RunRecord[] = [];
  for (const run of runs(cache)) {
    if (file !== undefined && !isOf(run, file)) continue;
    if (listed.length === count) return { listed, more: true };
    listed.push(run);
  }
  return { listed, more: false };
}

function isOf({ subject }: RunRecord, file: string): boolean {
  return subject !== undefined && resolve(subject.file) === resolve(file);
}

function nothingOf(what: string): CallError {
  return existsSync(what)
    ? new CallError(`no run of '${what}' is recorded`, `cflow run ${what} makes one`)
    : new CallError(
        `'${what}' is neither a run nor a file of which one is recorded`,
        "cflow log lists all runs",
      );
}
