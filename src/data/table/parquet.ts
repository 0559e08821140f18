/** Parquet files: the footer tells of all columns, and only those that are asked for are decoded. */
import { basename } from "node:path";
import type { ColumnMetaData, FileMetaData, SchemaElement, SchemaTree } from "hyparquet";
import { isMisfit, type Misfit } from "../../dsl/vocabulary.js";
import { type OpenFile, withFile } from "../file.js";
import { hyparquet, parquetCompressors } from "./lazy.js";
import type { Cell, Column, Kind, Table } from "./table.js";

export function readParquet(path: string): Table | Misfit {
  const name = basename(path);
  try {
    const metadata = withFile(path, metadataOf);
    if (isMisfit(metadata)) return metadata;
    const root = hyparquet().parquetSchema(metadata);
    return {
      name,
      rows: Number(metadata.num_rows),
      columns: root.children.map((leaf) => columnOf(path, metadata, root, leaf)),
      place: (row) => `row ${row + 1}`,
    };
  } catch (error) {
    return {
      misfit: `'${name}' cannot be read as Parquet: ${(error as Error).message}`,
      help: "copy or save the file again",
    };
  }
}

/** A file ends with its metadata, their length in four bytes and the four letters PAR1. */
function metadataOf(file: OpenFile): FileMetaData {
  const tail = file.read(Math.max(0, file.size - 8), Math.min(8, file.size));
  const length = tail.length < 8 ? 0 : new DataView(tail.buffer).getUint32(0, true);
  const start = Math.max(0, file.size - 8 - length);
  return hyparquet().parquetMetadata(file.read(start, file.size - start));
}

function columnOf(
  path: string,
  metadata: FileMetaData,
  root: SchemaTree,
  leaf: SchemaTree,
): Column {
  const { name } = leaf.element;
  const kind = leaf.children.length > 0 ? "other" : kindOf(leaf.element);
  return {
    name,
    kind,
    holds: kind === "other" ? typeName(leaf) : plural[kind],
    read: () => read(path, metadata, root, leaf),
  };
}

const plural = { integer: "integers", float: "floats", boolean: "booleans", text: "text" } as const;

function kindOf({ type, converted_type, logical_type }: SchemaElement): Exclude<Kind, "mixed"> {
  const meaning = logical_type?.type ?? converted_type;
  if (type === "BOOLEAN") return "boolean";
  if (type === "FLOAT" || type === "DOUBLE" || meaning === "FLOAT16") return "float";
  if (type === "BYTE_ARRAY") {
    return ["STRING", "UTF8", "ENUM"].includes(meaning ?? "") ? "text" : "other";
  }
  const plain = meaning === undefined || /^U?INT(EGER|_\d+)$/.test(meaning);
  return (type === "INT32" || type === "INT64") && plain ? "integer" : "other";
}

function typeName({ element, children }: SchemaTree): string {
  const { type, converted_type, logical_type } = element;
  return String(logical_type?.type ?? converted_type ?? (children.length > 0 ? "groups" : type));
}

function read(path: string, metadata: FileMetaData, root: SchemaTree, leaf: SchemaTree): Cell[] {
  const { readColumn, DEFAULT_PARSERS } = hyparquet();
  const compressors = parquetCompressors();
  const { element } = leaf;
  const cells: Cell[] = [];
  const done = withFile(path, (file) => {
    for (const { columns, num_rows } of metadata.row_groups) {
      const own = columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === element.name);
      if (own?.meta_data === undefined) throw new Error("it is not in this file");
      const view = new DataView(chunkOf(file, own.meta_data).buffer);
      const rows = Number(num_rows);
      const selected = { groupStart: 0, groupRows: rows, selectStart: 0, selectEnd: rows };
      const { data } = readColumn({ view, offset: 0 }, selected, {
        ...own.meta_data,
        pathInSchema: [element.name],
        element,
        schemaPath: [root, leaf],
        parsers: DEFAULT_PARSERS,
        compressors,
      });
      for (const page of data) for (const value of page) cells.push(cellOf(value));
    }
    if (cells.length === Number(metadata.num_rows)) return {};
    throw new Error(`it has ${cells.length} of ${metadata.num_rows} values`);
  });
  if (isMisfit(done)) throw new Error(done.misfit);
  return cells;
}

/** All pages of a column in a group of rows; its dictionary, if it has one, comes first. */
function chunkOf(file: OpenFile, meta: ColumnMetaData) {
  const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
  return file.read(start, Number(meta.total_compressed_size));
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : Number(value);
}
