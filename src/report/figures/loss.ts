/** The training loss: the optimizer's, and what the flows say of its average over time. */
import { claimFunctions, type Series } from "../../claims/functions.js";
import type { SeriesTable } from "../../runtime/step.js";
import { smoothing } from "../agreement.js";
import type { Curve } from "../figure.js";
import type { FigureKind } from "./kind.js";

export const loss: FigureKind = {
  name: "loss",
  title: "Training loss",
  caption:
    "The optimizer's loss oscillates around what the central flow predicts of its average over time; " +
    "the flow without oscillations leaves it at the edge of stability.",
  draw({ processes }) {
    const curves: Curve[] = [];
    const optimizer = processes.get("discrete");
    if (optimizer) {
      const y = optimizer.scalar("train_loss");
      const x = stepsOf(optimizer);
      curves.push(
        { label: "optimizer", role: "optimizer", x, y, style: "faint" },
        { label: "optimizer, smoothed", role: "optimizer", x, y: smoothed(y) },
      );
    }
    const central = processes.get("central");
    if (central) {
      const y = central.scalar("predicted_loss");
      curves.push({ label: "central flow's prediction", role: "central", x: stepsOf(central), y });
    }
    const stable = processes.get("stable");
    if (stable) {
      const y = stable.scalar("train_loss");
      curves.push({ label: "stable flow", role: "stable", x: stepsOf(stable), y });
    }
    if (curves.length === 0) return undefined;
    return {
      x: { label: "step", scale: "linear" },
      y: { label: "training loss", scale: "linear" },
      curves,
      levels: [],
    };
  },
};

/** The average over time that is compared with a prediction. */
function smoothed(series: Series): Series {
  const { evaluate } = claimFunctions.find(({ name }) => name === "smooth")!;
  return evaluate([series, smoothing]) as Series;
}

function stepsOf(table: SeriesTable): Int32Array {
  return Int32Array.from(table.scalar("step"), (step) => step!);
}
