/** What curvature regularization is worth: the loss along the central flow, and along one without it. */
import { type ProcessName, scalarCurve, scaleFor, tablesOf } from "./curves.js";
import type { FigureKind } from "./kind.js";

export const ablation: FigureKind = {
  name: "ablation",
  title: "Without curvature regularization",
  caption:
    "The loss along the flows themselves. Without the term by which oscillations lower the curvature " +
    "(ablated), an adaptive optimizer ends in sharper regions, takes smaller steps there, and is slower.",
  needs: "`central` and `ablated` or `stationary`",
  draw(flow) {
    const along = (...processes: ProcessName[]) =>
      tablesOf(flow, processes).flatMap(([look, table]) => scalarCurve(table, "train_loss", look));
    const others = along("ablated", "stationary");
    const central = along("central");
    if (others.length === 0 || central.length === 0) return undefined;
    const curves = [...central, ...others];
    return {
      x: { label: "step" },
      y: { label: "training loss", scale: scaleFor(curves) },
      curves,
      levels: [],
    };
  },
};
