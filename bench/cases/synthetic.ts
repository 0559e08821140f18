/**
 * `synthetic { train = 1000 }`: colour images [32, 32, 3] in four classes, made from a seed, in place
 * of CIFAR-10's, which have to be fetched. A class has three smooth patterns, an image is a random
 * combination of its class's and noise, and pixels have mean 0 and a deviation near 1.
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { z } from "zod";
import { sizeOf } from "../../src/data/axes.js";
import { type DatasetKind, joinHalves, oneHot } from "../../src/data/examples.js";
import { normal, streams } from "../../src/data/random.js";

const [side, channels, classes, patterns] = [32, 3, 4, 3];

const settings = z.strictObject({
  train: z.int().min(1).default(1000).describe("Number of training examples."),
  features: z.int().min(1).optional().describe("Only so many of the pixels, in one row."),
  seed: z.int().min(0).default(0).describe("Decides the patterns and the noise."),
});

export const synthetic: DatasetKind = {
  name: "synthetic",
  doc: "Smooth coloured patterns with noise: images [32, 32, 3] in four classes.",
  settings,
  positional: [],
  describe(given) {
    const { train, features } = settings.parse(given);
    const input = inputOf(features);
    return { input, outputs: classes, task: "classification", train, test: 0 };
  },
  identity: (given) => settings.parse(given),
  async load(given) {
    const { train, features, seed } = settings.parse(given);
    const random = streams(seed).train;
    const waves = Array.from({ length: classes * patterns }, () => wave(random));
    const input = inputOf(features);
    const size = sizeOf(input);
    const x = new Float32Array(train * size);
    const labels = Array.from({ length: train }, (_, row) => row % classes);
    for (const [row, label] of labels.entries()) {
      const own = waves.slice(label * patterns, (label + 1) * patterns);
      const weights = own.map(() => 0.4 + 0.3 * normal(random));
      for (let i = 0; i < size; i++) {
        const signal = own.reduce((sum, at, p) => sum + weights[p]! * at(i), 0);
        x[row * size + i] = signal + 0.8 * normal(random);
      }
    }
    return joinHalves({ x: { shape: [train, ...input], values: x }, y: oneHot(labels, classes) });
  },
};

function inputOf(features: number | undefined): readonly number[] {
  return features === undefined ? [side, side, channels] : [features];
}

/** A plane wave of a random direction and colour, by the place of a pixel's channel. */
function wave(random: ReturnType<typeof streams>["train"]): (index: number) => number {
  const draw = () => 2 * uniformFloat64(random) - 1;
  const [down, across, phase] = [6 * draw(), 6 * draw(), Math.PI * draw()];
  const colour = Array.from({ length: channels }, draw);
  return (index) => {
    const place = Math.floor(index / channels);
    const angle = (down * Math.floor(place / side) + across * (place % side)) / side;
    return 1.4 * colour[index % channels]! * Math.sin(2 * Math.PI * angle + phase);
  };
}
