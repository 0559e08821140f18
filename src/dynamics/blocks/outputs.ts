/** What the network says of chosen examples. */
import { z } from "zod";
import type { BlockEntry, Misfit } from "../../dsl/vocabulary.js";

const examples = z.union([z.int().nonnegative(), z.array(z.int().nonnegative())], {
  error: "expected a number of examples, or a list of their places such as [0, 7]",
});

export const outputSettings = z.strictObject({
  train: examples.default(10).describe("Training examples: the first n, or a list of places."),
  test: examples.default(0).describe("Test examples: the first n, or a list of places."),
});
export type OutputSettings = z.infer<typeof outputSettings>;

/** Places of the examples chosen, of so many. */
export function examplesOf(chosen: OutputSettings["train"]): readonly number[] {
  return typeof chosen === "number" ? Array.from({ length: chosen }, (_, i) => i) : chosen;
}

export const outputs: BlockEntry = {
  name: "outputs",
  doc: "The network's outputs on chosen examples, one example after the other.",
  settings: outputSettings,
  positional: [],
  accepts(given, { dataset }) {
    const { train, test } = outputSettings.parse(given);
    if (!dataset) {
      return { misfit: "outputs needs a model, and a landscape has none", help: "leave it out" };
    }
    return beyond("train", train, dataset.train) ?? beyond("test", test, dataset.test);
  },
};

function beyond(
  setting: "train" | "test",
  chosen: OutputSettings["train"],
  count: number,
): Misfit | undefined {
  const last = Math.max(-1, ...examplesOf(chosen));
  if (last < count) return undefined;
  return {
    misfit: `outputs asks for ${setting} example ${last}, but there are ${count}`,
    help: count === 0 ? `leave \`${setting}\` out` : `the last one is ${count - 1}`,
    setting,
  };
}
