/** Waits for files to change. Looks at them now and then: editors replace files, and some disks tell nothing. */
import { statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { digestOf } from "../data/file.js";

/** What files hold, by path; undefined for those that aren't there. */
export type Look = ReadonlyMap<string, string | undefined>;

/** Milliseconds between looks; a file that has just changed may be about to change again. */
const delay = 200;

export function lookAt(paths: Iterable<string>): Look {
  return new Map([...paths].map((path) => [path, digest(path)]));
}

export interface Changed {
  readonly paths: readonly string[];
  /** What there is now. */
  readonly look: Look;
}

/** Resolves once files hold something else than they did, and rest; undefined if told to stop. */
export async function nextChange(before: Look, signal: AbortSignal): Promise<Changed | undefined> {
  const all = [...before.keys()];
  let stamps = all.map(stamp);
  let look = lookAt(all);
  for (;;) {
    await sleep(delay, undefined, { signal }).catch(() => {});
    if (signal.aborted) return undefined;
    const now = all.map(stamp);
    const rest = now.every((each, i) => each === stamps[i]);
    stamps = now;
    if (!rest) look = lookAt(all);
    const paths = all.filter((path) => look.get(path) !== before.get(path));
    if (rest && paths.length > 0) return { paths, look };
  }
}

/** What a file system says of a file: cheaper than its digest. */
function stamp(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.ino} ${found.size} ${found.mtimeMs}` : "";
}

function digest(path: string): string | undefined {
  const found = digestOf(path);
  return typeof found === "string" ? found : undefined;
}
