/** The training loss: the optimizer's, and what the flows say of its average over time. */
import { oscillatingCurves, scalarCurve, scaleFor, tablesOf } from "./curves.js";
import type { FigureKind } from "./kind.js";

export const loss: FigureKind = {
  name: "loss",
  title: "Training loss",
  caption:
    "The optimizer's loss oscillates around what the central flow predicts of its average over time. " +
    "The stable flow, which has no oscillations, leaves the optimizer's path at the edge of stability.",
  needs: "`discrete`, `central` or `stable`",
  draw(flow) {
    const curves = [
      ...tablesOf(flow, ["discrete"]).flatMap(([look, table]) =>
        oscillatingCurves(table, "train_loss", look),
      ),
      ...tablesOf(flow, ["central"]).flatMap(([look, table]) =>
        scalarCurve(table, "predicted_loss", { ...look, label: "central flow's prediction" }),
      ),
      ...tablesOf(flow, ["stable"]).flatMap(([look, table]) =>
        scalarCurve(table, "train_loss", look),
      ),
    ];
    if (curves.length === 0) return undefined;
    return {
      x: { label: "step" },
      y: { label: "training loss", scale: scaleFor(curves) },
      curves,
      levels: [],
    };
  },
};
