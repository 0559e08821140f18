/**
 * The part of a source that a diagnostic is about: its lines, with every label under its place. The
 * primary label is drawn with `^`, the others with `-`.
 */
import { type Cell, layOut, printable } from "./cells.js";
import type { Label, Source } from "./diagnostic.js";
import { lineText, positionAt } from "./lines.js";

/** How parts of a frame are coloured. */
export interface Paint {
  gutter(text: string): string;
  primary(text: string): string;
  secondary(text: string): string;
}

interface Mark {
  readonly primary: boolean;
  /** Offsets in the line. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** @param columns of a line that are shown at most; a longer line is cut around its first label. */
export function frame(labels: readonly Label[], paint: Paint, columns: number): string[] {
  const sources = [...new Set(labels.map(({ span }) => span.source))];
  const byLine = new Map(sources.map((source) => [source, marks(source, labels)]));
  const lastLine = Math.max(...[...byLine.values()].flatMap((lines) => [...lines.keys()]));
  const margin = " ".repeat(String(lastLine).length);
  const bar = paint.gutter(`${margin} |`);
  return sources.flatMap((source, i) => {
    const first = labels.find(({ span }) => span.source === source)!;
    const { line, column } = positionAt(source, first.span.start);
    const arrow = i === 0 ? "-->" : ":::";
    const head = `${margin}${paint.gutter(arrow)} ${printable(source.name)}:${line}:${column}`;
    const lines = [...byLine.get(source)!].sort(([a], [b]) => a - b);
    const body = lines.flatMap(([number, found], j) => {
      const gap = j > 0 && number > lines[j - 1]![0] + 1 ? [paint.gutter(`${margin}…`)] : [];
      const { text, rows } = drawLine(lineText(source, number), found, paint, columns);
      const gutter = paint.gutter(`${String(number).padStart(margin.length)} |`);
      return [...gap, `${gutter} ${text}`, ...rows.map((row) => `${bar} ${row}`)];
    });
    return [head, bar, ...body.map((row) => row.trimEnd())];
  });
}

/** Labels of one source by line. One that spans lines is drawn to the end of its first. */
function marks(source: Source, labels: readonly Label[]): Map<number, Mark[]> {
  const byLine = new Map<number, Mark[]>();
  for (const [i, { span, text = "" }] of labels.entries()) {
    if (span.source !== source) continue;
    const { line, column } = positionAt(source, span.start);
    const length = lineText(source, line).length;
    const start = Math.min(column - 1, length);
    const end = Math.min(start + Math.max(0, span.end - span.start), length);
    const found = byLine.get(line) ?? [];
    found.push({ primary: i === 0, start, end, text });
    byLine.set(line, found);
  }
  return byLine;
}

function drawLine(line: string, found: readonly Mark[], paint: Paint, columns: number) {
  const { cells, columns: at } = layOut(line);
  const shown = window(at.at(-1)!, at[found[0]!.start]!, columns);
  const rows = [...found]
    .sort((a, b) => a.start - b.start)
    .map(({ primary, start, end, text }) => {
      const from = clamp(at[start]!, shown);
      const to = Math.max(from + 1, clamp(at[end]! - 1, shown) + 1);
      const line = (primary ? "^" : "-").repeat(to - from);
      const label = text === "" ? line : `${line} ${printable(text)}`;
      return " ".repeat(from - shown.start) + (primary ? paint.primary : paint.secondary)(label);
    });
  return { text: cut(cells, shown), rows };
}

/** Columns `start` to `end` are shown; `end` is exclusive and may lie one past the text. */
interface Window {
  readonly start: number;
  readonly end: number;
  readonly total: number;
}

/** Columns kept to the left of a label when a line is cut. */
const lead = 24;

function window(total: number, label: number, columns: number): Window {
  if (total < columns) return { start: 0, end: columns, total };
  const start = label < columns - lead ? 0 : Math.min(label - lead, total + 1 - columns);
  return { start: Math.max(0, start), end: Math.max(0, start) + columns, total };
}

function clamp(column: number, { start, end }: Window): number {
  return Math.min(Math.max(column, start), end - 1);
}

function cut(cells: readonly Cell[], { start, end, total }: Window): string {
  const before = start > 0 ? 1 : 0;
  const after = total > end ? 1 : 0;
  const visible = cells.filter(
    ({ column, width }) => column >= start + before && column + width <= end - after,
  );
  // A wide character that lies across the edge leaves a blank.
  const blank = visible.length === 0 ? 0 : visible[0]!.column - start - before;
  const text = visible.map((cell) => cell.text).join("");
  return `${before ? "…" : ""}${" ".repeat(blank)}${text}${after ? "…" : ""}`;
}
