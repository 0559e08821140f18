/**
 * Whether an eigensolver's iterations still get anywhere. LOBPCG's residuals rise and fall, and from
 * a random start they stay high while Ritz values climb; so an iteration counts as progress when
 * the residuals, taken together and only above their thresholds, reach a new low, or when the sum
 * of Ritz values rises by more than rounding.
 */

/** Iterations without progress after which rounding or noise must be all that is left. */
const patience = 8;
/** A new low, in sums of logarithms: one residual a tenth smaller. */
const lower = 0.1;
/** A rise of Ritz values, in roundings of ‖A‖. */
const higher = 10;

/** A test to call once an iteration; true once there was no progress for `patience` calls. */
export function stagnationTest(
  roundoff: number,
): (
  values: Float64Array,
  residuals: Float64Array,
  thresholds: readonly number[],
  scale: number,
) => boolean {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  let idle = 0;
  return (values, residuals, thresholds, scale) => {
    let excess = 0;
    residuals.forEach((residual, i) => {
      excess += Math.log(Math.max(1, residual / thresholds[i]!));
    });
    const sum = values.reduce((total, value) => total + value, 0);
    idle += 1;
    if (excess < lowest - lower) {
      lowest = excess;
      idle = 0;
    }
    if (sum > highest + higher * roundoff * scale) {
      highest = sum;
      idle = 0;
    }
    return idle >= patience;
  };
}
