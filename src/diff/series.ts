/** How far two tables of series are apart, column by column, over the rows that both have. */
import { type NumberColumn, numberColumns } from "../results/columns.js";
import type { SeriesTable } from "../runtime/step.js";

/** The values of a column in one row of both tables. */
export interface RowPair {
  readonly step: number;
  readonly a: number;
  readonly b: number;
  /** |a − b|; infinite where one is no finite number and the other is another value. */
  readonly difference: number;
}

export interface ColumnDifference {
  /** As in `effective_eigenvalues[0]`. */
  readonly name: string;
  /** Rows in which both were measured: at least one. */
  readonly rows: number;
  /** The last of them. */
  readonly final: RowPair;
  /** The first one at which the difference is largest. */
  readonly largest: RowPair;
  /** The largest difference over the largest finite magnitude of both columns in these rows. */
  readonly relative: number;
}

export interface SeriesDifferences {
  /** Columns that both measured, in the order of the first table. */
  readonly columns: readonly ColumnDifference[];
  /** Columns that only one of them measured in the rows that both have. */
  readonly onlyA: readonly string[];
  readonly onlyB: readonly string[];
}

/** The number of the row says nothing of what happened in it. */
const indexColumn = "step";

export function compareSeries(a: SeriesTable, b: SeriesTable): SeriesDifferences {
  const rows = Math.min(a.rows, b.rows);
  const measuredIn = (table: SeriesTable) =>
    new Map(
      table.columns
        .flatMap(({ name }) => numberColumns(table, name))
        .filter((column) => column.name !== indexColumn && isMeasured(column, rows))
        .map((column) => [column.name, column]),
    );
  const [columnsA, columnsB] = [measuredIn(a), measuredIn(b)];
  const columns: ColumnDifference[] = [];
  const onlyA: string[] = [];
  for (const [name, column] of columnsA) {
    const other = columnsB.get(name);
    const found = other && compareColumns(column, other, rows);
    if (found) columns.push(found);
    else if (!other) onlyA.push(name);
  }
  return { columns, onlyA, onlyB: [...columnsB.keys()].filter((name) => !columnsA.has(name)) };
}

function isMeasured({ at }: NumberColumn, rows: number): boolean {
  for (let row = 0; row < rows; row++) if (typeof at(row) === "number") return true;
  return false;
}

/** Undefined if no row has both. */
function compareColumns(
  { name, at }: NumberColumn,
  other: NumberColumn,
  rows: number,
): ColumnDifference | undefined {
  let count = 0;
  let scale = 0;
  let final: RowPair | undefined;
  let largest: RowPair | undefined;
  for (let step = 0; step < rows; step++) {
    const [a, b] = [at(step), other.at(step)];
    if (typeof a !== "number" || typeof b !== "number") continue;
    count++;
    scale = Math.max(scale, ...[a, b].filter(Number.isFinite).map(Math.abs));
    final = { step, a, b, difference: distance(a, b) };
    if (!largest || final.difference > largest.difference) largest = final;
  }
  if (!final || !largest) return undefined;
  const { difference } = largest;
  const relative = difference === 0 ? 0 : difference / scale;
  return { name, rows: count, final, largest, relative };
}

function distance(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  const both = Number.isFinite(a) && Number.isFinite(b);
  return both ? Math.abs(a - b) : Number.POSITIVE_INFINITY;
}
