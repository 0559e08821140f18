/** A quantity that an optimizer takes as a function of t, the number of gradients seen. */
export interface Schedule {
  value(t: number): number;
  /** d value / dt, from the right where there is a corner. */
  rate(t: number): number;
}

export function constant(value: number): Schedule {
  return { value: () => value, rate: () => 0 };
}
