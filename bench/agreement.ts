/**
 * Whether two programs computed the same: timing two different functions would say nothing. Vectors
 * are compared by their norm and their product with a vector of sines, which moves if their entries
 * are in another order.
 */
export interface Summary {
  readonly norm: number;
  readonly probe: number;
}

export function summarize(values: ArrayLike<number>): Summary {
  let square = 0;
  let probe = 0;
  for (let i = 0; i < values.length; i++) {
    square += values[i]! ** 2;
    probe += values[i]! * Math.sin(1 + i);
  }
  return { norm: Math.sqrt(square), probe };
}

/** The largest difference, relative to the norm of ours; infinite if there are more of one. */
export function difference(ours: readonly Summary[], theirs: readonly Summary[]): number {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY;
  const apart = ours.map(({ norm, probe }, i) => {
    const other = theirs[i]!;
    return Math.max(Math.abs(norm - other.norm), Math.abs(probe - other.probe)) / norm;
  });
  return Math.max(...apart);
}
