/** Examples in memory, in the one form that all datasets come in. */
import type { DatasetDescription, DatasetEntry, Misfit, Settings } from "../dsl/vocabulary.js";
import type { Download } from "./download.js";

/** A row-major array whose first axis counts examples. */
export interface ExampleArray {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/**
 * x has the shape [examples, ...input]; images are [height, width] or [height, width, channels],
 * tokens are whole numbers. y is what a loss compares with the model's outputs, of shape
 * [examples, outputs], or [examples, positions, outputs] where each position has a target:
 * - classification: one-hot rows, and a row of zeros where the label is masked;
 * - binary: 0 or 1;
 * - regression: values.
 * There is a test set whole or not at all.
 */
export interface Examples {
  readonly xTrain: ExampleArray;
  readonly yTrain: ExampleArray;
  readonly xTest?: ExampleArray;
  readonly yTest?: ExampleArray;
}

export interface DatasetKind extends DatasetEntry {
  /** Files that `cflow fetch` brings; absent if the dataset needs none that are published. */
  readonly downloads?: readonly Download[];
  /** Reads or makes the examples; called only with settings that `describe` accepted. */
  load(settings: Settings): Promise<Examples | Misfit>;
}

/** One half of the examples: training or test. */
export interface Half {
  readonly x: ExampleArray;
  readonly y: ExampleArray;
}

/** `test` is left out if it has no examples. */
export function joinHalves(train: Half, test?: Half): Examples {
  const trained = { xTrain: train.x, yTrain: train.y };
  if (test === undefined || test.x.shape[0] === 0) return trained;
  return { ...trained, xTest: test.x, yTest: test.y };
}

/** The label of what doesn't count. */
export const masked = -1;

/** Rows of zeros with a one at each label, which must be 0, …, classes − 1, or masked. */
export function oneHot(labels: ArrayLike<number>, classes: number): ExampleArray {
  const values = new Float32Array(labels.length * classes);
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== masked) values[i * classes + labels[i]!] = 1;
  }
  return { shape: [labels.length, classes], values };
}

/** Targets of labels 0, …: a column of zeros and ones for a binary task, else one-hot rows. */
export function labelTargets(
  labels: ArrayLike<number>,
  { task, outputs }: Pick<DatasetDescription, "task" | "outputs">,
): ExampleArray {
  if (task !== "binary") return oneHot(labels, outputs);
  return { shape: [labels.length, 1], values: Float32Array.from(labels) };
}
