/** How near RMSProp's ν is to the stationary ν̄ of its weights. */
import { lookOf, scalarCurve } from "./curves.js";
import type { FigureKind } from "./kind.js";

export const cosine: FigureKind = {
  name: "cosine",
  title: "Cosine of ν with the stationary ν̄",
  caption:
    "Along the central flow ν turns towards ν̄, which is stationary at the current weights: RMSProp's " +
    "preconditioner tends to the solution of a convex program in the gradient and the curvature.",
  needs: "`preconditioners` and `central`, with rmsprop",
  draw({ processes }) {
    const central = processes.get("central");
    const curves = central ? scalarCurve(central, "stationary_cosine", lookOf("central")) : [];
    if (curves.length === 0) return undefined;
    return {
      x: { label: "step" },
      y: { label: "cosine of ν and ν̄", scale: "linear" },
      curves,
      levels: [{ label: "the same direction", value: 1 }],
    };
  },
};
