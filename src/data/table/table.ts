/** A table of the user's in one form, whatever file it comes from. */
import type { Misfit } from "../../dsl/vocabulary.js";

/** What the values of a column are; of `mixed` and `other` nothing can be made. */
export type Kind = "integer" | "float" | "boolean" | "text" | "mixed" | "other";

/** Booleans are 0 and 1; null where there is none. */
export type Cell = number | string | null;

export interface Column {
  readonly name: string;
  readonly kind: Kind;
  /** As messages put it: `integers`, `'red' in line 3`. */
  readonly holds: string;
  /** The values of all rows. @throws if the file is damaged */
  read(): readonly Cell[];
}

export interface Table {
  /** The file's name. */
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly Column[];
  /** How messages call a row, counted from 0: `line 7` of a text, else `row 7`. */
  place(row: number): string;
}

/** Values of a column that has one in every row, numbers as float64. */
export function valuesOf(table: Table, column: Column): readonly (number | string)[] | Misfit {
  let cells: readonly Cell[];
  try {
    cells = column.read();
  } catch (error) {
    return {
      misfit: `column '${column.name}' of '${table.name}' cannot be read: ${(error as Error).message}`,
      help: "copy or save the file again",
    };
  }
  const missing = cells.indexOf(null);
  if (missing < 0) return cells as readonly (number | string)[];
  return {
    misfit: `column '${column.name}' of '${table.name}' holds nothing in ${table.place(missing)}`,
    help: "give every row a value, or leave the row out",
  };
}
