/**
 * `classification { classes = 2  features = 20  informative = 5 }`: Gaussian clusters around vertices
 * of a cube, as scikit-learn's `make_classification` makes them (after I. Guyon, "Design of
 * experiments for the NIPS 2003 variable selection benchmark", 2003). Each class has two clusters at
 * different vertices of {−1, 1}ⁿ; a cluster's points are N(0, I) times a random matrix with entries
 * of U(−1, 1). Two more features are random combinations of these n, and the rest is N(0, 1).
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { z } from "zod";
import { type DatasetDescription, isMisfit, type Misfit } from "../dsl/vocabulary.js";
import { binarySetting, classTask } from "./classes.js";
import { type DatasetKind, type Examples, joinHalves, labelTargets } from "./examples.js";
import { normal } from "./random.js";
import { shuffle } from "./shuffle.js";

const clustersPerClass = 2;
const redundant = 2;
/** Probability with which a label is replaced by a uniformly random one. */
const flip = 0.01;

const settings = z.strictObject({
  train: z.int().min(1).default(100).describe("Number of training examples."),
  test: z
    .int()
    .min(0)
    .default(100)
    .describe("Number of test examples, of the same draw as the training examples; 0 for none."),
  classes: z.int().min(2).default(2).describe("Number of classes, of two clusters each."),
  features: z.int().min(1).default(20).describe("Number of features."),
  informative: z
    .int()
    .min(1)
    .max(16)
    .default(5)
    .describe("Number of features that tell of the class; two more are combinations of these."),
  binary: binarySetting
    .optional()
    .describe("Two classes as one output, as by default if there are two."),
  seed: z.int().min(0).default(0).describe("Decides clusters, points, labels and order."),
});
type ClassificationSettings = z.infer<typeof settings>;

export const classification: DatasetKind = {
  name: "classification",
  doc: "Gaussian clusters around the vertices of a cube, among features without meaning.",
  settings,
  positional: [],
  describe: (given) => describe(settings.parse(given)),
  identity(given) {
    const parsed = settings.parse(given);
    return { ...parsed, binary: isBinary(parsed) };
  },
  async load(given) {
    const parsed = settings.parse(given);
    const description = describe(parsed);
    return isMisfit(description) ? description : make(parsed, description);
  },
};

/** Two classes are one output unless that is refused. */
function isBinary({ binary, classes }: ClassificationSettings): boolean {
  return binary ?? classes === 2;
}

function describe(given: ClassificationSettings): DatasetDescription | Misfit {
  const { train, test, classes, features, informative } = given;
  const task = classTask(classes, isBinary(given));
  if (isMisfit(task)) return task;
  if (features < informative + redundant) {
    return {
      misfit: `features = ${features}, but informative = ${informative} and ${redundant} combinations need ${informative + redundant}`,
      help: "ask for more features, or for fewer informative ones",
      setting: "features",
    };
  }
  if (classes * clustersPerClass > 2 ** informative) {
    return {
      misfit: `classes = ${classes} need ${classes * clustersPerClass} vertices, and a cube with informative = ${informative} has ${2 ** informative}`,
      help: "ask for fewer classes, or for more informative features",
      setting: "classes",
    };
  }
  return { input: [features], ...task, train, test };
}

function make(
  { train, test, classes, features, informative, seed }: ClassificationSettings,
  task: DatasetDescription,
): Examples {
  const random = mersenne(seed);
  const vertices = Array.from({ length: 2 ** informative }, (_, vertex) => vertex);
  const clusters = shuffle(vertices, random)
    .slice(0, classes * clustersPerClass)
    .map((vertex, k) => ({ vertex, label: k % classes, mix: mixture(informative, random) }));
  const combine = Array.from({ length: redundant }, () => uniforms(informative, random));

  const rows = clusters.flatMap(({ vertex, label, mix }, k) => {
    // What is left over goes to the first clusters, one each.
    const count = Math.ceil((train + test - k) / clusters.length);
    return Array.from({ length: Math.max(0, count) }, () => {
      const point = Array.from({ length: informative }, () => normal(random));
      const informed = mix.map((column, i) => dot(point, column) + ((vertex >> i) & 1 ? 1 : -1));
      const flipped = uniformFloat64(random) < flip;
      return {
        label: flipped ? uniformInt(random, 0, classes - 1) : label,
        values: [
          ...informed,
          ...combine.map((weights) => dot(informed, weights)),
          ...Array.from({ length: features - informative - redundant }, () => normal(random)),
        ],
      };
    });
  });
  shuffle(rows, random);
  const order = shuffle(
    Array.from({ length: features }, (_, i) => i),
    random,
  );

  const half = (from: number, to: number) => {
    const own = rows.slice(from, to);
    return {
      x: {
        shape: [own.length, features],
        values: Float32Array.from(own.flatMap(({ values }) => order.map((i) => values[i]!))),
      },
      y: labelTargets(
        own.map(({ label }) => label),
        task,
      ),
    };
  };
  return joinHalves(half(0, train), half(train, train + test));
}

/** The columns of a random square matrix. */
function mixture(size: number, random: RandomGenerator): number[][] {
  return Array.from({ length: size }, () => uniforms(size, random));
}

/** Of U(−1, 1). */
function uniforms(length: number, random: RandomGenerator): number[] {
  return Array.from({ length }, () => 2 * uniformFloat64(random) - 1);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
