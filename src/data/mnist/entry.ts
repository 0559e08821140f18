/** `mnist { classes = 4  train = 1000  test = 500 }`: handwritten digits, no download. */
import { z } from "zod";
import { type DatasetDescription, isMisfit, type Misfit } from "../../dsl/vocabulary.js";
import {
  balancedTrainSetting,
  binarySetting,
  chosenClasses,
  classesSetting,
  classTask,
  share,
} from "../classes.js";
import type { DatasetKind } from "../examples.js";
import { available, packageVersion, side } from "./digits.js";

const settings = z.strictObject({
  classes: classesSetting("digit", "digits")
    .default(4)
    .describe("The first n digits, or a list of digits, relabelled 0, 1, … in the given order."),
  train: balancedTrainSetting,
  test: z
    .int()
    .min(0)
    .default(500)
    .describe("Number of test examples, balanced over classes; 0 for no test set."),
  crop: z
    .int()
    .min(1)
    .max(side)
    .default(side)
    .describe(`Side of the central square that is kept of the ${side} × ${side} pixels.`),
  pool: z
    .int()
    .min(1)
    .default(1)
    .describe(
      "Side of the blocks of pixels that are averaged into one. Cropped or pooled images are " +
        "standardized with mean and standard deviation of the training images, whole ones with " +
        "those of all of MNIST.",
    ),
  label_noise: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe(
      "Fraction of the training labels replaced by a uniformly random class, maybe the same.",
    ),
  binary: binarySetting.default(false),
  seed: z
    .int()
    .min(0)
    .default(0)
    .describe("Decides which examples are drawn, their order, and the noise of labels."),
});
export type MnistSettings = z.infer<typeof settings>;

export const mnist: DatasetKind = {
  name: "mnist",
  doc: "Handwritten digits of MNIST as 28 × 28 images, 10,000 of them, standardized pixels.",
  settings,
  positional: [],
  describe: (given) => describe(settings.parse(given)),
  // Settings that leave everything as it is are left out: they came later than fingerprints.
  identity(given) {
    const { classes, crop, pool, label_noise, binary, ...rest } = settings.parse(given);
    return {
      ...rest,
      classes: chosenClasses(classes),
      source: `mnist ${packageVersion}`,
      ...(isWhole({ crop, pool }) ? {} : { crop, pool }),
      ...(label_noise > 0 ? { label_noise } : {}),
      ...(binary ? { binary } : {}),
    };
  },
  async load(given) {
    const parsed = settings.parse(given);
    const description = describe(parsed);
    if (isMisfit(description)) return description;
    const { loadMnist } = await import("./load.js");
    return loadMnist(parsed, description);
  },
};

/** Whether images are neither cropped nor pooled. */
export function isWhole({ crop, pool }: Pick<MnistSettings, "crop" | "pool">): boolean {
  return crop === side && pool === 1;
}

function describe(given: MnistSettings): DatasetDescription | Misfit {
  const { train, test, crop, pool, binary } = given;
  const digits = chosenClasses(given.classes);
  const demand = digits.map(
    (_, k) => share(train, digits.length, k) + share(test, digits.length, k),
  );
  const short = digits.findIndex((digit, k) => demand[k]! > available[digit]!);
  if (short >= 0) {
    const digit = digits[short]!;
    const counts = digits.map((d) => `${available[d]} of digit ${d}`).join(", ");
    const alone = share(train, digits.length, short) > available[digit]!;
    return {
      misfit:
        `train = ${train} and test = ${test} take ${demand[short]} examples of digit ${digit}, ` +
        `but there are ${available[digit]}`,
      help: `there are ${counts}`,
      setting: alone || train >= test ? "train" : "test",
    };
  }
  if ((side - crop) % 2 !== 0) {
    return {
      misfit: `crop = ${crop} has no centre in ${side} pixels`,
      help: "give an even number",
      setting: "crop",
    };
  }
  if (crop % pool !== 0) {
    return {
      misfit: `pool = ${pool} does not divide crop = ${crop}`,
      help: `blocks of pool × pool pixels must fill the ${crop} × ${crop} that are kept`,
      setting: "pool",
    };
  }
  const task = classTask(digits.length, binary);
  return isMisfit(task) ? task : { input: [crop / pool, crop / pool], ...task, train, test };
}
