/** The variances of oscillations: the eigenvalues of Σ, and what is measured along its eigenvectors. */
import { component, componentCurves, curveOf, listsOf, lookOf, smoothed } from "./curves.js";
import type { FigureKind } from "./kind.js";

export const oscillations: FigureKind = {
  name: "oscillations",
  title: "Variance of oscillations",
  caption:
    "The central flow predicts the covariance Σ of the oscillations: its eigenvalues, relative to P, " +
    "are the mean squares of the optimizer's displacement from the flow along Σ's eigenvectors, here " +
    "smoothed over time.",
  needs: "`central` with critical eigenvalues; `discrete` and `compare` for what is measured",
  draw({ processes, compare }) {
    const central = processes.get("central");
    const predicted = central
      ? componentCurves(central, "oscillation_variances", {
          ...lookOf("central"),
          label: "central flow's prediction",
        })
      : [];
    if (predicted.length === 0) return undefined;
    const displaced = listsOf(compare, "discrete_displacements");
    const measured = displaced
      ? Array.from({ length: predicted.length }, (_, i) => {
          const squares = component(displaced, i).map((value) => value && value ** 2);
          const { role } = lookOf("discrete");
          return curveOf(compare!, smoothed(squares), { role, label: "optimizer, smoothed" });
        }).filter(({ y }) => y.length > 0)
      : [];
    return {
      x: { label: "step" },
      y: { label: "variances", scale: "linear" },
      curves: [...measured, ...predicted],
      levels: [],
    };
  },
};
