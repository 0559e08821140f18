/** A kind of figure: one file says all there is to it, and a registry lists them. */
import type { Figure } from "../figure.js";
import type { FlowResults } from "../flow-results.js";

export interface FigureKind {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  /** What a flow must have for it, as "it needs …" goes on. */
  readonly needs: string;
  /** Undefined where the flow's results don't have what it shows. */
  draw(flow: FlowResults): Pick<Figure, "x" | "y" | "curves" | "levels"> | undefined;
}
