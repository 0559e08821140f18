/** Top eigenvalues of the effective Hessian P⁻¹H, for which 2 is critical with every optimizer. */
import { componentCurves, tablesOf } from "./curves.js";
import type { FigureKind } from "./kind.js";

export const eigenvalues: FigureKind = {
  name: "eigenvalues",
  title: "Effective eigenvalues",
  caption:
    "Top eigenvalues of the effective Hessian P⁻¹H. Each rises to 2, the edge of stability: the " +
    "optimizer's then oscillate around it, and the central flow's stay there. Without oscillations, " +
    "along the stable flow, they would go on rising.",
  needs: "`eigenvalues`, or `central`",
  draw(flow) {
    const midpoints = tablesOf(flow, ["midpoint"]).flatMap(([look, table]) =>
      componentCurves(table, "effective_eigenvalues", look),
    );
    const optimizer =
      midpoints.length > 0
        ? midpoints
        : tablesOf(flow, ["discrete"]).flatMap(([look, table]) =>
            componentCurves(table, "effective_eigenvalues", look),
          );
    const curves = [
      ...optimizer,
      ...tablesOf(flow, ["central"]).flatMap(([look, table]) =>
        componentCurves(table, "effective_eigenvalues", look),
      ),
      // Its largest tells where it goes; far above it would leave no room for the others.
      ...tablesOf(flow, ["stable"]).flatMap(([look, table]) =>
        componentCurves(
          table,
          "effective_eigenvalues",
          { ...look, label: "stable flow's largest", aside: true },
          1,
        ),
      ),
    ];
    if (curves.length === 0) return undefined;
    return {
      x: { label: "step" },
      y: { label: "eigenvalues of P⁻¹H", scale: "linear" },
      curves,
      levels: [{ label: "critical", value: 2 }],
    };
  },
};
