/** Series as a Parquet file: numbers and lists of numbers; not measured is null. */
import type { SchemaElement } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import type { SeriesColumn, SeriesTable } from "../runtime/step.js";
import { isList } from "./columns.js";

/** The same table gives the same bytes. */
export function parquetOf(table: SeriesTable): Uint8Array {
  const { columns } = table;
  const buffer = parquetWriteBuffer({
    columnData: columns.map(({ name }) => ({
      name,
      data: isList(table, name)
        ? table.list(name).map((list) => list && [...list])
        : [...table.scalar(name)],
    })),
    schema: [{ name: "series", num_children: columns.length }, ...columns.flatMap(elementsOf)],
    createdBy: "cflow",
  });
  return new Uint8Array(buffer);
}

/** Lists have the three levels of https://github.com/apache/parquet-format/blob/master/LogicalTypes.md. */
function elementsOf({ name, type }: SeriesColumn): SchemaElement[] {
  if (type !== "list<float64>") {
    return [{ name, type: type === "int32" ? "INT32" : "DOUBLE", repetition_type: "OPTIONAL" }];
  }
  return [
    { name, repetition_type: "OPTIONAL", num_children: 1, converted_type: "LIST" },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { name: "element", type: "DOUBLE", repetition_type: "REQUIRED" },
  ];
}
