/**
 * A loss is a mean over rows: examples, or where each position of an example has a target, all
 * examples' positions together. Classes are one-hot rows, and a row of zeros, a masked label, does not
 * count; of two classes with one output, targets are 0 and 1.
 */
import type { Scalar, Tensor } from "@tensorflow/tfjs";
import type { Floats } from "../../data/axes.js";
import type { DatasetDescription, LossEntry } from "../../dsl/vocabulary.js";
import type { Tf } from "../layers/layer.js";

export type Task = DatasetDescription["task"];

export interface Loss {
  /**
   * The sum over the rows given, divided by how many rows count among all examples: so values of
   * parts of the examples add up to the mean.
   *
   * @param outputs [examples, outputs] or [examples, positions, outputs], as are `targets`
   */
  value(tf: Tf, outputs: Tensor, targets: Tensor, counted: number): Scalar;
}

export interface LossKind extends LossEntry {
  /** For a task that it accepts. */
  of(task: Task): Loss;
}

/** Whether a row of targets counts; one whose label is masked does not. */
export function isCounted(task: Task, target: Floats): boolean {
  return task !== "classification" || target.some((y) => y !== 0);
}

/** How many rows of targets count. */
export function countedRows(
  task: Task,
  { shape, values }: { readonly shape: readonly number[]; readonly values: Floats },
): number {
  const width = shape.at(-1)!;
  let counted = 0;
  for (let start = 0; start < values.length; start += width) {
    if (isCounted(task, values.subarray(start, start + width))) counted += 1;
  }
  return counted;
}
