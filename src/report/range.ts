/** The ranges of a figure's axes: what is to be seen decides, not a single value far out. */
import type { Curve, Figure } from "./figure.js";

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** As parts of all values: those beyond are outliers where they lie far out. */
const tails = 0.005;
/** How far beyond the tails values are followed, as a part of the range between these. */
const followed = 0.35;
/** How far curves that may leave the picture are followed. */
const followedAside = 0.4;
/** Free space above and below, as a part of the range. */
const margin = 0.03;

export function xRange({ curves }: Figure): Range {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { x } of curves) {
    if (x.length === 0) continue;
    from = Math.min(from, x[0]!);
    to = Math.max(to, x[x.length - 1]!);
  }
  if (from > to) return { from: 0, to: 1 };
  return from < to ? { from, to } : { from: from - 0.5, to: to + 0.5 };
}

/** On a logarithmic scale of positive values alone. */
export function yRange({ y, curves, levels }: Figure): Range {
  const log = y.scale === "log";
  const scaled = log ? Math.log10 : (value: number) => value;
  const unscaled = log ? (value: number) => 10 ** value : (value: number) => value;
  const drawable = (value: number | null): value is number =>
    Number.isFinite(value) && (!log || value! > 0);
  const valuesOf = (some: readonly Curve[]): Float64Array => {
    const found = new Float64Array(some.reduce((sum, { y: values }) => sum + values.length, 0));
    let count = 0;
    for (const { y: values } of some) {
      for (let i = 0; i < values.length; i++) {
        const value = values[i]!;
        if (drawable(value)) found[count++] = scaled(value);
      }
    }
    return found.subarray(0, count);
  };

  const main = valuesOf(curves.filter(({ aside }) => !aside));
  const aside = valuesOf(curves.filter((each) => each.aside));
  let range = middle(main.length > 0 ? main : aside);
  if (!range) return log ? { from: 0.1, to: 10 } : { from: 0, to: 1 };
  if (main.length > 0) range = extended(range, aside, followedAside);
  for (const { value } of levels) {
    if (drawable(value)) range = including(range, scaled(value));
  }
  const { from, to } = widened(range);
  // Zero is a better end than something near it.
  const padding = margin * (to - from);
  const grounded = !log && range.from >= 0 && range.from < 0.25 * range.to;
  return {
    from: grounded ? 0 : unscaled(from - padding),
    to: unscaled(to + padding),
  };
}

/** Without outliers. */
function middle(values: Float64Array): Range | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.slice().sort();
  const last = sorted.length - 1;
  const tail = Math.floor(tails * last);
  const [from, to] = [sorted[tail]!, sorted[last - tail]!];
  return extended({ from, to }, sorted, followed);
}

/** The range with those of the values that are at most so far beyond it, in parts of itself. */
function extended(range: Range, values: Float64Array, share: number): Range {
  const reach = share * (range.to - range.from);
  const [least, largest] = [range.from - reach, range.to + reach];
  let { from, to } = range;
  for (const value of values) {
    from = Math.min(from, Math.max(value, least));
    to = Math.max(to, Math.min(value, largest));
  }
  return { from, to };
}

function including({ from, to }: Range, value: number): Range {
  return { from: Math.min(from, value), to: Math.max(to, value) };
}

/** What is flat lies in the middle. */
function widened({ from, to }: Range): Range {
  if (to - from > 1e-9 * Math.max(Math.abs(from), Math.abs(to))) return { from, to };
  const space = from === 0 ? 1 : Math.abs(from) / 2;
  return { from: from - space, to: to + space };
}
