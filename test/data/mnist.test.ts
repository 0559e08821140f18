import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { beforeAll, describe, expect, test } from "vitest";
import type { ExampleArray, Examples } from "../../src/data/examples.js";
import { datasets } from "../../src/data/index.js";
import { available, packageVersion, readDigit } from "../../src/data/mnist/digits.js";
import { cropAndPool, statisticsOf } from "../../src/data/mnist/images.js";
import { readNpy } from "../../src/data/npy/index.js";
import { isMisfit, type Settings } from "../../src/dsl/vocabulary.js";

const loadDataset = (maker: string, settings: Settings) =>
  datasets.find(({ name }) => name === maker)!.load(settings);

const mnist = datasets.find((entry) => entry.name === "mnist")!;
const size = 28 * 28;

async function load(settings: Settings): Promise<Examples> {
  const examples = await loadDataset("mnist", settings);
  if (isMisfit(examples)) throw new Error(examples.misfit);
  return examples;
}

/** The pixels of one example in thousandths: exact, whatever the rounding of the standardization. */
function thousandths(x: ExampleArray, row: number): number[] {
  const values = x.values.subarray(row * size, (row + 1) * size);
  return Array.from(values, (value) => Math.round((value * 0.3081 + 0.1307) * 1000));
}

function rows(x: ExampleArray): string[] {
  return Array.from({ length: x.shape[0]! }, (_, row) => thousandths(x, row).join(" "));
}

function labels(y: ExampleArray): number[] {
  const [count, classes] = y.shape as [number, number];
  return Array.from({ length: count }, (_, row) => {
    const target = [...y.values.subarray(row * classes, (row + 1) * classes)];
    expect(target.filter((value) => value !== 0)).toEqual([1]);
    return target.indexOf(1);
  });
}

