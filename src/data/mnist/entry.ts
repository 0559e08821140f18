/** `mnist { classes = 4  train = 1000  test = 500 }`: handwritten digits, no download. */
import { z } from "zod";
import type { DatasetDescription, Misfit } from "../../dsl/vocabulary.js";
import type { DatasetKind } from "../examples.js";
import { available, packageVersion, side } from "./digits.js";

const settings = z.strictObject({
  classes: z
    .union([z.int().min(2).max(10), z.array(z.int().min(0).max(9)).min(2)], {
      error: "expected a number from 2 to 10, or a list of digits such as [3, 5, 8, 9]",
    })
    .refine((classes) => typeof classes === "number" || new Set(classes).size === classes.length, {
      error: "each digit can be listed only once",
    })
    .default(4)
    .describe("The first n digits, or a list of digits, relabelled 0, 1, … in the given order."),
  train: z
    .int()
    .min(1)
    .default(1000)
    .describe("Number of training examples, balanced over classes."),
  test: z
    .int()
    .min(0)
    .default(500)
    .describe("Number of test examples, balanced over classes; 0 for no test set."),
  seed: z.int().min(0).default(0).describe("Decides which examples are drawn and their order."),
});
export type MnistSettings = z.infer<typeof settings>;

export const mnist: DatasetKind = {
  name: "mnist",
  doc: "Handwritten digits of MNIST as 28 × 28 images, 10,000 of them, standardized pixels.",
  settings,
  positional: [],
  describe: (given) => describe(settings.parse(given)),
  identity: (given) => {
    const { classes, ...rest } = settings.parse(given);
    return { ...rest, classes: digitsOf(classes), source: `mnist ${packageVersion}` };
  },
  async load(given) {
    const { loadMnist } = await import("./load.js");
    return loadMnist(settings.parse(given));
  },
};

/** The digits in the order of their labels. */
export function digitsOf(classes: MnistSettings["classes"]): readonly number[] {
  return typeof classes === "number" ? Array.from({ length: classes }, (_, d) => d) : classes;
}

/** How many of `total` examples the class with this label gets, as equal as possible. */
export function share(total: number, classes: number, label: number): number {
  return Math.floor(total / classes) + (label < total % classes ? 1 : 0);
}

function describe({ classes, train, test }: MnistSettings): DatasetDescription | Misfit {
  const digits = digitsOf(classes);
  const outputs = digits.length;
  const demand = digits.map((_, k) => share(train, outputs, k) + share(test, outputs, k));
  const short = digits.findIndex((digit, k) => demand[k]! > available[digit]!);
  if (short >= 0) {
    const digit = digits[short]!;
    const counts = digits.map((d) => `${available[d]} of digit ${d}`).join(", ");
    const alone = share(train, outputs, short) > available[digit]!;
    return {
      misfit:
        `train = ${train} and test = ${test} take ${demand[short]} examples of digit ${digit}, ` +
        `but there are ${available[digit]}`,
      help: `there are ${counts}`,
      setting: alone || train >= test ? "train" : "test",
    };
  }
  return { input: [side, side], outputs, task: "classification", train, test };
}
