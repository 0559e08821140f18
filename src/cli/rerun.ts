/** Commands to give again, as text for a shell. */
import { defaultEngine } from "../engine/objective.js";
import type { FileOptions } from "./load.js";

export interface Again extends FileOptions {
  readonly file: string;
  readonly cache: string;
  readonly engine: string;
}

/** A command that runs one step with what it needs, as it was run. */
export function rerunCommand({ file, set, cache, engine }: Again, step: string): string {
  const words = [file, "--only", step];
  for (const each of set) words.push("--set", each);
  if (cache !== defaults.cache) words.push("--cache", cache);
  if (engine !== defaults.engine) words.push("--engine", engine);
  return ["cflow", "run", ...words.map(quoted)].join(" ");
}

/** What options are where they are not given. */
export const defaults = { cache: ".cflow", engine: defaultEngine } as const;

/** A word as a POSIX shell takes it whole. */
function quoted(word: string): string {
  return /^[\w./=:,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
