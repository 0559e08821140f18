/** Every dataset that the language can name. */
import type { Misfit, Settings } from "../dsl/vocabulary.js";
import { arrays } from "./arrays/entry.js";
import type { DatasetKind, Examples } from "./examples.js";
import { mnist } from "./mnist/entry.js";

export const datasets: readonly DatasetKind[] = [mnist, arrays];

/** Loads the examples of the dataset made by `maker`, with settings its entry accepted. */
export async function loadDataset(maker: string, settings: Settings): Promise<Examples | Misfit> {
  const dataset = datasets.find((entry) => entry.name === maker);
  if (dataset === undefined) throw new Error(`no dataset is named '${maker}'`);
  return dataset.load(settings);
}