function histogram(values: readonly number[]): number[] {
  const counts: number[] = [];
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

describe("the package's files", () => {
  const require = createRequire(import.meta.url);

  test("are the version and the bytes that the entry speaks of", () => {
    const { version } = JSON.parse(readFileSync(require.resolve("mnist/package.json"), "utf8"));
    expect(version).toBe(packageVersion);
    const hash = createHash("sha256");
    for (let digit = 0; digit < 10; digit++) {
      hash.update(readFileSync(require.resolve(`mnist/src/digits/${digit}.json`)));
    }
    expect(hash.digest("hex")).toBe(
      "34b86aa3c0321bfd52282cf88656e438edc3a47cea3ffda8d3f649e957961d4f",
    );
  });

  test("hold as many images as the entry says, 10,000 in all", async () => {
    const counts = [];
    for (let digit = 0; digit < 10; digit++) counts.push((await readDigit(digit)).length / size);
    expect(counts).toEqual([...available]);
    expect(counts.reduce((sum, count) => sum + count)).toBe(10_000);
  });
});

describe("what a program learns without loading", () => {
  test("the description", () => {
    expect(mnist.describe({})).toEqual({
      input: [28, 28],
      outputs: 4,
      task: "classification",
      train: 1000,
      test: 500,
    });
    expect(mnist.describe({ classes: [3, 5], train: 7, test: 0 })).toMatchObject({
      outputs: 2,
      train: 7,
      test: 0,
    });
  });

  test("the identity says nothing of settings that leave images and labels alone", () => {
    expect(mnist.identity({ crop: 28, pool: 1, label_noise: 0, binary: false })).toEqual({
      classes: [0, 1, 2, 3],
      train: 1000,
      test: 500,
      seed: 0,
      source: `mnist ${packageVersion}`,
    });
    for (const change of [{ crop: 26 }, { pool: 2 }, { label_noise: 0.1 }]) {
      expect(mnist.identity(change)).toMatchObject(change);
    }
    expect(mnist.identity({ classes: 2, binary: true })).toMatchObject({ binary: true });
  });

  test("cropped and pooled images, and one output", () => {
    expect(mnist.describe({ crop: 24, pool: 2, classes: 2, binary: true })).toEqual({
      input: [12, 12],
      outputs: 1,
      task: "binary",
      train: 1000,
      test: 500,
    });
  });

  test.each([
    [{ crop: 25 }, "crop = 25 has no centre in 28 pixels", "give an even number", "crop"],
    [
      { crop: 24, pool: 5 },
      "pool = 5 does not divide crop = 24",
      "blocks of pool × pool pixels must fill the 24 × 24 that are kept",
      "pool",
    ],
    [
      { binary: true },
      "binary = true, but there are 4 classes",
      "a binary task has two classes",
      "binary",
    ],
  ])("%o is refused", async (settings, misfit, help, setting) => {
    expect(mnist.describe(settings)).toEqual({ misfit, help, setting });
    expect(await mnist.load(settings)).toEqual({ misfit, help, setting });
  });

  test("a count of classes is the list of the first digits", () => {
    expect(mnist.identity({ classes: 3 })).toEqual(mnist.identity({ classes: [0, 1, 2] }));
    expect(mnist.identity({ classes: [0, 2, 1] })).not.toEqual(mnist.identity({ classes: 3 }));
    expect(mnist.identity({ seed: 1 })).not.toEqual(mnist.identity({}));
  });

  test.each([
    [
      { classes: [3, 5, 8, 9], train: 4000, test: 0 },
      "train = 4000 and test = 0 take 1000 examples of digit 5, but there are 863",
      "train",
    ],
    [
      { classes: [5, 3, 8, 9], train: 3000, test: 453 },
      "train = 3000 and test = 453 take 864 examples of digit 5, but there are 863",
      "train",
    ],
    [
      { classes: [3, 5, 8, 9], train: 453, test: 3002 },
      "train = 453 and test = 3002 take 864 examples of digit 5, but there are 863",
      "test",
    ],
  ])("too few examples for %o", (settings, misfit, setting) => {
    const counts = [1032, 863, 944, 978];
    const help = settings.classes
      .map((digit) => `${counts[[3, 5, 8, 9].indexOf(digit)]} of digit ${digit}`)
      .join(", ");
    expect(mnist.describe(settings)).toEqual({ misfit, help: `there are ${help}`, setting });
  });

  test("every example of the scarcest class may be used", () => {
    const settings = { classes: [5, 3], train: 1000, test: 726 };
    expect(mnist.describe(settings)).toMatchObject({ train: 1000, test: 726 });
  });

  test.each([1, 11, 2.5, [3], [3, 10], [-1, 3]])("classes = %o is refused", (classes) => {
    expect(mnist.settings.safeParse({ classes }).success).toBe(false);
  });

  test.each([
    ["four", "expected a number from 2 to 10, or a list of digits such as [3, 5, 8, 9]"],
    [[3, 5, 3], "each digit can be listed only once"],
  ])("classes = %o is refused in words", (classes, message) => {
    const { error } = mnist.settings.safeParse({ classes });
    expect(error?.issues.map((issue) => issue.message)).toEqual([message]);
  });

  test.each(["train", "test", "seed"])("a negative %s is refused", (setting) => {
    expect(mnist.settings.safeParse({ [setting]: -1 }).success).toBe(false);
  });
});

describe("the examples", () => {
  let examples: Required<Examples>;
  beforeAll(async () => {
    examples = (await load({ classes: [7, 1, 4], train: 100, test: 50 })) as Required<Examples>;
  });

  test("have the shapes that the description says", () => {
    const shapes = Object.values(examples).map(({ shape }) => shape);
    expect(shapes).toEqual([
      [100, 28, 28],
      [100, 3],
      [50, 28, 28],
      [50, 3],
    ]);
  });

  test("are as equally many a class as can be", () => {
    expect(histogram(labels(examples.yTrain))).toEqual([34, 33, 33]);
    expect(histogram(labels(examples.yTest))).toEqual([17, 17, 16]);
  });

  test("are images of the digit that the label says, standardized", async () => {
    const images = await Promise.all(
      [7, 1, 4].map(async (digit) => {
        const pixels = (await readDigit(digit)).map((pixel) => Math.round(pixel * 1000));
        const count = pixels.length / size;
        return new Set(
          Array.from({ length: count }, (_, i) => pixels.slice(i * size, (i + 1) * size).join(" ")),
        );
      }),
    );
    const found = rows(examples.xTrain).map((row) => images.findIndex((set) => set.has(row)));
    expect(found).toEqual(labels(examples.yTrain));
    const pixels = thousandths(examples.xTrain, 0);
    const exact = pixels.map((pixel) => Math.fround((pixel / 1000 - 0.1307) / 0.3081));
    expect([...examples.xTrain.values.subarray(0, size)]).toEqual(exact);
  });

  test("are all different, in and between train and test", () => {
    const all = [...rows(examples.xTrain), ...rows(examples.xTest)];
    expect(new Set(all).size).toBe(150);
  });

  test("are shuffled", () => {
    const order = labels(examples.yTrain);
    expect(order).not.toEqual(order.toSorted());
  });

  test("are the same for the same seed, and others for another", async () => {
    const settings = { classes: [7, 1, 4], train: 100, test: 50 };
    expect(await load(settings)).toEqual(examples);
    const other = await load({ ...settings, seed: 1 });
    expect(rows(other.xTrain)).not.toEqual(rows(examples.xTrain));
  });

  test("test on the same when there are more to train on", async () => {
    const more = await load({ classes: [7, 1, 4], train: 1000, test: 50 });
    expect(more.xTest).toEqual(examples.xTest);
    expect(more.yTest).toEqual(examples.yTest);
  });

  test("have no test set when none is asked for", async () => {
    expect(Object.keys(await load({ classes: 2, train: 2, test: 0 }))).toEqual([
      "xTrain",
      "yTrain",
    ]);
  });
});

test("the bytes are those of the first version", async () => {
  const examples = await load({ classes: [3, 5, 8, 9], train: 50, test: 20, seed: 3 });
  const hash = createHash("sha256");
  for (const { values } of Object.values(examples)) hash.update(new Uint8Array(values.buffer));
  expect(hash.digest("hex")).toBe(
    "ffaa209a29289fa044840fbd1aa42cc911f60ccd6df7a6e486ac92b8824f60c8",
  );
});

describe("noise of labels", () => {
  const settings = { classes: 4, train: 400, test: 100, seed: 5 };
  const changed = async (label_noise: number, seed = 5) => {
    const [clean, noisy] = [
      await load({ ...settings, seed }),
      await load({ ...settings, seed, label_noise }),
    ];
    for (const part of ["xTrain", "xTest", "yTest"] as const) {
      const [one, other] = [noisy, clean].map((of) => Buffer.from(of[part]!.values.buffer));
      expect(one!.equals(other!)).toBe(true);
    }
    const before = labels(clean.yTrain);
    return labels(noisy.yTrain).flatMap((label, i) => (label === before[i] ? [] : [label]));
  };

  test("replaces so many at most, a quarter of them by the same of four classes", async () => {
    const counts = await Promise.all([0, 1].map((seed) => changed(0.25, seed)));
    for (const { length } of counts) {
      expect(length).toBeLessThanOrEqual(100);
      // 100 times 3/4, ± 5 standard deviations.
      expect(Math.abs(length - 75)).toBeLessThan(5 * Math.sqrt((100 * 3) / 16));
    }
    expect(new Set(histogram(counts.flat()).keys())).toEqual(new Set([0, 1, 2, 3]));
  });

  test("of one makes all labels random", async () => {
    const { length } = await changed(1);
    expect(Math.abs(length - 300)).toBeLessThan(5 * Math.sqrt((400 * 3) / 16));
  });

  test("is of whole labels", async () => {
    expect(await changed(0.001)).toEqual([]);
  });

  test.each([-0.1, 1.1])("%s is refused", (label_noise) => {
    expect(mnist.settings.safeParse({ label_noise }).success).toBe(false);
  });
});

test("two classes as one output have targets 0 and 1", async () => {
  const settings = { classes: [7, 2], train: 11, test: 4 };
  const { yTrain } = await load({ ...settings, binary: true });
  expect(yTrain.shape).toEqual([11, 1]);
  expect([...yTrain.values]).toEqual(labels((await load(settings)).yTrain));
});

describe("cropped and pooled images", () => {
  const settings = { classes: 4, train: 40, test: 20, seed: 1, crop: 24, pool: 2 };

  test("are standardized with statistics of the training images", async () => {
    const { xTrain, xTest } = await load(settings);
    expect(xTrain.shape).toEqual([40, 12, 12]);
    const mean = (of: Float32Array) => of.reduce((sum, value) => sum + value, 0) / of.length;
    expect(mean(xTrain.values)).toBeCloseTo(0, 6);
    expect(mean(xTrain.values.map((value) => value ** 2))).toBeCloseTo(1, 5);
    expect(Math.abs(mean(xTest!.values))).toBeGreaterThan(1e-4);
  });

  test("are means of blocks of the same images", async () => {
    const { crop, pool, ...whole } = settings;
    const fine = (await load(whole)).xTrain;
    const coarse = (await load(settings)).xTrain.values;
    const blocks = coarse.map((_, i) => {
      const [image, row, column] = [Math.floor(i / 144), Math.floor(i / 12) % 12, i % 12];
      const at = image * size + (2 + 2 * row) * 28 + 2 + 2 * column;
      return [at, at + 1, at + 28, at + 29].reduce((sum, k) => sum + fine.values[k]! / 4, 0);
    });
    // Both are affine in the pixels: one scale and one offset lead from one to the other.
    const [low, high] = [blocks.indexOf(Math.min(...blocks)), blocks.indexOf(Math.max(...blocks))];
    const scale = (coarse[high]! - coarse[low]!) / (blocks[high]! - blocks[low]!);
    blocks.forEach((value, i) => {
      expect(coarse[i]).toBeCloseTo(coarse[low]! + scale * (value - blocks[low]!), 4);
    });
  });

  test("are the paper's, with its 100 images of four digits", async () => {
    const x = readNpy("test/golden/gd-cnn-mnist/x_train.npy");
    const y = readNpy("test/golden/gd-cnn-mnist/y_train.npy");
    if (isMisfit(x) || isMisfit(y)) throw new Error("the golden files are missing");
    const golden = Array.from({ length: 100 }, (_, i) => x.values.slice(144 * i, 144 * (i + 1)));
    // Images are known by their values relative to the largest and the least, whatever the statistics.
    const relative = (values: ArrayLike<number>) => {
      const all = Array.from(values);
      const [least, largest] = [Math.min(...all), Math.max(...all)];
      return Float64Array.from(all, (value) => (value - least) / (largest - least));
    };
    const ours: { label: number; image: Float64Array; relative: Float64Array }[] = [];
    for (const label of [0, 1, 2, 3]) {
      const pixels = await readDigit(label);
      for (let i = 0; i < available[label]!; i++) {
        const image = cropAndPool(pixels, i, 24, 2);
        ours.push({ label, image, relative: relative(image) });
      }
    }
    const found = golden.map((values) => {
      const own = relative(values);
      return ours.find((each) => each.relative.every((v, k) => Math.abs(v - own[k]!) < 1e-5));
    });
    expect(found.map((each) => each?.label)).toEqual([...y.values]);
    const { mean, deviation } = statisticsOf(found.map((each) => each!.image));
    // The golden values were standardized in float32.
    golden.forEach((values, i) => {
      found[i]!.image.forEach((pixel, k) => {
        expect(Math.abs(values[k]! - (pixel - mean) / deviation)).toBeLessThan(2e-6);
      });
    });
  });
});

test("the golden case's 200 images are among ours, with their labels", async () => {
  const x = readNpy("test/golden/gd-mlp-mnist/x_train.npy");
  const y = readNpy("test/golden/gd-mlp-mnist/y_train.npy");
  if (isMisfit(x) || isMisfit(y)) throw new Error("the golden files are missing");
  const golden = { shape: [200, 28, 28], values: x.values as Float32Array };
  const labelOf = new Map<string, number>();
  for (const [label, digit] of [3, 5, 8, 9].entries()) {
    // With digit 1, the most frequent one, every image of the digit can be asked for.
    const { xTrain, yTrain } = await load({
      classes: [digit, 1],
      train: 2 * available[digit]!,
      test: 0,
    });
    const ours = labels(yTrain);
    rows(xTrain).forEach((row, i) => {
      if (ours[i] === 0) labelOf.set(row, label);
    });
  }
  expect(rows(golden).map((row) => labelOf.get(row))).toEqual([...y.values]);
});
