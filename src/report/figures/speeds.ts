/** What preconditioners are worth: the optimization speeds gᵀP⁻¹g along the central flow. */
import type { Look } from "./curves.js";
import { scalarCurve } from "./curves.js";
import type { FigureKind } from "./kind.js";

const columns: readonly (Look & { readonly column: string })[] = [
  { column: "speed", role: "central", label: "RMSProp along its central flow" },
  { column: "speed_stationary", role: "stationary", label: "stationary" },
  { column: "speed_first_term", role: "other", label: "least for the curvature" },
  {
    column: "speed_gd",
    role: "other",
    label: "gradient descent at its edge",
    style: "dashed",
  },
];

export const speeds: FigureKind = {
  name: "speeds",
  title: "Optimization speeds",
  caption:
    "The speed gᵀP⁻¹g at which the loss falls, with RMSProp's preconditioner P, with the stationary " +
    "one, with the least that the curvature allows, and with gradient descent's largest stable step. " +
    "The stationary one is below the least, for what it minimizes counts speed as a cost.",
  needs: "`preconditioners` and `central`, with rmsprop",
  draw({ processes }) {
    const central = processes.get("central");
    if (!central) return undefined;
    const curves = columns.flatMap(({ column, ...look }) => scalarCurve(central, column, look));
    if (curves.length === 0) return undefined;
    return {
      x: { label: "step" },
      y: { label: "optimization speed", scale: "log" },
      curves,
      levels: [],
    };
  },
};
