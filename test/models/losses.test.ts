import type * as TfModule from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import type { DatasetDescription, Shape } from "../../src/dsl/vocabulary.js";
import { accuracy } from "../../src/models/accuracy.js";
import { losses } from "../../src/models/index.js";
import { countedRows, type Task } from "../../src/models/losses/loss.js";
import { cpuTf } from "./tfjs.js";

let tf: typeof TfModule;
beforeAll(async () => {
  tf = await cpuTf();
});

const dataset: DatasetDescription = {
  input: [28, 28],
  outputs: 4,
  task: "classification",
  train: 1000,
  test: 500,
};
const sequences: DatasetDescription = { ...dataset, input: [15], vocabulary: 4, positions: 15 };
const [mse, crossEntropy] = ["mse", "cross_entropy"].map(
  (name) => losses.find((entry) => entry.name === name)!,
) as [(typeof losses)[number], (typeof losses)[number]];

const value = (
  kind: (typeof losses)[number],
  task: Task,
  outputs: TfModule.Tensor,
  targets: TfModule.Tensor,
  counted: number,
) => {
  const scalar = kind.of(task).value(tf, outputs, targets, counted);
  expect(scalar.shape).toEqual([]);
  return scalar.dataSync()[0]!;
};

describe("mse", () => {
  test("is half the squared distance, mean over examples", () => {
    const outputs = tf.tensor2d([
      [1, 2],
      [0, -1],
      [3, 3],
    ]);
    const targets = tf.tensor2d([
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    // (½·4 + ½·2 + ½·13) / 3
    expect(value(mse, "classification", outputs, targets, 3)).toBeCloseTo(9.5 / 3, 6);
    expect(value(mse, "regression", outputs, targets, 3)).toBeCloseTo(9.5 / 3, 6);
    expect(value(mse, "classification", targets, targets, 3)).toBe(0);
  });

  test("has targets of −1 and 1 for two classes with one output", () => {
    const outputs = tf.tensor2d([[1], [0.5], [-1]]);
    // (½·0 + ½·1.5² + ½·2²) / 3 with targets 1, −1, 1.
    const targets = tf.tensor2d([[1], [0], [1]]);
    expect(value(mse, "binary", outputs, targets, 3)).toBeCloseTo((1.125 + 2) / 3, 6);
  });
});

describe("cross_entropy", () => {
  const outputs = [
    [2, 0, -1],
    [0, 0, 0],
  ];
  const logarithm = (row: readonly number[], label: number) =>
    Math.log(row.reduce((sum, f) => sum + Math.exp(f), 0)) - row[label]!;

  test("is minus the logarithm of the label's softmax", () => {
    const targets = tf.tensor2d([
      [0, 1, 0],
      [0, 0, 1],
    ]);
    const expected = (logarithm(outputs[0]!, 1) + Math.log(3)) / 2;
    const found = value(crossEntropy, "classification", tf.tensor2d(outputs), targets, 2);
    expect(found).toBeCloseTo(expected, 6);
  });

  test("is minus the logarithm of the logistic function for two classes with one output", () => {
    const found = (f: number, y: number) =>
      value(crossEntropy, "binary", tf.tensor2d([[f]]), tf.tensor2d([[y]]), 1);
    expect(found(0, 0)).toBeCloseTo(Math.LN2, 6);
    expect(found(2, 1)).toBeCloseTo(Math.log1p(Math.exp(-2)), 6);
    expect(found(2, 0)).toBeCloseTo(Math.log1p(Math.exp(2)), 6);
    expect(found(-3, 0)).toBeCloseTo(Math.log1p(Math.exp(-3)), 6);
  });

  test("does not overflow", () => {
    const certain = tf.tensor2d([[1000, 0, -1000]]);
    const label = (at: number) => tf.oneHot(tf.tensor1d([at], "int32"), 3).toFloat();
    expect(value(crossEntropy, "classification", certain, label(0), 1)).toBe(0);
    expect(value(crossEntropy, "classification", certain, label(2), 1)).toBe(2000);
    const logit = tf.tensor2d([[-1000], [1000]]);
    expect(value(crossEntropy, "binary", logit, tf.tensor2d([[1], [0]]), 2)).toBe(1000);
    expect(value(crossEntropy, "binary", logit, tf.tensor2d([[0], [1]]), 2)).toBe(0);
  });
});

describe("rows", () => {
  /** Two examples of three positions; the first example's last label and one of the second's count. */
  const outputs = [
    [
      [5, 1],
      [7, 7],
      [1, 0],
    ],
    [
      [0, 2],
      [3, 3],
      [4, 4],
    ],
  ];
  const targets = [
    [
      [0, 0],
      [0, 0],
      [0, 1],
    ],
    [
      [0, 1],
      [0, 0],
      [0, 0],
    ],
  ];

  test("whose label is masked do not count, and the others of all examples are one mean", () => {
    const [x, y] = [tf.tensor3d(outputs), tf.tensor3d(targets)];
    // ½(1 + 1) and ½(0 + 1).
    expect(value(mse, "classification", x, y, 2)).toBeCloseTo(0.75, 6);
    const expected = (Math.log(1 + Math.E) + Math.log1p(Math.exp(-2))) / 2;
    expect(value(crossEntropy, "classification", x, y, 2)).toBeCloseTo(expected, 6);
    const flat = { shape: [2, 3, 2], values: Float32Array.from(targets.flat(2)) };
    expect(countedRows("classification", flat)).toBe(2);
    expect(accuracy("classification", 2, Float32Array.from(outputs.flat(2)), flat.values)).toBe(
      0.5,
    );
  });

  test("of parts add up", () => {
    const parts = [0, 1].map((i) =>
      value(
        crossEntropy,
        "classification",
        tf.tensor3d([outputs[i]!]),
        tf.tensor3d([targets[i]!]),
        2,
      ),
    );
    const whole = value(
      crossEntropy,
      "classification",
      tf.tensor3d(outputs),
      tf.tensor3d(targets),
      2,
    );
    expect(parts[0]! + parts[1]!).toBeCloseTo(whole, 6);
  });

  test("of targets without classes all count", () => {
    const zeros = { shape: [4, 1], values: new Float32Array(4) };
    expect(countedRows("regression", zeros)).toBe(4);
    expect(countedRows("binary", zeros)).toBe(4);
    expect(countedRows("regression", { shape: [2, 2, 1], values: zeros.values })).toBe(4);
  });
});

describe("what a model must give", () => {
  test.each(losses)("$name takes the outputs that the dataset asks for", (loss) => {
    expect(loss.accepts(dataset, [4])).toBeUndefined();
    expect(loss.accepts(sequences, [15, 4])).toBeUndefined();
    expect(loss.accepts({ ...dataset, task: "binary", outputs: 1 }, [1])).toBeUndefined();
  });

  test("mse takes numbers as targets, cross_entropy does not", () => {
    const regression: DatasetDescription = { ...dataset, task: "regression", outputs: 1 };
    expect(mse.accepts(regression, [1])).toBeUndefined();
    expect(crossEntropy.accepts(regression, [1])).toEqual({
      misfit: "cross_entropy needs classes, but the dataset's targets are numbers",
      help: "use mse, or integer labels",
    });
  });

  test.each<[Shape, string, string]>([
    [
      [5],
      "the model's output is [5], but the dataset asks for [4]",
      "end the model with dense(outputs)",
    ],
    [
      [28, 4],
      "the model's output is [28, 4], but the dataset asks for [4]",
      "put flatten before the model's last layer, dense(outputs)",
    ],
    [
      [],
      "the model's output is [], but the dataset asks for [4]",
      "end the model with dense(outputs)",
    ],
  ])("not %o", (output, misfit, help) => {
    for (const loss of losses) expect(loss.accepts(dataset, output)).toEqual({ misfit, help });
  });

  test.each<[Shape, string]>([
    [[15, 3], "end the model with dense(outputs)"],
    [[15, 2, 4], "put flatten before the model's last layer, dense(outputs)"],
    [[4], "keep the axis of 15 positions up to the last layer, dense(outputs)"],
    [[14, 4], "keep the axis of 15 positions up to the last layer, dense(outputs)"],
  ])("not %o for sequences", (output, help) => {
    for (const loss of losses) {
      expect(loss.accepts(sequences, output)).toEqual({
        misfit: `the model's output is [${output.join(", ")}], but the dataset asks for [15, 4]`,
        help,
      });
    }
  });

  test("a binary task has one output", () => {
    for (const loss of losses) {
      expect(loss.accepts({ ...dataset, task: "binary", outputs: 3 }, [3])).toEqual({
        misfit: "a binary task has one output, but the dataset asks for 3",
      });
    }
  });
});

describe("accuracy", () => {
  const targets = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1);
  const of = (...outputs: number[]) =>
    accuracy("classification", 3, Float32Array.from(outputs), targets);

  test("is the fraction whose largest output is at the label", () => {
    expect(of(5, 1, 2, 0, -1, -2, -3, -2, -1, 0, 1, 2)).toBe(0.75);
  });

  test("takes the first of equal outputs", () => {
    expect(of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)).toBe(0.25);
  });

  test("counts outputs with a NaN as wrong", () => {
    expect(of(Number.NaN, 0, 0, 0, 1, Number.NaN, 0, 0, 1, 0, 0, 1)).toBe(0.5);
  });

  test("is a matter of the sign for two classes with one output", () => {
    const outputs = Float32Array.of(0.1, -3, 2, -1, 0, Number.NaN);
    expect(accuracy("binary", 1, outputs, Float32Array.of(1, 1, 0, 0, 0, 0))).toBe(3 / 6);
  });

  test("is undefined for regression", () => {
    const one = Float32Array.of(1);
    expect(accuracy("regression", 1, one, one)).toBeUndefined();
  });
});
