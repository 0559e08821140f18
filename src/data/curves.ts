/**
 * Two classes of points in the plane, each along a curve with Gaussian noise around it: half of the
 * points are equally spaced on the curve of class 0, the other half on that of class 1, as
 * scikit-learn's `make_moons` and `make_circles` place them. Order and noise are random.
 */
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { z } from "zod";
import { isMisfit } from "../dsl/vocabulary.js";
import { binarySetting, classTask } from "./classes.js";
import { type DatasetKind, type Half, joinHalves, labelTargets } from "./examples.js";
import { normal, streams } from "./random.js";
import { shuffle } from "./shuffle.js";

export type Point = readonly [number, number];

/** Settings of every such dataset. */
export const curveSettings = {
  train: z
    .int()
    .min(1)
    .default(200)
    .describe("Number of training examples, half of them of each class."),
  test: z.int().min(0).default(100).describe("Number of test examples; 0 for no test set."),
  noise: z
    .number()
    .min(0)
    .default(0.2)
    .describe("Standard deviation of the noise added to each coordinate."),
  binary: binarySetting.default(true),
  seed: z.int().min(0).default(0).describe("Decides the noise and the order."),
};

/** Settings of a dataset whose curves need no more. */
export const plainSettings = z.strictObject(curveSettings);

/**
 * A dataset of two curves.
 * @param curve  the i-th of `count` points of a class, without noise
 */
export function curves<S extends z.infer<typeof plainSettings>>(
  name: string,
  doc: string,
  settings: z.ZodObject & z.ZodType<S>,
  curve: (settings: S, label: number, i: number, count: number) => Point,
): DatasetKind {
  return {
    name,
    doc,
    settings,
    positional: [],
    describe(given) {
      const { train, test, binary } = settings.parse(given);
      const task = classTask(2, binary);
      return isMisfit(task) ? task : { input: [2], ...task, train, test };
    },
    identity: (given) => settings.parse(given),
    async load(given) {
      const parsed = settings.parse(given);
      const task = classTask(2, parsed.binary);
      if (isMisfit(task)) return task;
      const random = streams(parsed.seed);
      const half = (count: number, source: RandomGenerator): Half => {
        const points = scatter(count, parsed, curve, source);
        return {
          x: { shape: [count, 2], values: Float32Array.from(points.flatMap(({ at }) => at)) },
          y: labelTargets(
            points.map(({ label }) => label),
            task,
          ),
        };
      };
      return joinHalves(half(parsed.train, random.train), half(parsed.test, random.test));
    },
  };
}

interface Labelled {
  readonly label: number;
  readonly at: Point;
}

function scatter<S extends z.infer<typeof plainSettings>>(
  count: number,
  settings: S,
  curve: (settings: S, label: number, i: number, count: number) => Point,
  random: RandomGenerator,
): Labelled[] {
  const first = Math.floor(count / 2);
  const placed = [first, count - first].flatMap((own, label) =>
    Array.from(
      { length: own },
      (_, i): Labelled => ({
        label,
        at: curve(settings, label, i, own),
      }),
    ),
  );
  const { noise } = settings;
  return shuffle(placed, random).map(({ label, at: [x, y] }) => ({
    label,
    at: [x + noise * normal(random), y + noise * normal(random)],
  }));
}
