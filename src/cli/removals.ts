/** Lists what is, or would be, removed: by the steps' names, with when it was made and its size. */
import { printable } from "../dsl/cells.js";
import { type Removal, remove } from "../runtime/collect.js";
import type { Cache } from "../runtime/layout.js";
import { printJson } from "./json.js";
import { colorsFor, showBytes, table } from "./terminal.js";

export interface RemovalOptions {
  readonly delete?: boolean;
  readonly json?: boolean;
}

/** Removes if told to, prints the list and its total. `since`: when it was looked for. */
export function settleRemovals(
  cache: Cache,
  found: readonly Removal[],
  since: Date,
  options: RemovalOptions,
): void {
  const sorted = [...found].sort(
    (a, b) => a.name.localeCompare(b.name) || a.made.getTime() - b.made.getTime(),
  );
  const listed = options.delete ? [...remove(cache, sorted, since)] : sorted;
  const bytes = listed.reduce((sum, each) => sum + each.bytes, 0);
  const deleted = Boolean(options.delete);
  if (options.json) {
    for (const { made, ...rest } of listed) printJson({ event: "removal", ...rest, made, deleted });
    printJson({ event: "total", count: listed.length, bytes, deleted });
    return;
  }
  const c = colorsFor(process.stdout);
  const rows = listed.map(({ what, name, made, bytes }) => [
    printable(name),
    what,
    c.dim(`${made.toISOString().slice(0, 16).replace("T", " ")}Z`),
    showBytes(bytes),
  ]);
  const verdict = deleted ? "removed" : "to remove; --delete removes them";
  const total =
    listed.length === 0 ? ["nothing to remove"] : ["", `${showBytes(bytes)} ${verdict}`];
  process.stdout.write(`${[...table(rows), ...total].join("\n")}\n`);
}
