/** Squared gradients of single weights, and what the central flow predicts of their average. */
import { chosenCoordinates } from "./coordinates.js";
import { component, curveOf, listsOf, smoothed, tablesOf } from "./curves.js";
import type { FigureKind } from "./kind.js";

export const squaredGradients: FigureKind = {
  name: "squared-gradients",
  title: "Squared gradients of single weights",
  caption:
    "Squared gradients at three weights, the optimizer's smoothed over time, and the central flow's " +
    "prediction of the average, which is g² and what Σ adds: the optimizer adapts to its own oscillations.",
  needs: "`coordinates`, and `central`",
  draw(flow) {
    const column = "predicted_grad_sq_coordinates";
    const places = chosenCoordinates(flow, column);
    const predicted = tablesOf(flow, ["central"]).flatMap(([look, table]) => {
      const lists = listsOf(table, column);
      if (!lists) return [];
      const named = { ...look, label: "central flow's prediction" };
      return places.map((i) => curveOf(table, component(lists, i), named));
    });
    if (predicted.length === 0) return undefined;
    const measured = tablesOf(flow, ["discrete"]).flatMap(([look, table]) => {
      const lists = listsOf(table, "grad_sq_coordinates");
      if (!lists) return [];
      const named = { ...look, label: "optimizer, smoothed" };
      return places.map((i) => curveOf(table, smoothed(component(lists, i)), named));
    });
    return {
      x: { label: "step" },
      y: { label: "squared gradient", scale: "log" },
      curves: [...measured, ...predicted],
      levels: [],
    };
  },
};
