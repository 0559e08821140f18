/**
 * Text tables: a line of names, then a line a row; fields are separated by commas, semicolons or
 * tabs, whichever the line of names has most of, and may be quoted (RFC 4180).
 */
import { basename } from "node:path";
import type { CsvError, Info } from "csv-parse/sync";
import { isMisfit, type Misfit } from "../../dsl/vocabulary.js";
import { withFile } from "../file.js";
import { csvParse } from "./lazy.js";
import type { Column, Table } from "./table.js";

interface Line {
  readonly record: readonly string[];
  readonly info: Pick<Info, "lines">;
}

export function readCsv(path: string): Table | Misfit {
  const name = basename(path);
  const text = withFile(path, (file) => ({
    whole: new TextDecoder().decode(file.read(0, file.size)),
  }));
  if (isMisfit(text)) return text;
  const lines = parse(text.whole, name);
  if (isMisfit(lines)) return lines;
  const [header, ...rows] = lines;
  if (header === undefined) return { misfit: `'${name}' is empty` };
  const place = (row: number) => `line ${rows[row]!.info.lines}`;
  const columns = header.record.map((title, i) =>
    column(
      title,
      rows.map(({ record }) => record[i]!),
      place,
    ),
  );
  return { name, rows: rows.length, columns, place };
}

function parse(text: string, name: string): Line[] | Misfit {
  try {
    return csvParse().parse<Line>(text, {
      delimiter: delimiterOf(text),
      skip_empty_lines: true,
      info: true,
    } as never);
  } catch (error) {
    const { code, message, lines, record } = error as CsvError;
    if (code === "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH") {
      return {
        misfit: `'${name}' has ${(record as string[]).length} fields in line ${lines}, not as many as its first line`,
        help: "quote a field that holds a separator",
      };
    }
    if (code === undefined) throw error;
    return { misfit: `'${name}' cannot be read as CSV: ${message}` };
  }
}

function delimiterOf(text: string): string {
  const [header] = /^(?:[^"\r\n]|"[^"]*")*/.exec(text)!;
  const open = header.replace(/"[^"]*"/g, "");
  const count = (delimiter: string) => open.split(delimiter).length;
  return [",", ";", "\t"].reduce((best, each) => (count(each) > count(best) ? each : best));
}

const integer = /^[+-]?\d+$/;
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function column(name: string, cells: readonly string[], place: (row: number) => string): Column {
  const trimmed = cells.map((cell) => cell.trim());
  const odd = trimmed.findIndex((cell) => !decimal.test(cell));
  if (odd < 0) {
    const whole = trimmed.every((cell) => integer.test(cell));
    return {
      name,
      kind: whole ? "integer" : "float",
      holds: whole ? "integers" : "floats",
      read: () => trimmed.map(Number),
    };
  }
  const shown = trimmed[odd] === "" ? "nothing" : `'${trimmed[odd]}'`;
  return {
    name,
    kind: trimmed.some((cell) => decimal.test(cell)) ? "mixed" : "text",
    holds: `${shown} in ${place(odd)}`,
    read: () => cells.map((cell) => (cell === "" ? null : cell)),
  };
}
