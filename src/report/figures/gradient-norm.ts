/** The squared norm of the gradient, most of which is oscillation at the edge of stability. */
import { oscillatingCurves, scalarCurve, tablesOf } from "./curves.js";
import type { FigureKind } from "./kind.js";

export const gradientNorm: FigureKind = {
  name: "gradient-norm",
  title: "Squared gradient norm",
  caption:
    "The optimizer's squared gradient norm, and what the central flow predicts of its average over " +
    "time. The gradient along the flow itself (dashed) is much smaller: most of it is oscillation.",
  needs: "`discrete` or `central`",
  draw(flow) {
    const optimizer = tablesOf(flow, ["discrete"]).flatMap(([look, table]) =>
      oscillatingCurves(table, "grad_norm_sq", look),
    );
    const central = tablesOf(flow, ["central"]).flatMap(([look, table]) => [
      ...scalarCurve(table, "predicted_grad_norm_sq", {
        ...look,
        label: "central flow's prediction",
      }),
      ...scalarCurve(table, "grad_norm_sq", {
        ...look,
        label: "along the central flow",
        style: "dashed",
      }),
    ]);
    if (optimizer.length + central.length === 0) return undefined;
    const stable = tablesOf(flow, ["stable"]).flatMap(([look, table]) =>
      scalarCurve(table, "grad_norm_sq", look),
    );
    return {
      x: { label: "step" },
      y: { label: "squared gradient norm", scale: "log" },
      curves: [...optimizer, ...central, ...stable],
      levels: [],
    };
  },
};
