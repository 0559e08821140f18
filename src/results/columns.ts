/** Tables column by column: parts of them, and spectra spread over columns of numbers. */
import type { SeriesTable } from "../runtime/step.js";

/** A column of numbers: a scalar series, or a component of lists. */
export interface NumberColumn {
  /** `train_loss`, `effective_eigenvalues[0]`. */
  readonly name: string;
  /** A row without a value has null or undefined. */
  at(row: number): number | null | undefined;
}

/** A scalar as it is, lists as as many columns as the longest has values. */
export function numberColumns(table: SeriesTable, name: string): NumberColumn[] {
  if (!isList(table, name)) {
    const values = table.scalar(name);
    return [{ name, at: (row) => values[row] }];
  }
  const lists = table.list(name);
  return Array.from({ length: longest(lists) }, (_, i) => ({
    name: `${name}[${i}]`,
    at: (row) => lists[row]?.[i],
  }));
}

export function longest(lists: readonly (ArrayLike<number> | null)[]): number {
  return lists.reduce((most, each) => Math.max(most, each?.length ?? 0), 0);
}

export function isList({ columns }: SeriesTable, name: string): boolean {
  return columns.some((column) => column.name === name && column.type === "list<float64>");
}

/** All values of a column of numbers, absent ones as null. */
export function valuesOf({ at }: NumberColumn, rows: number): (number | null)[] {
  return Array.from({ length: rows }, (_, row) => at(row) ?? null);
}

/** Some columns of a table, in its own order. */
export function withColumns(table: SeriesTable, names: readonly string[]): SeriesTable {
  return { ...table, columns: table.columns.filter(({ name }) => names.includes(name)) };
}

/** A component of a column of lists, as a column of numbers beside the others. */
export function withComponent(table: SeriesTable, name: string, component: number): SeriesTable {
  const column = `${name}[${component}]`;
  const values = table.list(name).map((list) => list?.[component] ?? null);
  return {
    columns: table.columns.map((each) =>
      each.name === name ? { name: column, type: "float64" } : each,
    ),
    rows: table.rows,
    scalar: (asked) => (asked === column ? values : table.scalar(asked)),
    list: (asked) => table.list(asked),
  };
}

/** Rows [from, to). */
export function withRows(table: SeriesTable, from: number, to: number): SeriesTable {
  const end = Math.min(to, table.rows);
  const start = Math.min(from, end);
  return {
    columns: table.columns,
    rows: end - start,
    scalar: (name) => table.scalar(name).slice(start, end),
    list: (name) => table.list(name).slice(start, end),
  };
}
