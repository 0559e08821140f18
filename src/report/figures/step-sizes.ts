/** Step sizes of optimizers that have one for all coordinates: gradient descent and scalar RMSProp. */
import type { Series } from "../../claims/functions.js";
import type { SeriesTable } from "../../runtime/step.js";
import { scalarOf } from "./curves.js";

/**
 * The step size along a process; undefined where coordinates have step sizes of their own, whose
 * harmonic mean is below their mean. 2 over it is the critical sharpness.
 */
export function stepSizesOf(table: SeriesTable): Series | undefined {
  const mean = scalarOf(table, "step_size_mean");
  const harmonic = scalarOf(table, "step_size_harmonic_mean");
  if (!mean || !harmonic) return undefined;
  return mean.every((size, row) => Object.is(size, harmonic[row])) ? mean : undefined;
}
