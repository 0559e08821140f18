/** Series as comma-separated values. */
import type { SeriesTable } from "../runtime/step.js";
import { numberColumns } from "./columns.js";

/** A header and a line a row. Spectra spread over `name[0]`, `name[1]`, …; not measured is empty. */
export function* csvLines(table: SeriesTable): Generator<string> {
  const columns = table.columns.flatMap(({ name }) => numberColumns(table, name));
  yield columns.map(({ name }) => cell(name)).join(",");
  for (let row = 0; row < table.rows; row++) {
    yield columns.map(({ at }) => at(row) ?? "").join(",");
  }
}

/** Quoted where it has to be (RFC 4180). */
function cell(name: string): string {
  return /[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
