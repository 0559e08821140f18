/** Opens a table by the ending of its file's name. */
import { basename, extname } from "node:path";
import type { Misfit } from "../../dsl/vocabulary.js";
import { readArrow } from "./arrow.js";
import { readCsv } from "./csv.js";
import { readParquet } from "./parquet.js";
import type { Table } from "./table.js";

const readers: Readonly<Record<string, (path: string) => Table | Misfit>> = {
  ".csv": readCsv,
  ".tsv": readCsv,
  ".arrow": readArrow,
  ".arrows": readArrow,
  ".feather": readArrow,
  ".ipc": readArrow,
  ".parquet": readParquet,
};

/** The columns are known after this; where the format allows, none is decoded yet. */
export function openTable(path: string): Table | Misfit {
  const read = readers[extname(path).toLowerCase()];
  if (read !== undefined) return read(path);
  return {
    misfit: `'${basename(path)}' does not end as a table's name does`,
    help: `tables are read from ${Object.keys(readers).join(", ")}`,
  };
}
