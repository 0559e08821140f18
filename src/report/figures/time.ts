/** What a step of each process takes by the clock, over the course of the run. */
import type { PacePart } from "../../runtime/pace.js";
import type { Curve } from "../figure.js";
import { type Look, processNames, scaleFor, tablesOf } from "./curves.js";
import type { FigureKind } from "./kind.js";

export const time: FigureKind = {
  name: "time",
  title: "Time of a step",
  caption:
    "Milliseconds that a step of each process took on the machine that computed it, whatever else " +
    "it did at the time; the first steps include what is prepared once.",
  needs: "a process whose time is on record",
  draw(flow) {
    const curves = tablesOf(flow, processNames).flatMap(([look, { rows }, process]) => {
      const parts = flow.paces?.get(process)?.filter(({ first }) => first < rows) ?? [];
      return parts.length === 0 ? [] : [timeOf(parts, look)];
    });
    if (curves.length === 0) return undefined;
    return {
      x: { label: "step" },
      y: { label: "milliseconds a step", scale: scaleFor(curves) },
      curves,
      levels: [],
    };
  },
};

/** Each part's mean, at its middle. */
function timeOf(parts: readonly PacePart[], look: Look): Curve {
  return {
    ...look,
    x: parts.map(({ first, rows }) => first + (rows - 1) / 2),
    y: parts.map(({ rows, seconds }) => (1000 * seconds) / rows),
  };
}
