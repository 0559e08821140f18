/** What a stream can show, and text laid out for it. */
import { relative } from "node:path";
import type { WriteStream } from "node:tty";
import { stripVTControlCharacters } from "node:util";
import picocolors from "picocolors";
import { showNumber } from "../drawing/numbers.js";
import { layOut } from "../dsl/cells.js";

export { showNumber };

type Stream = Pick<WriteStream, "isTTY">;

/** Terminals get colours unless NO_COLOR says otherwise (https://no-color.org). */
export function wantsColors(stream: Stream): boolean {
  return Boolean(stream.isTTY) && !process.env.NO_COLOR && process.env.TERM !== "dumb";
}

export type Colors = ReturnType<typeof picocolors.createColors>;

export function colorsFor(stream: Stream): Colors {
  return picocolors.createColors(wantsColors(stream));
}

const plain = /^[\x20-\x7e]*$/;

/** Columns that text takes in a terminal, colours not counted. */
export function textWidth(text: string): number {
  if (plain.test(text)) return text.length;
  return layOut(stripVTControlCharacters(text)).columns.at(-1)!;
}

/** Columns as wide as their widest cell, two spaces between; the last one is left ragged. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, textWidth(cell));
  }
  return rows.map((row) =>
    row
      .map((cell, i) => cell + " ".repeat(widths[i]! - textWidth(cell)))
      .join("  ")
      .trimEnd(),
  );
}

/**
 * A table under its heads, or, where one line of it is wider than the terminal, every cell on a line
 * of its own behind its head.
 */
export function fittedTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  columns?: number,
): string[] {
  const lines = table(heads.some((head) => head !== "") ? [heads, ...rows] : rows);
  if (!columns || lines.every((line) => textWidth(line) <= columns)) return lines;
  return rows.flatMap((row) =>
    row.flatMap((cell, i) => {
      const head = heads[i] ?? "";
      return cell === "" ? [] : [`${i === 0 ? "" : "  "}${head === "" ? "" : `${head} `}${cell}`];
    }),
  );
}

/** The table with as many columns as fit: those whose headings are listed go first, in that order. */
export function narrowedTable(
  rows: readonly (readonly string[])[],
  width: number,
  expendable: readonly string[],
): string[] {
  const lines = table(rows);
  const [heading, ...more] = expendable;
  if (heading === undefined || lines.every((line) => textWidth(line) <= width)) return lines;
  const index = rows[0]?.indexOf(heading) ?? -1;
  const fewer = index < 0 ? rows : rows.map((row) => row.filter((_, i) => i !== index));
  return narrowedTable(fewer, width, more);
}

/** A line of text of any origin, without what could move the cursor, cut to so many columns. */
export function cut(text: string, width: number): string {
  const { cells, columns } = layOut(text);
  const fits = columns.at(-1)! <= width;
  const kept = fits ? cells : cells.filter((cell) => cell.column + cell.width < width);
  return `${kept.map((cell) => cell.text).join("")}${fits ? "" : "…"}`;
}

/** Relative where the path lies below the working directory. */
export function pathFromHere(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith("..") ? path : short;
}

/** `712 bytes`, `7.11 kB`, `61.2 MB`: powers of ten. */
export function showBytes(bytes: number): string {
  let [value, unit] = [bytes, ""];
  for (const larger of ["kB", "MB", "GB", "TB"]) {
    if (value < 999.5) break;
    [value, unit] = [value / 1000, larger];
  }
  return unit === "" ? showCount(bytes, "byte") : `${Number(value.toPrecision(3))} ${unit}`;
}

/** `1 row`, `12 rows`. */
export function showCount(count: number, noun: string): string {
  return `${showNumber(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `0.42 s`, `37 s`, `2:05`, `1:02:05`. */
export function showSeconds(seconds: number): string {
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  return showClock(seconds);
}

/** `0:07`, `1:02:05`. */
export function showClock(seconds: number): string {
  const whole = Math.round(seconds);
  const pair = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  const hours = Math.floor(minutes / 60);
  return hours > 0
    ? `${hours}:${pair(minutes % 60)}:${pair(whole % 60)}`
    : `${minutes}:${pair(whole % 60)}`;
}

/** Local date and time to the minute: `2026-01-02 03:04`. */
export function showTime(time: Date): string {
  const pair = (value: number) => String(value).padStart(2, "0");
  const day = [time.getFullYear(), pair(time.getMonth() + 1), pair(time.getDate())].join("-");
  return `${day} ${pair(time.getHours())}:${pair(time.getMinutes())}`;
}

/** `just now`, `1 minute ago`, `3 days ago`: in the largest unit of which there is a whole one. */
export function showAge(seconds: number): string {
  const units = [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ] as const;
  for (const [name, size] of units) {
    if (seconds >= size) return `${showCount(Math.floor(seconds / size), name)} ago`;
  }
  return "just now";
}
