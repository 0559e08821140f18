/** Columns of a flow's tables as curves, and what its processes are called in figures. */
import { claimFunctions, type Series } from "../../claims/functions.js";
import type { SeriesTable } from "../../runtime/step.js";
import { smoothing } from "../agreement.js";
import type { Axis, Curve, Role } from "../figure.js";
import type { FlowResults } from "../flow-results.js";

/** How a curve looks and what it is called. */
export type Look = Omit<Curve, "x" | "y">;

const looks = {
  discrete: { role: "optimizer", label: "optimizer" },
  midpoint: { role: "midpoint", label: "optimizer's midpoints" },
  central: { role: "central", label: "central flow" },
  stable: { role: "stable", label: "stable flow" },
  ablated: { role: "ablated", label: "ablated flow" },
  stationary: { role: "stationary", label: "stationary flow" },
} as const satisfies Readonly<Record<string, Look>>;
export type ProcessName = keyof typeof looks;

/** All of them, in the order in which figures have them. */
export const processNames = Object.keys(looks) as ProcessName[];

/** What a curve of this process is of, whatever the process. */
export function roleOf(process: string): Role {
  return Object.hasOwn(looks, process) ? looks[process as ProcessName].role : "other";
}

/** Role and label of a process, in all figures the same. */
export function lookOf(process: ProcessName): Look {
  return looks[process];
}

/** Of these processes those whose series are kept. */
export function tablesOf(
  { processes }: FlowResults,
  names: readonly ProcessName[],
): readonly (readonly [look: Look, table: SeriesTable, process: ProcessName])[] {
  return names.flatMap((name) => {
    const table = processes.get(name);
    return table ? [[looks[name], table, name] as const] : [];
  });
}

/** A scalar column; undefined where there is none, or nothing in it was measured. */
export function scalarOf(table: SeriesTable | undefined, column: string): Series | undefined {
  if (!table?.columns.some(({ name }) => name === column)) return undefined;
  const values = table.scalar(column);
  return values.some((value) => value !== null) ? values : undefined;
}

/** A column of lists; undefined where there is none, or all are empty. */
export function listsOf(
  table: SeriesTable | undefined,
  column: string,
): readonly (Float64Array | null)[] | undefined {
  if (!table?.columns.some(({ name }) => name === column)) return undefined;
  const lists = table.list(column);
  return lists.some((list) => list !== null && list.length > 0) ? lists : undefined;
}

/** The average over time; null where nothing was measured. */
export function averaged(series: Series): Series {
  const { evaluate } = claimFunctions.find(({ name }) => name === "smooth")!;
  return evaluate([series, smoothing]) as Series;
}

/**
 * The average that is compared with a prediction: null within two standard deviations of the ends
 * as well, where it says nothing, unless the series is short.
 */
export function smoothed(series: Series): Series {
  const edge = series.length > 6 * smoothing ? 2 * smoothing : 0;
  const last = series.length - edge;
  return averaged(series).map((value, row) => (row < edge || row >= last ? null : value));
}

/** A series over the steps at which it was measured. */
export function curveOf(table: SeriesTable, series: Series, look: Look): Curve {
  return at(table, series, (row) => series[row] !== null, look);
}

/** A scalar column as a curve, or none. */
export function scalarCurve(table: SeriesTable, column: string, look: Look): Curve[] {
  const series = scalarOf(table, column);
  return series ? [curveOf(table, series, look)] : [];
}

/** What an optimizer measured: as it oscillates, and its average over time. */
export function oscillatingCurves(table: SeriesTable, column: string, look: Look): Curve[] {
  const series = scalarOf(table, column);
  if (!series) return [];
  return [
    curveOf(table, series, { ...look, style: "faint" }),
    curveOf(table, smoothed(series), { ...look, label: `${look.label}, smoothed` }),
  ];
}

/**
 * Components of a column of lists, as many as the longest has or `most`: a list that is shorter, as
 * where an eigenvalue is tracked no more, interrupts the curve.
 */
export function componentCurves(
  table: SeriesTable,
  column: string,
  look: Look,
  most = Number.POSITIVE_INFINITY,
): Curve[] {
  const lists = listsOf(table, column);
  if (!lists) return [];
  const count = Math.min(most, Math.max(...lists.map((list) => list?.length ?? 0)));
  return Array.from({ length: count }, (_, i) =>
    at(table, component(lists, i), (row) => lists[row] !== null, look),
  );
}

/** One component of lists, as a series. */
export function component(lists: readonly (ArrayLike<number> | null)[], i: number): Series {
  return lists.map((list) => list?.[i] ?? null);
}

function at(table: SeriesTable, series: Series, has: (row: number) => boolean, look: Look): Curve {
  const steps = table.scalar("step");
  const [x, y]: [number[], (number | null)[]] = [[], []];
  for (let row = 0; row < table.rows; row++) {
    if (!has(row)) continue;
    x.push(steps[row]!);
    y.push(series[row]!);
  }
  return { ...look, x: Int32Array.from(x), y };
}

/** Logarithmic where values span decades, and all are positive. */
export function scaleFor(curves: readonly Curve[]): Axis["scale"] {
  let [least, largest] = [Number.POSITIVE_INFINITY, 0];
  for (const { y } of curves) {
    for (let i = 0; i < y.length; i++) {
      const value = y[i]!;
      if (!Number.isFinite(value)) continue;
      least = Math.min(least, value);
      largest = Math.max(largest, value);
    }
  }
  return least > 0 && largest > 10 * least ? "log" : "linear";
}
