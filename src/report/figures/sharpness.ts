/** Top eigenvalues of the Hessian itself; S, the largest, is the sharpness. */
import type { Level } from "../figure.js";
import type { FlowResults } from "../flow-results.js";
import { componentCurves, tablesOf } from "./curves.js";
import type { FigureKind } from "./kind.js";
import { stepSizesOf } from "./step-sizes.js";

export const sharpness: FigureKind = {
  name: "sharpness",
  title: "Sharpness",
  caption:
    "Top eigenvalues of the Hessian H. Gradient descent holds them at 2 over its learning rate; " +
    "with optimizers that adapt the critical value moves, and oscillations still steer to regions " +
    "that are less sharp.",
  needs: "`eigenvalues`, with `raw` for rmsprop",
  draw(flow) {
    const optimizer = tablesOf(flow, ["midpoint", "discrete"])
      .map(([look, table]) => componentCurves(table, "hessian_eigenvalues", look))
      .find((curves) => curves.length > 0);
    const curves = [
      ...(optimizer ?? []),
      ...tablesOf(flow, ["central"]).flatMap(([look, table]) =>
        componentCurves(table, "hessian_eigenvalues", look),
      ),
      ...tablesOf(flow, ["stable"]).flatMap(([look, table]) =>
        componentCurves(
          table,
          "hessian_eigenvalues",
          { ...look, label: "stable flow's largest", aside: true },
          1,
        ),
      ),
      ...tablesOf(flow, ["ablated", "stationary"]).flatMap(([look, table]) =>
        componentCurves(
          table,
          "hessian_eigenvalues",
          { ...look, label: `${look.label}'s largest` },
          1,
        ),
      ),
    ];
    if (curves.length === 0) return undefined;
    return {
      x: { label: "step" },
      y: { label: "eigenvalues of H", scale: "linear" },
      curves,
      levels: threshold(flow),
    };
  },
};

/** 2/η, where one step size η in all coordinates stays as it is. */
function threshold({ processes }: FlowResults): Level[] {
  for (const table of processes.values()) {
    const sizes = stepSizesOf(table)?.filter((size) => size !== null);
    if (sizes && new Set(sizes).size === 1) return [{ label: "2/η", value: 2 / sizes[0]! }];
  }
  return [];
}
