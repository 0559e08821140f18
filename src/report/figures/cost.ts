/** What processes spend: Hessian-vector products and third derivatives a step. */
import type { SeriesTable } from "../../runtime/step.js";
import type { Curve } from "../figure.js";
import { curveOf, type Look, type ProcessName, scalarOf, smoothed, tablesOf } from "./curves.js";
import type { FigureKind } from "./kind.js";

const processes: readonly ProcessName[] = [
  "discrete",
  "midpoint",
  "stable",
  "ablated",
  "stationary",
  "central",
];

export const cost: FigureKind = {
  name: "cost",
  title: "Cost of a step",
  caption:
    "Hessian-vector products, and third derivatives ∇(uᵀHv) (dashed), that each process takes a step, " +
    "smoothed over time. The flow's cost grows with the number of critical eigenvalues.",
  needs: "a process that takes Hessian-vector products",
  draw(flow) {
    const curves = tablesOf(flow, processes).flatMap(([look, table]) => [
      ...spent(table, "hvps", look),
      ...spent(table, "third_derivatives", {
        ...look,
        label: `${look.label}: third derivatives`,
        style: "dashed",
      }),
    ]);
    if (curves.length === 0) return undefined;
    return {
      x: { label: "step", scale: "linear" },
      y: { label: "Hessian-vector products a step", scale: "linear" },
      curves,
      levels: [],
    };
  },
};

function spent(table: SeriesTable, column: string, look: Look): Curve[] {
  const series = scalarOf(table, column);
  return series?.some((count) => count) ? [curveOf(table, smoothed(series), look)] : [];
}
