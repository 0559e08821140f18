/** All figures, in a report's order. */
import type { Figure } from "../figure.js";
import type { FlowResults } from "../flow-results.js";
import type { FigureKind } from "./kind.js";
import { loss } from "./loss.js";

export const figureKinds: readonly FigureKind[] = [loss];

/** The figures that a flow's results suffice for. */
export function figuresOf(flow: FlowResults): Figure[] {
  return figureKinds.flatMap(({ name, title, caption, draw }) => {
    const drawn = draw(flow);
    return drawn ? [{ name, title, caption, ...drawn }] : [];
  });
}
