/**
 * Draws examples from the digits' files. Each digit's images are shuffled; training examples are
 * taken from the front and test examples from the back, so that they are disjoint, and the test set
 * stays the same when more training examples are asked for.
 */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import type { DatasetDescription, Misfit } from "../../dsl/vocabulary.js";
import { sizeOf } from "../axes.js";
import { chosenClasses, type Drawn, share } from "../classes.js";
import { type Examples, type Half, joinHalves, labelTargets } from "../examples.js";
import { shuffle } from "../shuffle.js";
import { available, readDigit } from "./digits.js";
import { isWhole, type MnistSettings } from "./entry.js";
import { cropAndPool, type Statistics, statisticsOf, wholeStatistics } from "./images.js";

/**
 * x of shape [examples, size, size], where 28 pixels are cropped and pooled to `size`; deterministic
 * in the settings. `task` is what the entry says of these settings.
 */
export async function loadMnist(
  settings: MnistSettings,
  task: DatasetDescription,
): Promise<Examples | Misfit> {
  const { train, test, crop, pool, seed } = settings;
  const digits = chosenClasses(settings.classes);
  const pixels = await Promise.all(digits.map(readDigit));
  const random = mersenne(seed);
  const drawnTrain: Drawn[] = [];
  const drawnTest: Drawn[] = [];
  digits.forEach((digit, label) => {
    const count = available[digit]!;
    const images = shuffle(
      Array.from({ length: count }, (_, position) => ({ label, position })),
      random,
    );
    drawnTrain.push(...images.slice(0, share(train, digits.length, label)));
    drawnTest.push(...images.slice(count - share(test, digits.length, label)));
  });
  // The test set first: its order must not depend on the number of training examples.
  shuffle(drawnTest, random);
  shuffle(drawnTrain, random);
  const noisy = withNoise(drawnTrain, settings.label_noise, digits.length, random);

  const imagesOf = (drawn: readonly Drawn[]) =>
    drawn.map(({ label, position }) => cropAndPool(pixels[label]!, position, crop, pool));
  const trainImages = imagesOf(drawnTrain);
  const statistics = isWhole(settings) ? wholeStatistics : statisticsOf(trainImages);
  if (statistics.deviation === 0) {
    return {
      misfit: `all pixels of the training images are the same with crop = ${crop} and pool = ${pool}`,
      help: "keep more of the images",
    };
  }
  const half = (images: readonly Float64Array[], drawn: readonly Drawn[]): Half => ({
    x: {
      shape: [images.length, ...task.input],
      values: standardize(images, statistics, sizeOf(task.input)),
    },
    y: labelTargets(
      drawn.map(({ label }) => label),
      task,
    ),
  });
  return joinHalves(half(trainImages, noisy), half(imagesOf(drawnTest), drawnTest));
}

function standardize(
  images: readonly Float64Array[],
  { mean, deviation }: Statistics,
  size: number,
): Float32Array {
  const values = new Float32Array(images.length * size);
  images.forEach((image, row) => {
    values.set(
      image.map((value) => (value - mean) / deviation),
      row * size,
    );
  });
  return values;
}

/** The nearest whole number of labels to `fraction` is replaced. */
function withNoise(
  drawn: readonly Drawn[],
  fraction: number,
  classes: number,
  random: RandomGenerator,
): readonly Drawn[] {
  const order = shuffle(
    drawn.map((_, row) => row),
    random,
  );
  const replaced = new Set(order.slice(0, Math.round(fraction * drawn.length)));
  return drawn.map((each, row) =>
    replaced.has(row) ? { ...each, label: uniformInt(random, 0, classes - 1) } : each,
  );
}
