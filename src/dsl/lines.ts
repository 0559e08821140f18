/** Offsets to lines and columns. */
import type { Source } from "./diagnostic.js";

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units, as editors count. */
  readonly column: number;
}

const starts = new WeakMap<Source, readonly number[]>();

/** Offset of each line's first character. Lines end with `\n`, `\r\n` or `\r`. */
function lineStarts(source: Source): readonly number[] {
  let known = starts.get(source);
  if (known === undefined) {
    known = [0, ...[...source.text.matchAll(/\r\n|\n|\r/g)].map((m) => m.index + m[0].length)];
    starts.set(source, known);
  }
  return known;
}

/** Offsets outside the text count as its ends. */
export function positionAt(source: Source, offset: number): Position {
  const lines = lineStarts(source);
  const inside = Math.min(Math.max(0, offset), source.text.length);
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (lines[middle]! <= inside) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: inside - lines[low]! + 1 };
}

/** The text of a line, without its end. */
export function lineText(source: Source, line: number): string {
  const lines = lineStarts(source);
  return source.text.slice(lines[line - 1], lines[line]).replace(/[\r\n]+$/, "");
}
