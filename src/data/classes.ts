/** Which classes a dataset has, how many examples of each are taken, and from where. */
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { z } from "zod";
import type { DatasetDescription, Misfit } from "../dsl/vocabulary.js";
import { shuffle } from "./shuffle.js";

/** The first n of ten classes or a list of them, which messages call by `noun`. */
export function classesSetting(noun: string, plural: string) {
  return z
    .union([z.int().min(2).max(10), z.array(z.int().min(0).max(9)).min(2)], {
      error: `expected a number from 2 to 10, or a list of ${plural} such as [3, 5, 8, 9]`,
    })
    .refine((classes) => typeof classes === "number" || new Set(classes).size === classes.length, {
      error: `each ${noun} can be listed only once`,
    });
}
type Classes = z.infer<ReturnType<typeof classesSetting>>;

/** The chosen classes in the order of their labels. */
export function chosenClasses(classes: Classes): readonly number[] {
  return typeof classes === "number" ? Array.from({ length: classes }, (_, k) => k) : classes;
}

export const binarySetting = z
  .boolean()
  .describe("Two classes as one output, the logit of the second, with targets 0 and 1.");

export const balancedTrainSetting = z
  .int()
  .min(1)
  .default(1000)
  .describe("Number of training examples, balanced over classes.");

/** Outputs and task of labels of so many classes. */
export function classTask(
  classes: number,
  binary: boolean,
): Pick<DatasetDescription, "outputs" | "task"> | Misfit {
  if (!binary) return { outputs: classes, task: "classification" };
  if (classes === 2) return { outputs: 1, task: "binary" };
  return {
    misfit: `binary = true, but there are ${classes} classes`,
    help: "a binary task has two classes",
    setting: "binary",
  };
}

/** How many of `total` examples the class with this label gets, as equal as possible. */
export function share(total: number, classes: number, label: number): number {
  return Math.floor(total / classes) + (label < total % classes ? 1 : 0);
}

/** How many there are of each of the chosen classes. */
export function countClasses(
  found: ArrayLike<number>,
  classes: readonly number[],
): readonly number[] {
  const counts: number[] = [];
  for (let i = 0; i < found.length; i++) counts[found[i]!] = (counts[found[i]!] ?? 0) + 1;
  return classes.map((each) => counts[each] ?? 0);
}

/** Undefined if `counts` suffice for `total` examples, as equally many a class as can be. */
export function tooFew(
  setting: "train" | "test",
  total: number,
  counts: readonly number[],
  name: (label: number) => string,
): Misfit | undefined {
  const short = counts.findIndex((count, label) => share(total, counts.length, label) > count);
  if (short < 0) return undefined;
  const demand = share(total, counts.length, short);
  return {
    misfit: `${setting} = ${total} takes ${demand} examples of ${name(short)}, but there are ${counts[short]}`,
    help: `there are ${counts.map((count, label) => `${count} of ${name(label)}`).join(", ")}`,
    setting,
  };
}

export const drawSetting = z
  .enum(["first", "random"])
  .default("first")
  .describe(
    "Which training examples of each class: `first`, the first in the files, as the paper's code " +
      "takes them, or `random`, drawn with the seed.",
  );

export interface Drawn {
  /** Where it stands among those it was drawn from. */
  readonly position: number;
  readonly label: number;
}

/**
 * As equally many examples of each chosen class as can be, in random order.
 * @param found  the class of each example there is; there must be enough, as `tooFew` says
 */
export function drawBalanced(
  found: ArrayLike<number>,
  classes: readonly number[],
  total: number,
  draw: "first" | "random",
  random: RandomGenerator,
): Drawn[] {
  const positions = classes.map((): number[] => []);
  const labelOf = new Map(classes.map((each, label) => [each, label]));
  for (let position = 0; position < found.length; position++) {
    const label = labelOf.get(found[position]!);
    if (label !== undefined) positions[label]!.push(position);
  }
  const drawn = positions.flatMap((own, label) => {
    if (draw === "random") shuffle(own, random);
    return own
      .slice(0, share(total, classes.length, label))
      .map((position) => ({ position, label }));
  });
  return shuffle(drawn, random);
}
