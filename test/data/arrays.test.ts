import { renameSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { datasets } from "../../src/data/index.js";
import type { Settings } from "../../src/dsl/vocabulary.js";
import { temporaryFolder } from "./folder.js";

const loadDataset = (maker: string, settings: Settings) =>
  datasets.find(({ name }) => name === maker)!.load(settings);

const folder = temporaryFolder();
const arrays = datasets.find((entry) => entry.name === "arrays")!;

const images = folder.npy(
  "images.npy",
  [3, 2, 2],
  Float32Array.from({ length: 12 }, (_, i) => i / 4),
);
const labels = folder.npy("labels.npy", [3], Int32Array.of(2, 0, 2));
const column = folder.npy("column.npy", [3], Float64Array.of(0.5, -1, 2));
const pairs = folder.npy("pairs.npy", [3, 2], Float32Array.of(1, 2, 3, 4, 5, 6));

describe("what the headers say", () => {
  test("integers with one axis are labels", () => {
    expect(arrays.describe({ x_train: images, y_train: labels })).toEqual({
      input: [2, 2],
      outputs: 3,
      task: "classification",
      train: 3,
      test: 0,
    });
  });

  test("classes may be more than the largest label says", () => {
    const settings = { x_train: images, y_train: labels, classes: 10 };
    expect(arrays.describe(settings)).toMatchObject({ outputs: 10 });
  });

  test("a label that only the test set has counts", () => {
    const test = folder.npy("more.npy", [3], Int32Array.of(0, 1, 2));
    const train = folder.npy("fewer.npy", [3], Int32Array.of(0, 1, 0));
    const settings = { x_train: images, y_train: train, x_test: images, y_test: test };
    expect(arrays.describe(settings)).toMatchObject({ outputs: 3, train: 3, test: 3 });
  });

  test.each([
    [column, 1],
    [pairs, 2],
  ])("floats are a regression's targets", (y, outputs) => {
    expect(arrays.describe({ x_train: images, y_train: y })).toMatchObject({
      task: "regression",
      outputs,
    });
  });

  test("examples may be plain numbers", () => {
    expect(arrays.describe({ x_train: column, y_train: column })).toMatchObject({ input: [] });
  });
});

describe("what is loaded", () => {
  test("labels become one-hot rows", async () => {
    const settings = { x_train: images, y_train: labels, x_test: images, y_test: labels };
    const x = { shape: [3, 2, 2], values: Float32Array.from({ length: 12 }, (_, i) => i / 4) };
    const y = { shape: [3, 3], values: Float32Array.of(0, 0, 1, 1, 0, 0, 0, 0, 1) };
    expect(await loadDataset("arrays", settings)).toEqual({
      xTrain: x,
      yTrain: y,
      xTest: x,
      yTest: y,
    });
  });

  test("a raised number of classes widens the rows", async () => {
    const settings = { x_train: images, y_train: labels, classes: 4 };
    expect(await loadDataset("arrays", settings)).toMatchObject({ yTrain: { shape: [3, 4] } });
  });

  test("targets of a regression have two axes", async () => {
    expect(await loadDataset("arrays", { x_train: column, y_train: column })).toEqual({
      xTrain: { shape: [3], values: Float32Array.of(0.5, -1, 2) },
      yTrain: { shape: [3, 1], values: Float32Array.of(0.5, -1, 2) },
    });
  });

  test.each([
    ["NaN", Float32Array.of(0, 1, 2, Number.NaN), "NaN"],
    ["infinity", Float32Array.of(0, 1, 2, Number.NEGATIVE_INFINITY), "-Infinity"],
    ["a float64 beyond float32", Float64Array.of(0, 1, 2, 1e39), "1e+39"],
  ])("%s is refused", async (_, values, shown) => {
    const bad = folder.npy("bad.npy", [2, 2], values);
    const y = folder.npy("two.npy", [2], Int32Array.of(0, 1));
    const misfit = {
      misfit: `'bad.npy' holds ${shown} at [1, 1]`,
      help: "values must be finite in float32",
    };
    expect(await loadDataset("arrays", { x_train: bad, y_train: y })).toEqual({
      ...misfit,
      setting: "x_train",
    });
    expect(await loadDataset("arrays", { x_train: y, y_train: bad })).toEqual({
      ...misfit,
      setting: "y_train",
    });
  });
});

describe("what doesn't fit", () => {
  const one = folder.npy("one.npy", [], Float32Array.of(1));
  const none = folder.npy("none.npy", [0, 4], new Float32Array());
  const four = folder.npy("four.npy", [4], Int32Array.of(0, 1, 0, 1));
  const negative = folder.npy("negative.npy", [3], Int32Array.of(0, 1, -1));
  const large = folder.npy("large.npy", [3], Int32Array.of(0, 1, 4711));
  const square = folder.npy("square.npy", [3, 1], Int32Array.of(0, 1, 2));
  const cube = folder.npy("cube.npy", [3, 1, 1], Float32Array.of(0, 1, 2));
  const wide = folder.npy("wide.npy", [3, 4], new Float32Array(12));
  const missing = join(folder.path, "missing.npy");
  const text = folder.write("data.csv", Buffer.from("x,y\n1,2\n"));

  const table: [string, Settings, Settings][] = [
    [
      "a missing file",
      { x_train: missing, y_train: labels },
      {
        setting: "x_train",
        misfit: "there is no file 'missing.npy'",
        help: `looked for '${missing}'; paths are relative to the .cflow file`,
      },
    ],
    [
      "a file of another format",
      { x_train: images, y_train: text },
      {
        setting: "y_train",
        misfit:
          "'data.csv' begins with bytes 78 2c 79 0a 31 2c; a .npy file begins with 93 4e 55 4d 50 59",
        help: "write arrays with numpy.save",
      },
    ],
    [
      "no axis",
      { x_train: one, y_train: labels },
      {
        setting: "x_train",
        misfit: "'one.npy' holds a single number without axes",
        help: "the first axis counts examples",
      },
    ],
    [
      "no axis in the targets",
      { x_train: images, y_train: one },
      {
        setting: "y_train",
        misfit: "'one.npy' holds a single number without axes",
        help: "the first axis counts examples",
      },
    ],
    [
      "no examples",
      { x_train: none, y_train: labels },
      { setting: "x_train", misfit: "'none.npy' holds nothing: its shape is [0, 4]" },
    ],
    [
      "counts that differ",
      { x_train: images, y_train: four },
      {
        setting: "y_train",
        misfit: "'four.npy' has 4 targets for the 3 examples of 'images.npy'",
        help: "the first axis of both counts examples",
      },
    ],
    [
      "a negative label",
      { x_train: images, y_train: negative },
      {
        setting: "y_train",
        misfit: "'negative.npy' holds the label -1 at [2]",
        help: "labels are 0, 1, …",
      },
    ],
    [
      "more classes than examples",
      { x_train: images, y_train: large },
      {
        setting: "y_train",
        misfit: "the label 4711 would make 4712 classes of 3 examples",
        help: "set classes = 4712 if that is meant",
      },
    ],
    [
      "integers with two axes",
      { x_train: images, y_train: square },
      {
        setting: "y_train",
        misfit:
          "'square.npy' has labels for 1 positions, but the examples of 'images.npy' have the shape [2, 2]",
        help: "integer labels need the shape [examples] or [examples, positions]; save targets of a regression as floats",
      },
    ],
    [
      "floats with three axes",
      { x_train: images, y_train: cube },
      {
        setting: "y_train",
        misfit: "'cube.npy' has the shape [3, 1, 1] and dtype f4",
        help: "float targets need the shape [examples] or [examples, outputs]",
      },
    ],
    [
      "too few classes",
      { x_train: images, y_train: labels, classes: 2 },
      {
        setting: "classes",
        misfit: "classes = 2, but there is a label 2",
        help: "set classes = 3, or leave it out",
      },
    ],
    [
      "classes of a regression",
      { x_train: images, y_train: column, classes: 2 },
      {
        setting: "classes",
        misfit: "classes = 2 is given, but the targets are floats (regression)",
        help: "remove classes, or save the labels as integers",
      },
    ],
    [
      "x_test alone",
      { x_train: images, y_train: labels, x_test: images },
      {
        setting: "x_test",
        misfit: "x_test is given without y_test",
        help: "add y_test, or remove x_test",
      },
    ],
    [
      "y_test alone",
      { x_train: images, y_train: labels, y_test: labels },
      {
        setting: "y_test",
        misfit: "y_test is given without x_test",
        help: "add x_test, or remove y_test",
      },
    ],
    [
      "test examples of another shape",
      { x_train: images, y_train: labels, x_test: wide, y_test: labels },
      {
        setting: "x_test",
        misfit: "'wide.npy' has examples of shape [4], but those of x_train are [2, 2]",
        help: "training and test examples need one shape",
      },
    ],
    [
      "a missing test file",
      { x_train: images, y_train: labels, x_test: images, y_test: missing },
      {
        setting: "y_test",
        misfit: "there is no file 'missing.npy'",
        help: `looked for '${missing}'; paths are relative to the .cflow file`,
      },
    ],
    [
      "test targets of another task",
      { x_train: images, y_train: labels, x_test: images, y_test: column },
      {
        setting: "y_test",
        misfit: "'column.npy' holds floats, 1 an example, but y_train holds integer labels",
        help: "training and test targets need one dtype and one number of outputs",
      },
    ],
    [
      "test targets of another width",
      { x_train: images, y_train: pairs, x_test: images, y_test: column },
      {
        setting: "y_test",
        misfit: "'column.npy' holds floats, 1 an example, but y_train holds floats, 2 an example",
        help: "training and test targets need one dtype and one number of outputs",
      },
    ],
  ];

  test.each(table)("%s", async (_, settings, misfit) => {
    expect(arrays.describe(settings)).toEqual(misfit);
    expect(await loadDataset("arrays", settings)).toEqual(misfit);
  });
});

describe("sequences of tokens", () => {
  const tokens = folder.npy("tokens.npy", [2, 3], Int32Array.of(0, 4, 1, 2, 2, 0));
  const next = folder.npy("next.npy", [2, 3], Int32Array.of(-1, 1, 0, -1, 0, 2));
  const whole = folder.npy("whole.npy", [2], Int32Array.of(1, 0));
  const settings = { x_train: tokens, y_train: next, vocabulary: 5 };

  test("have a label for each position, or none where it is masked", async () => {
    expect(arrays.describe({ ...settings, x_test: tokens, y_test: next })).toEqual({
      input: [3],
      vocabulary: 5,
      positions: 3,
      outputs: 3,
      task: "classification",
      train: 2,
      test: 2,
    });
    expect(await loadDataset("arrays", settings)).toEqual({
      xTrain: { shape: [2, 3], values: Float32Array.of(0, 4, 1, 2, 2, 0) },
      yTrain: {
        shape: [2, 3, 3],
        values: Float32Array.of(0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1),
      },
    });
  });

  test("or one for the whole, which may be binary", async () => {
    const binary = { ...settings, y_train: whole, binary: true };
    expect(arrays.describe(binary)).toEqual({
      input: [3],
      vocabulary: 5,
      outputs: 1,
      task: "binary",
      train: 2,
      test: 0,
    });
    expect(await loadDataset("arrays", binary)).toMatchObject({
      yTrain: { shape: [2, 1], values: Float32Array.of(1, 0) },
    });
  });

  test("have an identity of their own", () => {
    const { vocabulary, ...rest } = settings;
    expect(arrays.identity(settings)).toEqual({ ...arrays.identity(rest), vocabulary });
    expect(arrays.identity({ ...settings, binary: true })).toMatchObject({ binary: true });
  });

  const below = folder.npy("below.npy", [2, 3], Int32Array.of(0, 1, 2, 0, -1, 1));
  const none = folder.npy("masked.npy", [2, 3], new Int32Array(6).fill(-1));
  const lower = folder.npy("lower.npy", [2, 3], Int32Array.of(0, 1, -1, 0, -2, 1));
  const wide = folder.npy("longer.npy", [2, 4], new Int32Array(8));
  const floats = folder.npy("floats.npy", [2, 3], new Float32Array(6));

  test.each<[string, Settings, Settings]>([
    [
      "a vocabulary smaller than a token",
      { ...settings, vocabulary: 4 },
      {
        misfit: "'tokens.npy' holds the token 4 at [0, 1], but vocabulary = 4",
        help: "tokens are 0, …, vocabulary − 1",
        setting: "x_train",
      },
    ],
    [
      "a negative token",
      { ...settings, x_train: below },
      {
        misfit: "'below.npy' holds the token -1 at [1, 1], but vocabulary = 5",
        help: "tokens are 0, …, vocabulary − 1",
        setting: "x_train",
      },
    ],
    [
      "tokens as floats",
      { ...settings, x_train: floats },
      {
        misfit: "'floats.npy' has the shape [2, 3] and dtype f4",
        help: "with vocabulary, inputs are integers of the shape [examples, positions]",
        setting: "x_train",
      },
    ],
    [
      "labels of other positions",
      { ...settings, y_train: wide },
      {
        misfit:
          "'longer.npy' has labels for 4 positions, but the examples of 'tokens.npy' have the shape [3]",
        help: "integer labels need the shape [examples] or [examples, positions]; save targets of a regression as floats",
        setting: "y_train",
      },
    ],
    [
      "no label at all",
      { ...settings, y_train: none },
      { misfit: "'masked.npy' holds no label", help: "−1 stands for none", setting: "y_train" },
    ],
    [
      "another negative label",
      { ...settings, y_train: lower },
      {
        misfit: "'lower.npy' holds the label -2 at [1, 1]",
        help: "labels are 0, 1, …, and −1 for none",
        setting: "y_train",
      },
    ],
    [
      "a binary task of positions",
      { ...settings, y_train: below, binary: true, classes: 2 },
      {
        misfit: "classes = 2, but there is a label 2",
        help: "set classes = 3, or leave it out",
        setting: "classes",
      },
    ],
    [
      "one output for each position",
      {
        ...settings,
        y_train: folder.npy("bits.npy", [2, 3], Int32Array.of(0, 1, 1, 0, 0, 1)),
        binary: true,
      },
      {
        misfit: "binary = true, but the labels are of positions",
        help: "remove binary: labels of positions are one-hot",
        setting: "binary",
      },
    ],
    [
      "positions to train on, but not to test on",
      { ...settings, x_test: tokens, y_test: whole },
      {
        misfit: "'whole.npy' holds integer labels, but y_train holds labels of positions",
        help: "training and test targets need one dtype and one number of outputs",
        setting: "y_test",
      },
    ],
  ])("%s", async (_, settings, misfit) => {
    expect(arrays.describe(settings)).toEqual(misfit);
    expect(await loadDataset("arrays", settings)).toEqual(misfit);
  });
});

describe("the identity", () => {
  test("is the contents, not the path", () => {
    const path = folder.npy("before.npy", [2], Int32Array.of(0, 1));
    const before = arrays.identity({ x_train: images, y_train: path });
    const moved = join(folder.path, "after.npy");
    renameSync(path, moved);
    expect(arrays.identity({ x_train: images, y_train: moved })).toEqual(before);
    folder.npy("after.npy", [2], Int32Array.of(1, 1));
    expect(arrays.identity({ x_train: images, y_train: moved })).not.toEqual(before);
  });

  test("names the role of each file by SHA-256", () => {
    const abc = folder.write("abc", Buffer.from("abc"));
    const digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(arrays.identity({ x_train: abc, y_train: abc, classes: 3 })).toEqual({
      x_train: digest,
      y_train: digest,
      classes: 3,
    });
  });

  test("of a file of several chunks covers them all", () => {
    const values = new Float32Array(2 ** 20);
    const before = arrays.identity({
      x_train: folder.npy("long.npy", [2 ** 20], values),
      y_train: labels,
    });
    values[2 ** 20 - 1] = 1;
    const path = folder.npy("long.npy", [2 ** 20], values);
    expect(arrays.identity({ x_train: path, y_train: labels })).not.toEqual(before);
  });
});
