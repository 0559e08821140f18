/**
 * The functions of the claim language. A series is a column along steps: numbers, NaN and infinity
 * where a run diverged, null where nothing was measured; null rows never take part in a reduction.
 */
import type { FunctionEntry } from "../dsl/vocabulary.js";

/** Row i is the value at step i. */
export type Series = readonly (number | null)[];
export type Value = number | Series;

export interface ClaimFunction extends FunctionEntry {
  /** Arguments as `arguments` declares; series are already cut to `from` and `to`. */
  evaluate(args: readonly Value[]): Value;
}

const one = [{ name: "series", kind: "series" }] as const;

export const claimFunctions: readonly ClaimFunction[] = [
  {
    name: "max",
    doc: "The largest measured value of a series.",
    arguments: one,
    range: true,
    result: "number",
    evaluate: ([series]) => reduce(series!, (a, b) => (b > a || Number.isNaN(b) ? b : a)),
  },
  {
    name: "min",
    doc: "The smallest measured value of a series.",
    arguments: one,
    range: true,
    result: "number",
    evaluate: ([series]) => reduce(series!, (a, b) => (b < a || Number.isNaN(b) ? b : a)),
  },
  {
    name: "mean",
    doc: "The mean of the measured values of a series.",
    arguments: one,
    range: true,
    result: "number",
    evaluate([series]) {
      const values = measured(series!);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    },
  },
  {
    name: "sum",
    doc: "The sum of the measured values of a series.",
    arguments: one,
    range: true,
    result: "number",
    evaluate: ([series]) => measured(series!).reduce((sum, value) => sum + value, 0),
  },
  {
    name: "final",
    doc: "The last measured value of a series.",
    arguments: one,
    range: true,
    result: "number",
    evaluate: ([series]) => measured(series!).at(-1) ?? Number.NaN,
  },
  {
    name: "at",
    doc: "The value of a series at one step.",
    arguments: [
      { name: "series", kind: "series" },
      { name: "step", kind: "number" },
    ],
    range: false,
    result: "number",
    evaluate: ([series, step]) => (series as Series)[step as number] ?? Number.NaN,
  },
  {
    name: "abs",
    doc: "The absolute value, of a number or of every value of a series.",
    arguments: [{ name: "value", kind: "any" }],
    range: false,
    result: "same",
    evaluate: ([value]) => elementwise(Math.abs, value!),
  },
  {
    name: "change",
    doc: "By how much a series differs from its row before; nothing where one was not measured.",
    arguments: one,
    range: false,
    result: "same",
    evaluate: ([series]) => change(series as Series),
  },
  {
    name: "smooth",
    doc: "A series averaged with Gaussian weights; `width` is their standard deviation in steps.",
    arguments: [
      { name: "series", kind: "series" },
      { name: "width", kind: "number" },
    ],
    range: false,
    result: "same",
    evaluate: ([series, width]) => smooth(series as Series, width as number),
  },
  {
    name: "relative_error",
    doc: "The mean distance of a series from a reference, over the reference's mean magnitude.",
    arguments: [
      { name: "series", kind: "series" },
      { name: "reference", kind: "series" },
    ],
    range: true,
    result: "number",
    evaluate([series, reference]) {
      let distance = 0;
      let magnitude = 0;
      for (const [step, value] of (series as Series).entries()) {
        const expected = (reference as Series)[step];
        if (value === null || expected === null || expected === undefined) continue;
        distance += Math.abs(value - expected);
        magnitude += Math.abs(expected);
      }
      return distance / magnitude;
    },
  },
];

/** Applies `f` to a number, or to every measured value of a series. */
export function elementwise(f: (value: number) => number, value: Value): Value {
  return typeof value === "number" ? f(value) : value.map((v) => (v === null ? null : f(v)));
}

function measured(series: Value): number[] {
  return (series as Series).filter((value) => value !== null);
}

function change(series: Series): Series {
  return series.map((value, step) => {
    const before = series[step - 1];
    return value === null || before === null || before === undefined ? null : value - before;
  });
}

/** NaN where nothing was measured, so that no comparison with it holds. */
function reduce(series: Value, f: (a: number, b: number) => number): number {
  const values = measured(series);
  return values.length === 0 ? Number.NaN : values.reduce(f);
}

/**
 * Gaussian average over four standard deviations to either side, normalized by the weights that
 * fall on measured rows: a constant stays itself up to both ends.
 */
function smooth(series: Series, width: number): Series {
  if (!(width > 0)) return series;
  const reach = Math.ceil(4 * width);
  const weights = Array.from({ length: reach + 1 }, (_, d) => Math.exp(-0.5 * (d / width) ** 2));
  return series.map((centre, step) => {
    if (centre === null) return null;
    let sum = 0;
    let total = 0;
    const last = Math.min(series.length - 1, step + reach);
    for (let row = Math.max(0, step - reach); row <= last; row++) {
      const value = series[row];
      if (value === null || value === undefined) continue;
      const weight = weights[Math.abs(row - step)]!;
      sum += weight * value;
      total += weight;
    }
    return sum / total;
  });
}
