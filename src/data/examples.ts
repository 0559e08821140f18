/** Examples in memory, in the one form that all datasets come in. */
import type { DatasetEntry, Misfit, Settings } from "../dsl/vocabulary.js";

/** A row-major array whose first axis counts examples. */
export interface ExampleArray {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/**
 * x has the shape [examples, ...input]. y is what a loss compares with the model's outputs, of shape
 * [examples, outputs]: one-hot rows for classification, target values for regression. There is a
 * test set whole or not at all.
 */
export interface Examples {
  readonly xTrain: ExampleArray;
  readonly yTrain: ExampleArray;
  readonly xTest?: ExampleArray;
  readonly yTest?: ExampleArray;
}

export interface DatasetKind extends DatasetEntry {
  /** Reads or makes the examples; called only with settings that `describe` accepted. */
  load(settings: Settings): Promise<Examples | Misfit>;
}

/** Rows of zeros with a one at each label, which must be 0, …, classes − 1. */
export function oneHot(labels: ArrayLike<number>, classes: number): ExampleArray {
  const values = new Float32Array(labels.length * classes);
  for (let i = 0; i < labels.length; i++) values[i * classes + labels[i]!] = 1;
  return { shape: [labels.length, classes], values };
}
