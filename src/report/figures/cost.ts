/** What processes spend: Hessian-vector products and third derivatives a step. */
import type { SeriesTable } from "../../runtime/step.js";
import type { Curve } from "../figure.js";
import { averaged, curveOf, type Look, processNames, scalarOf, tablesOf } from "./curves.js";
import type { FigureKind } from "./kind.js";

export const cost: FigureKind = {
  name: "cost",
  title: "Cost of a step",
  caption:
    "Hessian-vector products that each process takes a step, and the third derivatives ∇(uᵀHv) of the " +
    "central flow, smoothed over time: they grow with the number of critical eigenvalues.",
  needs: "a process that takes Hessian-vector products",
  draw(flow) {
    const products = tablesOf(flow, processNames).flatMap(([look, table]) =>
      spent(table, "hvps", look),
    );
    const derivatives = tablesOf(flow, ["central"]).flatMap(([look, table]) => {
      const named = {
        ...look,
        label: "central flow's third derivatives",
        style: "dashed",
      } as const;
      return spent(table, "third_derivatives", named);
    });
    const curves = [...products, ...derivatives];
    if (curves.length === 0) return undefined;
    return {
      x: { label: "step" },
      y: { label: "a step", scale: "linear" },
      curves,
      levels: [],
    };
  },
};

function spent(table: SeriesTable, column: string, look: Look): Curve[] {
  const series = scalarOf(table, column);
  return series?.some((count) => count) ? [curveOf(table, averaged(series), look)] : [];
}
