/** Accuracies and test losses for every kind of task, by hand. */
import { describe, expect, it } from "vitest";
import { sizeOf } from "../../src/data/axes.js";
import {
  type BoundTensor,
  type CompileOptions,
  loadTfjs,
  openEngine,
} from "../../src/engine/index.js";
import { buildModel } from "../../src/models/build.js";
import { layers, losses } from "../../src/models/index.js";
import type { Task } from "../../src/models/losses/loss.js";
import { evaluator } from "../../src/steps/evaluator.js";
import { closeness } from "../engine/close.js";
import { wave } from "../engine/problems.js";

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
    options: {},
    tf,
    model: buildModel(layers, x.shape.slice(1), chain),
    task,
    loss: losses.find(({ name }) => name === "mse")!.of(task),
    examples: new Map(bound),
    outputs: undefined,
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

/** Seven examples to train on, five to test on, of two positions each; every fourth label masked. */
const masked = { positions: 2, classes: 3, isMasked: (row: number) => row % 4 === 0 };
const plain = { positions: undefined, classes: 3, isMasked: () => false };

describe.each([
  [
    "of classes",
    plain,
    [
      { maker: "dense", settings: { units: 4 } },
      { maker: "gelu", settings: {} },
    ],
  ],
  [
    "of sequences with masked labels",
    masked,
    [
      { maker: "attention", settings: { heads: 2 } },
      { maker: "layernorm", settings: {} },
    ],
  ],
])("in batches, the results %s", (_name, { positions, classes, isMasked }, chain) => {
  const width = 4;
  const rows = (count: number) => count * (positions ?? 1);
  const shaped = (count: number, last: number) => [count, ...(positions ? [positions] : []), last];
  const bound = (split: string, count: number, phase: number): [string, BoundTensor][] => {
    const labels = Float32Array.from({ length: rows(count) * classes }, (_, i) => {
      const row = Math.floor(i / classes);
      return Number(!isMasked(row) && i % classes === (row * row + 1) % classes);
    });
    const [x, y] = [`x_${split}`, `y_${split}`];
    const [xs, ys] = [shaped(count, width), shaped(count, classes)];
    const values = wave(rows(count) * width, phase);
    return [
      [x, { name: x, shape: xs, values, examples: true }],
      [y, { name: y, shape: ys, values: labels, examples: true }],
    ];
  };
  const model = buildModel(layers, shaped(1, width).slice(1), [
    ...chain,
    { maker: "dense", settings: { units: classes } },
  ]);
  const size = model.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);

  async function results(loss: string, options: CompileOptions) {
    const { evaluate: run, dispose } = await evaluator({
      engine,
      options,
      tf,
      model,
      task: "classification",
      loss: losses.find(({ name }) => name === loss)!.of("classification"),
      examples: new Map([...bound("train", 7, 1), ...bound("test", 5, 2)]),
      outputs: { train: 7, test: 5 },
    });
    const result = await run(wave(size, 3));
    await dispose();
    return result;
  }

  it.each(["cross_entropy", "mse"])("are those of all at once, for %s", async (loss) => {
    const expected = await results(loss, {});
    expect(expected.train_outputs).toHaveLength(rows(7) * classes);
    for (const batch of [1, 3, 7]) {
      const { train_outputs, test_outputs, test_loss, ...rates } = await results(loss, { batch });
      expect(rates).toEqual({
        train_accuracy: expected.train_accuracy,
        test_accuracy: expected.test_accuracy,
      });
      // Of a few dozen operations on numbers of the size of one, whose order depends on the batch.
      const close = (actual: unknown, whole: unknown) =>
        expect(closeness([actual].flat() as number[], [whole].flat() as number[])).toBeLessThan(
          64 * 2 ** -24,
        );
      close(train_outputs, expected.train_outputs);
      close(test_outputs, expected.test_outputs);
      close(test_loss, expected.test_loss);
    }
  });
});
