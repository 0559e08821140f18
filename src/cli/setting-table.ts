/** The settings of two files or runs side by side. */
import { settingRows } from "../diff/setting-rows.js";
import type { SettingsDifference } from "../diff/settings.js";
import { printable } from "../dsl/cells.js";
import { type Colors, fittedTable } from "./terminal.js";

/** Settings that differ, with their lines, each once for all steps that it concerns. */
export function settingTable(
  settings: SettingsDifference,
  { colors: c, columns }: { readonly colors: Colors; readonly columns?: number },
): string[] {
  const table = settingRows(settings).map(({ cells, steps }) => [
    ...cells.map(printable),
    steps.length === 0 ? "" : c.dim(printable(abbreviated(steps))),
  ]);
  if (table.length === 0) return [];
  return fittedTable(["", c.dim("A"), c.dim("B"), ""], table, columns);
}

/** Names that a line lists. */
const mostNames = 4;

export function abbreviated(names: readonly string[]): string {
  const more = names.length - mostNames;
  return more > 0 ? `${names.slice(0, mostNames).join(", ")} and ${more} more` : names.join(", ");
}
