/** ν, the moving average of squared gradients that an adaptive optimizer divides by. */
import { chosenCoordinates } from "./coordinates.js";
import { component, curveOf, listsOf, type ProcessName, scalarCurve, tablesOf } from "./curves.js";
import type { FigureKind } from "./kind.js";

const drawn: readonly ProcessName[] = ["discrete", "central", "stationary"];

export const nu: FigureKind = {
  name: "nu",
  title: "ν, the average of squared gradients",
  caption:
    "The optimizer's ν, and that of the central flow, whose squared gradients include the " +
    "oscillations. It approaches what is stationary at the weights, as along the stationary flow: " +
    "the preconditioner is then a function of the weights alone.",
  needs: "`discrete` or `central` with scalar_rmsprop or rmsprop",
  draw(flow) {
    const tables = tablesOf(flow, drawn);
    const places = chosenCoordinates(flow, "nu_coordinates");
    const curves = tables.flatMap(([look, table]) => {
      const lists = listsOf(table, "nu_coordinates");
      return places.length > 0 && lists
        ? places.map((i) => curveOf(table, component(lists, i), look))
        : [];
    });
    const means = tables.flatMap(([look, table]) => scalarCurve(table, "nu_mean", look));
    if (curves.length + means.length === 0) return undefined;
    return {
      x: { label: "step" },
      y: { label: curves.length > 0 ? "ν of single weights" : "mean of ν", scale: "log" },
      curves: curves.length > 0 ? curves : means,
      levels: [],
    };
  },
};
