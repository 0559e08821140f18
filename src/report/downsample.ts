/**
 * Rows of a series that a picture needs. Of those that fall on one column of pixels the first, the
 * least, the largest and the last draw the same line as all (M4: Jugel et al., VLDB 2014).
 */
import { firstAbove, firstAtLeast } from "./ascending.js";
import type { Range } from "./range.js";

/** First, least, largest and last; a gap is rare. */
export const pointsPerColumn = 4;

/**
 * Ascending, at most five a column: one that has no finite value stands for all gaps of its column.
 * The nearest rows to either side of the picture are among them, so that lines go on to its edges.
 *
 * @param x       ascending
 * @param shown   what of x the picture shows
 * @param column  the column of pixels of an x
 */
export function downsample(
  x: ArrayLike<number>,
  y: ArrayLike<number | null>,
  shown: Range,
  column: (x: number) => number,
): number[] {
  const kept: number[] = [];
  const first = firstAtLeast(x, shown.from);
  const end = firstAbove(x, shown.to);
  if (first > 0) kept.push(first - 1);
  let next = first < end ? column(x[first]!) : 0;
  for (let row = first; row < end; ) {
    const here = next;
    let after = row + 1;
    for (; after < end; after++) {
      next = column(x[after]!);
      if (next !== here) break;
    }
    if (after - row <= pointsPerColumn) for (let i = row; i < after; i++) kept.push(i);
    else kept.push(...extremes(y, row, after));
    row = after;
  }
  if (end < x.length) kept.push(end);
  return kept;
}

/** The column of an x, of so many of equal width. */
export function columnsOf({ from, to }: Range, columns: number): (x: number) => number {
  return (x) => Math.floor(((x - from) / (to - from)) * columns);
}

/** Of rows [start, end): first, least, largest, last, and the first gap. */
function extremes(y: ArrayLike<number | null>, start: number, end: number): number[] {
  let [first, least, largest, last, gap] = [-1, -1, -1, -1, -1];
  for (let row = start; row < end; row++) {
    const value = y[row];
    if (!Number.isFinite(value)) {
      if (gap < 0) gap = row;
      continue;
    }
    if (first < 0) [first, least, largest] = [row, row, row];
    if (value! < y[least]!) least = row;
    if (value! > y[largest]!) largest = row;
    last = row;
  }
  const rows = new Set([first, least, largest, last, gap].filter((row) => row >= 0));
  return [...rows].sort((a, b) => a - b);
}
