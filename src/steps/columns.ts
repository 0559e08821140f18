/** From what a vocabulary says of series to the columns of a table. */
import type { SeriesDescription } from "../dsl/vocabulary.js";
import type { SeriesColumn, SeriesRow } from "../runtime/step.js";

const integers = new Set(["step", "hvps", "critical", "third_derivatives", "substeps"]);

export function columnOf({ name, kind }: SeriesDescription): SeriesColumn {
  if (kind !== "scalar") return { name, type: "list<float64>" };
  return { name, type: integers.has(name) ? "int32" : "float64" };
}

/** Columns that a row doesn't have were not measured. */
export function complete(columns: readonly SeriesColumn[], row: SeriesRow): SeriesRow {
  return Object.fromEntries(columns.map(({ name }) => [name, row[name] ?? null]));
}
