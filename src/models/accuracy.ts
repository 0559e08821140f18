import type { Floats } from "../data/axes.js";
import { isCounted, type Task } from "./losses/loss.js";

/**
 * The fraction of counted rows (see `losses/loss.ts`) that are right: whose largest output is at the
 * largest target, the first of equal ones; or of two classes with one output, whose output is above
 * zero exactly if the target is. Outputs with a NaN are wrong. Undefined for regression.
 *
 * @param width outputs a row
 * @param outputs row-major, a row after another, as are `targets`
 */
export function accuracy(
  task: Task,
  width: number,
  outputs: Floats,
  targets: Floats,
): number | undefined {
  if (task === "regression") return undefined;
  let counted = 0;
  let right = 0;
  for (let start = 0; start < targets.length; start += width) {
    const row = outputs.subarray(start, start + width);
    const target = targets.subarray(start, start + width);
    if (!isCounted(task, target)) continue;
    counted += 1;
    if (task === "binary" ? isRightSide(row[0]!, target[0]!) : argmax(row) === argmax(target)) {
      right += 1;
    }
  }
  return right / counted;
}

function isRightSide(output: number, target: number): boolean {
  return target > 0 ? output > 0 : output <= 0;
}

/** The first index of the largest value; −1 if any is NaN. */
function argmax(values: Floats): number {
  let best = 0;
  for (const [i, value] of values.entries()) {
    if (Number.isNaN(value)) return -1;
    if (value > values[best]!) best = i;
  }
  return best;
}
