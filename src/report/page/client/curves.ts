/** Figures with their series unpacked. */
import { nearestIndex } from "../../ascending.js";
import type { PackedCurve, PackedFigure } from "./payload.js";

export interface ChartCurve extends Omit<PackedCurve, "x" | "y"> {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** The usual distance between its steps. */
  readonly spacing: number;
}

export interface ChartFigure extends Omit<PackedFigure, "curves"> {
  readonly curves: readonly ChartCurve[];
}

/** The index of a curve's point at a step, if it has one there. */
export function pointAt({ x, spacing }: ChartCurve, step: number): number | undefined {
  const i = nearestIndex(x, step);
  return i >= 0 && Math.abs(x[i]! - step) <= spacing / 2 ? i : undefined;
}
