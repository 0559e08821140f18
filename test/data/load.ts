/** Datasets by name, as a program and a step use them. */
import type { ExampleArray, Examples } from "../../src/data/examples.js";
import { datasets } from "../../src/data/index.js";
import { isMisfit, type Settings } from "../../src/dsl/vocabulary.js";

export function datasetOf(maker: string) {
  return datasets.find(({ name }) => name === maker)!;
}

/** Throws what doesn't fit. */
export async function loaded(maker: string, settings: Settings): Promise<Examples> {
  const examples = await datasetOf(maker).load(settings);
  if (isMisfit(examples)) throw new Error(examples.misfit);
  return examples;
}

/** A misfit must be known before anything is loaded, and loading must say the same. */
export async function refusal(maker: string, settings: Settings): Promise<object> {
  const described = datasetOf(maker).describe(settings);
  if (!isMisfit(described)) throw new Error("it is accepted");
  const examples = await datasetOf(maker).load(settings);
  if (JSON.stringify(examples) !== JSON.stringify(described)) {
    throw new Error(`loading says ${JSON.stringify(examples)}`);
  }
  return described;
}

/** The rows of the first axis. */
export function rowsOf({ shape, values }: ExampleArray): number[][] {
  const size = values.length / shape[0]!;
  return Array.from({ length: shape[0]! }, (_, i) => [
    ...values.subarray(i * size, (i + 1) * size),
  ]);
}

/** Labels of one-hot rows, of which each must be one or nothing (−1). */
export function labelsOf(y: ExampleArray): number[] {
  const classes = y.shape.at(-1)!;
  return rowsOf({ shape: [y.values.length / classes, classes], values: y.values }).map((row) => {
    const ones = row.filter((value) => value !== 0);
    if (ones.length > 1 || ones.some((value) => value !== 1)) throw new Error(`no label: ${row}`);
    return row.indexOf(1);
  });
}

export function countsOf(values: readonly number[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
