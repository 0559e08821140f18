/** Accuracies and test losses for every kind of task, by hand. */
import { describe, expect, it } from "vitest";
import { loadTfjs, openEngine } from "../../src/engine/index.js";
import { buildModel } from "../../src/models/build.js";
import { layers, losses } from "../../src/models/index.js";
import type { Task } from "../../src/models/losses/loss.js";
import { evaluator } from "../../src/steps/evaluator.js";

const engine = await openEngine("onnx", { threads: 1 });
const tf = await loadTfjs();

/** The model f(x) = x, of as many outputs as inputs. */
async function evaluate(task: Task, examples: Readonly<Record<string, readonly unknown[]>>) {
  const bound = Object.entries(examples).map(([name, values]) => {
    const { shape } = tf.tensor(values as never);
    return [name, { name, shape, values: Float32Array.from(values.flat(3) as number[]) }] as const;
  });
  const [[, x]] = bound as [(typeof bound)[number]];
  const units = x.shape.at(-1)!;
  const chain = [{ maker: "dense", settings: { units, bias: false } }];
  const { evaluate: run, dispose } = await evaluator({
    engine,
    tf,
    model: buildModel(layers, x.shape.slice(1), chain),
    task,
    loss: losses.find(({ name }) => name === "mse")!.of(task),
    examples: new Map(bound),
  });
  const identity = Float32Array.from({ length: units ** 2 }, (_, i) =>
    Number(i % (units + 1) === 0),
  );
  const result = await run(identity);
  await dispose();
  return result;
}

describe("what is measured of outputs", () => {
  it("for classes: the largest output, and half the squared distance from one-hot rows", async () => {
    const result = await evaluate("classification", {
      x_train: [
        [2, 1],
        [0, 1],
        [1, 0],
      ],
      y_train: [
        [1, 0],
        [0, 1],
        [0, 1],
      ],
      x_test: [
        [1, 0],
        [2, 0],
      ],
      y_test: [
        [1, 0],
        [0, 1],
      ],
    });
    expect(result.train_accuracy).toBe(2 / 3);
    expect(result.test_accuracy).toBe(1 / 2);
    expect(result.test_loss).toBeCloseTo((0 + 2.5) / 2, 6);
  });

  it("for two classes with one output: its sign, and −1 and 1", async () => {
    const result = await evaluate("binary", {
      x_train: [[2], [-1], [0.5], [-3]],
      y_train: [[1], [1], [0], [0]],
      x_test: [[2], [-2]],
      y_test: [[1], [0]],
    });
    expect(result).toEqual({ train_accuracy: 0.5, test_accuracy: 1, test_loss: 0.5 });
  });

  it("for sequences: positions whose label is not masked", async () => {
    const result = await evaluate("classification", {
      x_train: [
        [
          [0, 0],
          [3, 1],
        ],
        [
          [0, 1],
          [1, 0],
        ],
      ],
      y_train: [
        [
          [0, 0],
          [1, 0],
        ],
        [
          [0, 1],
          [0, 1],
        ],
      ],
      x_test: [
        [
          [9, 9],
          [1, 0],
        ],
      ],
      y_test: [
        [
          [0, 0],
          [0, 1],
        ],
      ],
    });
    expect(result.train_accuracy).toBe(2 / 3);
    expect(result.test_accuracy).toBe(0);
    expect(result.test_loss).toBeCloseTo(1, 6);
  });

  it("for numbers: no accuracy", async () => {
    const result = await evaluate("regression", {
      x_train: [[2]],
      y_train: [[1]],
      x_test: [[2], [0]],
      y_test: [[1], [0]],
    });
    expect(result).toEqual({ train_accuracy: null, test_accuracy: null, test_loss: 0.25 });
  });

  it("without a test set: only the training accuracy", async () => {
    const result = await evaluate("classification", { x_train: [[1, 0]], y_train: [[1, 0]] });
    expect(result).toEqual({ train_accuracy: 1, test_accuracy: null, test_loss: null });
  });
});
