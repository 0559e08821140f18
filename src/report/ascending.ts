/** Places in ascending lists of numbers. */

/** The first place from which on all are at least `value`; the list's length if none is. */
export function firstAtLeast(x: ArrayLike<number>, value: number): number {
  return firstThat(x, (each) => each >= value);
}

export function firstAbove(x: ArrayLike<number>, value: number): number {
  return firstThat(x, (each) => each > value);
}

/** Where the number nearest to `value` stands; -1 of an empty list. */
export function nearestIndex(x: ArrayLike<number>, value: number): number {
  if (x.length === 0) return -1;
  const next = firstAtLeast(x, value);
  if (next === 0) return 0;
  if (next === x.length) return next - 1;
  return value - x[next - 1]! <= x[next]! - value ? next - 1 : next;
}

function firstThat(x: ArrayLike<number>, asked: (value: number) => boolean): number {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (asked(x[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
