/** `arrays { x_train = "x.npy"  y_train = "y.npy" }`: the user's own examples, from .npy files. */
import { z } from "zod";
import { isMisfit, pathSetting, type Settings } from "../../dsl/vocabulary.js";
import { binarySetting } from "../classes.js";
import type { DatasetKind } from "../examples.js";
import { identityOf } from "../file.js";
import { describeArrays } from "./describe.js";

const settings = z.strictObject({
  x_train: pathSetting("Training inputs, a .npy file whose first axis counts examples."),
  y_train: pathSetting(
    "Training targets: integers, labels 0, 1, …, one axis (examples) or two (examples, positions; " +
      "−1 where none is asked for), for classification; floats, one or two axes (examples, " +
      "outputs), for regression.",
  ),
  x_test: pathSetting("Test inputs.").optional(),
  y_test: pathSetting("Test targets.").optional(),
  classes: z
    .int()
    .min(2)
    .optional()
    .describe("Number of classes, if more than the largest label says."),
  vocabulary: z
    .int()
    .min(2)
    .optional()
    .describe("Inputs are tokens 0, …, vocabulary − 1: integers, two axes (examples, positions)."),
  binary: binarySetting.default(false),
});
export type ArraysSettings = z.infer<typeof settings>;

export const arrays: DatasetKind = {
  name: "arrays",
  doc: "Examples from your own NumPy files, for classification or regression.",
  settings,
  positional: [],
  describe: (given) => describeArrays(settings.parse(given)),
  identity(given) {
    const { classes, vocabulary, binary, ...paths } = settings.parse(given);
    const identity: Settings = {};
    if (classes !== undefined) identity.classes = classes;
    if (vocabulary !== undefined) identity.vocabulary = vocabulary;
    if (binary) identity.binary = binary;
    for (const [setting, path] of Object.entries(paths)) {
      if (path !== undefined) identity[setting] = identityOf(path);
    }
    return identity;
  },
  async load(given) {
    const { loadArrays } = await import("./load.js");
    const parsed = settings.parse(given);
    const description = describeArrays(parsed);
    return isMisfit(description) ? description : loadArrays(parsed, description);
  },
};
