import type * as TfModule from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import type { DatasetDescription, Shape } from "../../src/dsl/vocabulary.js";
import { accuracy } from "../../src/models/accuracy.js";
import { losses } from "../../src/models/index.js";
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

describe("mse", () => {
  const mse = losses.find((entry) => entry.name === "mse")!;

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
    expect(mse.value(tf, outputs, targets).dataSync()[0]).toBeCloseTo(9.5 / 3, 6);
    expect(mse.value(tf, outputs, targets).shape).toEqual([]);
    expect(mse.value(tf, targets, targets).dataSync()[0]).toBe(0);
  });

  test("takes the outputs that the dataset asks for", () => {
    expect(mse.accepts(dataset, [4])).toBeUndefined();
    expect(mse.accepts({ ...dataset, task: "regression", outputs: 1 }, [1])).toBeUndefined();
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
  ])("refuses %o", (output, misfit, help) => {
    expect(mse.accepts(dataset, output)).toEqual({ misfit, help });
  });
});

describe("accuracy", () => {
  const classes = { task: "classification", outputs: 3 } as const;
  const targets = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1);

  test("is the fraction whose largest output is at the label", () => {
    const outputs = Float32Array.of(5, 1, 2, 0, -1, -2, -3, -2, -1, 0, 1, 2);
    expect(accuracy(classes, outputs, targets)).toBe(0.75);
  });

  test("takes the first of equal outputs", () => {
    const outputs = Float32Array.of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    expect(accuracy(classes, outputs, targets)).toBe(0.25);
  });

  test("counts outputs with a NaN as wrong", () => {
    const outputs = Float32Array.of(Number.NaN, 0, 0, 0, 1, Number.NaN, 0, 0, 1, 0, 0, 1);
    expect(accuracy(classes, outputs, targets)).toBe(0.5);
  });

  test("is undefined for regression", () => {
    const one = Float32Array.of(1);
    expect(accuracy({ task: "regression", outputs: 1 }, one, one)).toBeUndefined();
  });
});
