/** Runs as users name them, and as they are spoken of. */
import { type RunRecord, type RunSubject, readRun, runIds } from "../runtime/history.js";
import type { Cache } from "../runtime/layout.js";
import { idsNamed, shortLength } from "../runtime/run-names.js";
import { CallError } from "./exit.js";
import { showAge, showTime } from "./terminal.js";

/** The run of a name; undefined if none is called so. Throws a `CallError` if several are, or it can't be read. */
export function runNamed(cache: Cache, name: string): RunRecord | undefined {
  const ids = runIds(cache);
  const found = idsNamed(ids, name);
  if (found.length > 1) {
    const shown = found.slice(0, listed).map((id) => id.slice(0, shortLength(ids)));
    const more = found.length > listed ? ` and ${found.length - listed} more` : "";
    throw new CallError(
      `'${name}' is the beginning of ${found.length} runs' ids`,
      `write more of it: there are ${shown.join(", ")}${more}`,
    );
  }
  const [id] = found;
  if (id === undefined) return undefined;
  const run = readRun(cache, id);
  if (!run) throw new CallError(`the record of run ${id} cannot be read`);
  return run;
}

/** Ids that a message lists. */
const listed = 5;

/** Gives ids as short as they can be among those of a cache. */
export function shortener(cache: Cache): (id: string) => string {
  const length = shortLength(runIds(cache));
  return (id) => id.slice(0, length);
}

/** `2026-01-02 03:04, 3 hours ago`. */
export function showWhen(iso: string, now: number): string {
  const time = new Date(iso);
  return `${showTime(time)}, ${showAge((now - time.getTime()) / 1000)}`;
}

/** What was asked of `cflow run`: `eos.cflow --set lr=0.1`. */
export function callOf({ file, overrides }: Pick<RunSubject, "file" | "overrides">): string {
  return [file, ...overrides.map((each) => `--set ${each}`)].join(" ");
}
