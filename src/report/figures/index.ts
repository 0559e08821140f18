/** All figures, in a report's order. */
import type { Figure } from "../figure.js";
import type { FlowResults } from "../flow-results.js";
import { ablation } from "./ablation.js";
import { cosine } from "./cosine.js";
import { cost } from "./cost.js";
import { distance } from "./distance.js";
import { eigenvalues } from "./eigenvalues.js";
import { gradientNorm } from "./gradient-norm.js";
import type { FigureKind } from "./kind.js";
import { loss } from "./loss.js";
import { nu } from "./nu.js";
import { oscillations } from "./oscillations.js";
import { outputs } from "./outputs.js";
import { sharpness } from "./sharpness.js";
import { speeds } from "./speeds.js";
import { squaredGradients } from "./squared-gradients.js";
import { stationaryNu } from "./stationary-nu.js";
import { stepSize } from "./step-size.js";
import { time } from "./time.js";

export const figureKinds: readonly FigureKind[] = [
  loss,
  eigenvalues,
  sharpness,
  oscillations,
  gradientNorm,
  distance,
  outputs,
  stepSize,
  nu,
  squaredGradients,
  cosine,
  stationaryNu,
  speeds,
  ablation,
  cost,
  time,
];

/** The figures that a flow's results suffice for. */
export function figuresOf(flow: FlowResults): Figure[] {
  return figureKinds.flatMap((kind) => figureOf(kind, flow) ?? []);
}

/** One figure of a flow, if its results suffice. */
export function figureOf(
  { name, title, caption, draw }: FigureKind,
  flow: FlowResults,
): Figure | undefined {
  const drawn = draw(flow);
  return drawn && { name, title, caption, ...drawn };
}
