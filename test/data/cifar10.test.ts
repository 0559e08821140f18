import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Examples } from "../../src/data/examples.js";
import type { Settings } from "../../src/dsl/vocabulary.js";
import { temporaryFolder } from "./folder.js";
import { countsOf, datasetOf, labelsOf, loaded, refusal, rowsOf } from "./load.js";

const root = temporaryFolder();
const cifar10 = datasetOf("cifar10");
const names = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`);

/** The byte of a plane; from it one sees which record, row, column and channel it was. */
const pixel = (record: number, channel: number, row: number, column: number) =>
  (record * 7 + channel * 50 + row * 3 + column) % 256;

/** Records as the archive has them: a label, then the red, green and blue planes by rows. */
function batch(labels: readonly number[], first: number): Uint8Array {
  return Uint8Array.from(
    labels.flatMap((label, i) => {
      const planes = [0, 1, 2].flatMap((channel) =>
        Array.from({ length: 1024 }, (_, j) =>
          pixel(first + i, channel, Math.floor(j / 32), j % 32),
        ),
      );
      return [label, ...planes];
    }),
  );
}

/** Five batches of twelve images, and four times every class to test on. */
const trainLabels = Array.from({ length: 60 }, (_, i) => (i * 3) % 10);
const testLabels = Array.from({ length: 40 }, (_, i) => i % 10);

function writeFolder(name: string): string {
  const folder = join(root.path, name);
  mkdirSync(folder);
  for (const [b, file] of names.entries()) {
    writeFileSync(join(folder, file), batch(trainLabels.slice(12 * b, 12 * (b + 1)), 12 * b));
  }
  writeFileSync(join(folder, "test_batch.bin"), batch(testLabels, 100));
  return folder;
}

const folder = writeFolder("cifar-10-batches-bin");
const settings = { folder, classes: [9, 0, 4], train: 11, test: 6 };

describe("the description", () => {
  test("has the channel as last axis", () => {
    expect(cifar10.describe(settings)).toEqual({
      input: [32, 32, 3],
      outputs: 3,
      task: "classification",
      train: 11,
      test: 6,
    });
  });

  test("of two classes may be one output", () => {
    expect(cifar10.describe({ ...settings, classes: 2, binary: true })).toMatchObject({
      outputs: 1,
      task: "binary",
    });
  });
});

/** Mean and standard deviation in the paper's code, of pixels from 0 to 255. */
const means = [125.3069184, 122.95035885, 113.8654662];
const deviations = [62.993244149999995, 62.088687750000005, 66.70485839999999];

describe("the examples", () => {
  let examples: Required<Examples>;
  beforeAll(async () => {
    examples = (await loaded("cifar10", settings)) as Required<Examples>;
  });

  test("are the first of each class, as equally many as can be", () => {
    expect(examples.xTrain.shape).toEqual([11, 32, 32, 3]);
    expect(countsOf(labelsOf(examples.yTrain))).toEqual({ 0: 4, 1: 4, 2: 3 });
    expect(countsOf(labelsOf(examples.yTest))).toEqual({ 0: 2, 1: 2, 2: 2 });
  });

  test("are standardized pixels at their row, column and channel, with their own label", () => {
    const first = [9, 0, 4].flatMap((digit, label) =>
      trainLabels
        .flatMap((each, record) => (each === digit ? [{ record, label }] : []))
        .slice(0, [4, 4, 3][label]),
    );
    const expected = first.map(({ record, label }) => {
      const image = Array.from({ length: 32 * 32 * 3 }, (_, i) => {
        const [c, column, row] = [i % 3, Math.floor(i / 3) % 32, Math.floor(i / 96)];
        return Math.fround((pixel(record, c, row, column) - means[c]!) / deviations[c]!);
      });
      return { label, image };
    });
    const labels = labelsOf(examples.yTrain);
    const found = rowsOf(examples.xTrain).map((image, i) => ({ label: labels[i]!, image }));
    const key = ({ label, image }: { label: number; image: number[] }) => `${label}: ${image}`;
    expect(found.map(key).toSorted()).toEqual(expected.map(key).toSorted());
  });

  test("come in an order that the seed decides", async () => {
    const order = labelsOf(examples.yTrain);
    expect(order).not.toEqual(order.toSorted());
    expect(await loaded("cifar10", settings)).toEqual(examples);
    const other = await loaded("cifar10", { ...settings, seed: 1 });
    expect(other.xTrain).not.toEqual(examples.xTrain);
    const sorted = (x: number[][]) => x.map((row) => row.join()).toSorted();
    expect(sorted(rowsOf(other.xTrain))).toEqual(sorted(rowsOf(examples.xTrain)));
  });

  test("drawn at random are others for another seed, never one twice", async () => {
    const drawn = async (seed: number) => {
      const { xTrain } = await loaded("cifar10", { ...settings, draw: "random", seed });
      return rowsOf(xTrain).map((row) => row.join());
    };
    const [one, other] = [await drawn(0), await drawn(1)];
    expect(new Set(one).size).toBe(11);
    expect(one.toSorted()).not.toEqual(other.toSorted());
  });

  test("of a binary task have targets 0 and 1", async () => {
    const { yTrain } = await loaded("cifar10", { ...settings, classes: 2, train: 8, binary: true });
    expect(yTrain.shape).toEqual([8, 1]);
    expect(countsOf([...yTrain.values])).toEqual({ 0: 4, 1: 4 });
  });

  test("have no test set when none is asked for, nor need its file", async () => {
    const partial = writeFolder("without-test");
    rmSync(join(partial, "test_batch.bin"));
    const without = { ...settings, folder: partial, test: 0 };
    expect(Object.keys(await loaded("cifar10", without))).toEqual(["xTrain", "yTrain"]);
    expect(cifar10.identity(without)).toHaveProperty(["files", "data_batch_5.bin"]);
  });
});

test.each([
  [0, [-1.9892120361328125, -1.9802377223968506, -1.7070040702819824]],
  [128, [0.04275191202759743, 0.08132948726415634, 0.211896613240242]],
  [255, [2.0588412284851074, 2.126790761947632, 2.1158058643341064]],
])("pixel %i is standardized as by the paper's code", async (value, expected) => {
  const grey = join(root.path, `grey-${value}`);
  mkdirSync(grey);
  const record = (label: number) => [label, ...new Array<number>(3072).fill(value)];
  for (const name of names) {
    writeFileSync(join(grey, name), Uint8Array.from([...record(0), ...record(1)]));
  }
  const settings = { folder: grey, classes: 2, train: 2, test: 0 };
  const { xTrain } = await loaded("cifar10", settings);
  expect(countsOf([...xTrain.values])).toEqual(
    Object.fromEntries(expected.map((each) => [each, 2 * 32 * 32])),
  );
});

describe("what can't be used", () => {
  const broken = (name: string, change: (folder: string) => void): Settings => {
    const own = writeFolder(name);
    change(own);
    return { folder: own, classes: 10, train: 10, test: 10 };
  };

  /** What is known of `broken` without its files. */
  const otherwise = {
    input: [32, 32, 3],
    outputs: 10,
    task: "classification",
    train: 10,
    test: 10,
  };

  test("a missing file: where it belongs and what it is published in", async () => {
    const settings = broken("missing", (own) => rmSync(join(own, "data_batch_3.bin")));
    expect(await refusal("cifar10", settings)).toEqual({
      misfit: "there is no file 'data_batch_3.bin' in the folder 'missing'",
      help:
        `'cflow fetch cifar10 --to ${settings.folder}' brings it; it is published in ` +
        "cifar-10-binary.tar.gz, 170052171 bytes, SHA-256 " +
        "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
      setting: "folder",
      otherwise,
    });
  });

  test("a missing folder", async () => {
    const settings = { folder: join(root.path, "nowhere") };
    expect(await refusal("cifar10", settings)).toMatchObject({
      misfit: "there is no file 'data_batch_1.bin' in the folder 'nowhere'",
    });
  });

  test.each<[string, (folder: string) => void, string]>([
    [
      "cut",
      (own) => truncateSync(join(own, "test_batch.bin"), 3073 * 40 - 1),
      "'test_batch.bin' has 122919 bytes; a file of CIFAR-10 is records of 3073 bytes",
    ],
    [
      "empty",
      (own) => truncateSync(join(own, "data_batch_2.bin"), 0),
      "'data_batch_2.bin' has 0 bytes; a file of CIFAR-10 is records of 3073 bytes",
    ],
    [
      "wrong-label",
      (own) => writeFileSync(join(own, "data_batch_5.bin"), batch([1, 9, 10], 0)),
      "'data_batch_5.bin' holds the label 10 in record 3; labels are 0 to 9",
    ],
  ])("a file that is %s", async (name, change, misfit) => {
    expect(await refusal("cifar10", broken(name, change))).toEqual({
      misfit,
      help: "take the file from cifar-10-binary.tar.gz",
      setting: "folder",
      otherwise,
    });
  });

  test("more examples than there are", async () => {
    expect(await refusal("cifar10", { ...settings, train: 19 })).toEqual({
      misfit: "train = 19 takes 7 examples of class 9, but there are 6",
      help: "there are 6 of class 9, 6 of class 0, 6 of class 4",
      setting: "train",
    });
    expect(await refusal("cifar10", { ...settings, test: 13 })).toMatchObject({
      misfit: "test = 13 takes 5 examples of class 9, but there are 4",
      setting: "test",
    });
  });

  test("a binary task of three classes", async () => {
    expect(await refusal("cifar10", { ...settings, binary: true })).toEqual({
      misfit: "binary = true, but there are 3 classes",
      help: "a binary task has two classes",
      setting: "binary",
    });
  });
});

test("the identity is the files' contents, not the folder", () => {
  const identity = cifar10.identity(settings);
  const copy = writeFolder("copy");
  expect(cifar10.identity({ ...settings, folder: copy })).toEqual(identity);
  expect(JSON.stringify(identity)).not.toContain(root.path);
  writeFileSync(join(copy, "data_batch_4.bin"), batch([0], 0));
  expect(cifar10.identity({ ...settings, folder: copy })).not.toEqual(identity);
  expect(cifar10.identity({ ...settings, classes: 3 })).toEqual(
    cifar10.identity({ ...settings, classes: [0, 1, 2] }),
  );
});
