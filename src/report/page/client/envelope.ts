/**
 * What is drawn of a long series: where several points share a column of pixels, the first, the
 * lowest, the highest and the last of them, which paint the same pixels as all of them would
 * (Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", 2014).
 */

/** The first index at which x is at least `value`. */
export function lowerBound(x: ArrayLike<number>, value: number): number {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index whose x is nearest to `value`; -1 of an empty series. */
export function nearestIndex(x: ArrayLike<number>, value: number): number {
  if (x.length === 0) return -1;
  const next = lowerBound(x, value);
  if (next === 0) return 0;
  if (next === x.length) return next - 1;
  return value - x[next - 1]! <= x[next]! - value ? next - 1 : next;
}

/**
 * Indices to draw, ascending, of a series whose x is seen in [from, to], with a neighbour on each
 * side. Breaks, where y is NaN, are kept.
 *
 * @param column  gives the column of pixels of an x
 */
export function envelope(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  { from, to, columns }: { readonly from: number; readonly to: number; readonly columns: number },
  column: (x: number) => number,
): number[] {
  const first = Math.max(0, lowerBound(x, from) - 1);
  const end = Math.min(x.length, lowerBound(x, to) + 2);
  const indices: number[] = [];
  if (end - first <= 4 * columns) {
    for (let i = first; i < end; i++) indices.push(i);
    return indices;
  }
  let next = column(x[first]!);
  for (let i = first; i < end; ) {
    const here = next;
    let [low, high, broken] = [-1, -1, -1];
    const start = i;
    for (; i < end; i++) {
      next = column(x[i]!);
      if (next !== here) break;
      const value = y[i]!;
      if (Number.isNaN(value)) {
        broken = i;
        continue;
      }
      if (low < 0 || value < y[low]!) low = i;
      if (high < 0 || value > y[high]!) high = i;
    }
    const kept = [start, low, high, broken, i - 1].filter((index) => index >= 0);
    kept.sort((a, b) => a - b);
    for (const index of kept) if (index !== indices.at(-1)) indices.push(index);
  }
  return indices;
}
