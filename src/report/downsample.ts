/**
 * Rows of a series that a picture needs. Of those that fall on one column of pixels the first, the
 * least, the largest and the last draw the same line as all (M4: Jugel et al., VLDB 2014).
 */
export interface Frame {
  /** What x the picture shows. */
  readonly from: number;
  readonly to: number;
  /** How many columns of pixels it has. */
  readonly columns: number;
}

/**
 * Ascending, at most five a column: one that has no finite value stands for all gaps of its column.
 * The nearest rows to either side of the picture are among them, so that lines go on to its edges.
 */
export function downsample(
  x: ArrayLike<number>,
  y: ArrayLike<number | null>,
  { from, to, columns }: Frame,
): number[] {
  const kept: number[] = [];
  const width = (to - from) / columns;
  const columnOf = (row: number) =>
    width > 0 ? Math.min(columns - 1, Math.floor((x[row]! - from) / width)) : 0;
  const first = firstAtLeast(x, from);
  const end = firstAbove(x, to);
  if (first > 0) kept.push(first - 1);
  for (let row = first; row < end; ) {
    const column = columnOf(row);
    let after = row + 1;
    while (after < end && columnOf(after) === column) after++;
    kept.push(...extremes(y, row, after));
    row = after;
  }
  if (end < x.length) kept.push(end);
  return kept;
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

function firstAtLeast(x: ArrayLike<number>, value: number): number {
  return search(x, (each) => each >= value);
}

function firstAbove(x: ArrayLike<number>, value: number): number {
  return search(x, (each) => each > value);
}

/** The first place in an ascending list from which on all are as asked; its length if none is. */
function search(x: ArrayLike<number>, asked: (value: number) => boolean): number {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (asked(x[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
