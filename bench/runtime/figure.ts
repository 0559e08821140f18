/** A figure of the runtime: what was measured, and the goal that it is to stay below. */
import { duration } from "../report.js";

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly goal?: number;
  readonly unit: "seconds" | "bytes" | "share";
  readonly samples?: readonly number[];
  /** Why it was not measured; then `value` is NaN. */
  readonly absent?: string;
}

const show: Record<Figure["unit"], (value: number) => string> = {
  seconds: duration,
  bytes: (value) => `${(value / 1e6).toFixed(0)} MB`,
  share: (value) => `${(100 * value).toPrecision(2)}%`,
};

export function rendered({ name, value, goal, unit, absent }: Figure): string {
  const head = name.padEnd(52);
  if (absent !== undefined) return `${head}  not measured: ${absent}`;
  const shown = show[unit];
  const verdict =
    goal === undefined ? "" : `  (goal ${shown(goal)} ${value < goal ? "reached" : "MISSED"})`;
  return `${head}  ${shown(value)}${verdict}`;
}
