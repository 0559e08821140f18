/** Arrow IPC: files and streams alike. */
import { basename } from "node:path";
import type { DataType, Vector } from "apache-arrow";
import { isMisfit, type Misfit } from "../../dsl/vocabulary.js";
import { withFile } from "../file.js";
import { apacheArrow } from "./lazy.js";
import type { Cell, Column, Kind, Table } from "./table.js";

export function readArrow(path: string): Table | Misfit {
  const name = basename(path);
  const file = withFile(path, ({ size, read }) => ({ bytes: read(0, size) }));
  if (isMisfit(file)) return file;
  if (!isWhole(Buffer.from(file.bytes.buffer))) {
    return { misfit: `'${name}' is no whole Arrow file or stream`, help: "copy or save it again" };
  }
  const arrow = apacheArrow();
  try {
    const table = arrow.tableFromIPC(file.bytes);
    const columns = table.schema.fields.map(({ name, type }, i): Column => {
      const kind = kindOf(type, arrow.DataType);
      return {
        name,
        kind,
        holds: kind === "other" ? String(type) : plural[kind],
        read: () => cells(table.getChildAt(i)!),
      };
    });
    return { name, rows: table.numRows, columns, place: (row) => `row ${row + 1}` };
  } catch (error) {
    return {
      misfit: `'${name}' cannot be read as Arrow: ${(error as Error).message}`,
      help: "write an uncompressed Arrow IPC file or stream",
    };
  }
}

/** A file has its magic letters at both ends; a stream ends with a message of no length. */
function isWhole(bytes: Buffer): boolean {
  const magic = Buffer.from("ARROW1");
  if (bytes.subarray(0, magic.length).equals(magic)) {
    return bytes.length > 2 * magic.length && bytes.subarray(-magic.length).equals(magic);
  }
  return bytes.subarray(-8).equals(Buffer.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0));
}

function kindOf(type: DataType, is: typeof DataType): Exclude<Kind, "mixed"> {
  if (is.isDictionary(type)) return kindOf(type.dictionary, is);
  if (is.isInt(type)) return "integer";
  if (is.isFloat(type)) return "float";
  if (is.isBool(type)) return "boolean";
  return is.isUtf8(type) || is.isLargeUtf8(type) ? "text" : "other";
}

const plural = { integer: "integers", float: "floats", boolean: "booleans", text: "text" } as const;

function cells(vector: Vector): Cell[] {
  return Array.from(vector, (value) =>
    value === null || typeof value === "string" ? value : Number(value),
  );
}
