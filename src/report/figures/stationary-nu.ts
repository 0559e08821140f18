/** ν of single weights along RMSProp's central flow, and the ν̄ at which it would rest. */
import { componentCurves, lookOf } from "./curves.js";
import type { FigureKind } from "./kind.js";

export const stationaryNu: FigureKind = {
  name: "stationary-nu",
  title: "ν of single weights and where it would rest",
  caption:
    "RMSProp's ν of single weights along its central flow, and the stationary ν̄ of the weights at the " +
    "time (dashed): at the edge of stability the one comes close to the other, weight by weight.",
  needs: "`preconditioners` and `central`, with rmsprop",
  draw({ processes }) {
    const central = processes.get("central");
    if (!central) return undefined;
    const curves = [
      ...componentCurves(central, "preconditioner_nu", { ...lookOf("central"), label: "ν" }),
      ...componentCurves(central, "stationary_nu", {
        ...lookOf("stationary"),
        label: "stationary ν̄",
        style: "dashed",
      }),
    ];
    if (curves.length === 0) return undefined;
    return { x: { label: "step" }, y: { label: "ν", scale: "log" }, curves, levels: [] };
  },
};
