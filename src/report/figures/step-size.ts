/** The effective step size against 2/S, the largest with which a step is stable at sharpness S. */
import type { Curve } from "../figure.js";
import { curveOf, listsOf, lookOf, tablesOf } from "./curves.js";
import type { FigureKind } from "./kind.js";
import { stepSizesOf } from "./step-sizes.js";

export const stepSize: FigureKind = {
  name: "step-size",
  title: "Effective step size",
  caption:
    "The optimizer's step size, and 2/S, the largest that is stable at the sharpness S of the central " +
    "flow. At the edge of stability the one follows the other: oscillations set the step size.",
  needs: "an optimizer with one step size that changes, such as scalar_rmsprop",
  draw(flow) {
    const curves: Curve[] = [];
    for (const [look, table] of tablesOf(flow, ["discrete", "central", "ablated", "stationary"])) {
      const sizes = stepSizesOf(table);
      if (!sizes || new Set(sizes).size === 1) return undefined;
      curves.push(curveOf(table, sizes, look));
    }
    const central = flow.processes.get("central");
    const spectra = listsOf(central, "hessian_eigenvalues");
    if (central && spectra) {
      const largest = spectra.map((values) => {
        const sharpness = values?.[0];
        return sharpness !== undefined && sharpness > 0 ? 2 / sharpness : null;
      });
      curves.push(
        curveOf(central, largest, {
          ...lookOf("central"),
          label: "2/S along the central flow",
          style: "dashed",
          aside: true,
        }),
      );
    }
    if (curves.length === 0) return undefined;
    return {
      x: { label: "step" },
      y: { label: "step size", scale: "linear" },
      curves,
      levels: [],
    };
  },
};
