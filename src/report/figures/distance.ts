/** How far the flows are from the optimizer in weights. */
import { lookOf, type ProcessName, scalarCurve } from "./curves.js";
import type { FigureKind } from "./kind.js";

const flows: readonly ProcessName[] = ["central", "stable", "ablated", "stationary"];

export const distance: FigureKind = {
  name: "distance",
  title: "Distance to the optimizer",
  caption:
    "Distance in weights from the optimizer, or from its midpoints where the flow runs them. The " +
    "central flow stays close to the optimizer's path; the stable flow leaves it at the edge of stability.",
  needs: "`compare` of `discrete` or `midpoint` with a flow",
  draw({ compare }) {
    if (!compare) return undefined;
    const found = ["midpoint", "discrete"]
      .map((from) => ({
        label: `distance to ${from === "midpoint" ? "the optimizer's midpoints" : "the optimizer"}`,
        curves: flows.flatMap((flow) =>
          scalarCurve(compare, `distance_${from}_${flow}`, lookOf(flow)),
        ),
      }))
      .find(({ curves }) => curves.length > 0);
    if (!found) return undefined;
    return {
      x: { label: "step" },
      y: { label: found.label, scale: "linear" },
      curves: found.curves,
      levels: [],
    };
  },
};
