/** The precision of a flow's tensors. */
import type { Precision, Vector } from "../engine/objective.js";
import type { StepContext } from "../runtime/step.js";

export function precisionOf({ parameters }: StepContext): Precision {
  return parameters.precision === "float64" ? "float64" : "float32";
}

export function inPrecision(values: ArrayLike<number>, precision: Precision): Vector {
  return precision === "float64" ? Float64Array.from(values) : Float32Array.from(values);
}
