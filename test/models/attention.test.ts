import type * as TfModule from "@tensorflow/tfjs";
import type { Tensor } from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import type { Settings, Shape } from "../../src/dsl/vocabulary.js";
import { buildModel } from "../../src/models/build.js";
import { layers } from "../../src/models/index.js";
import { cpuTf, randomParameters } from "./tfjs.js";

let tf: typeof TfModule;
beforeAll(async () => {
  tf = await cpuTf();
});

const layer = (name: string) => layers.find((entry) => entry.name === name)!;

describe("patches", () => {
  const patches = layer("patches");

  test("run by row, column and channel within, by row and column among them", () => {
    // Pixel (row, column), channel c holds 100·row + 10·column + c.
    const pixels = Array.from({ length: 4 }, (_, row) =>
      Array.from({ length: 6 }, (_, column) => [0, 1].map((c) => 100 * row + 10 * column + c)),
    );
    expect(patches.output({ size: 2 }, [4, 6, 2])).toEqual([2, 3, 8]);
    const y = patches.apply(tf, { size: 2 }, [], tf.tensor4d([pixels])).arraySync();
    const patch = (row: number, column: number) => [
      ...pixels[row]![column]!,
      ...pixels[row]![column + 1]!,
      ...pixels[row + 1]![column]!,
      ...pixels[row + 1]![column + 1]!,
    ];
    expect(y).toEqual([[0, 2].map((row) => [0, 2, 4].map((column) => patch(row, column)))]);
  });

  test("of an image without channels", () => {
    expect(patches.output({ size: 7 }, [28, 28])).toEqual([4, 4, 49]);
    expect(patches.apply(tf, { size: 7 }, [], tf.zeros([2, 28, 28])).shape).toEqual([2, 4, 4, 49]);
  });

  test.each<[number, Shape, string, string]>([
    [
      5,
      [28, 28],
      "patches of 5 do not divide an image of 28 × 28",
      "sizes that do: 2, 4, 7, 14, 28",
    ],
    [2, [7, 5, 3], "patches of 2 do not divide an image of 7 × 5", "only a size of 1 does"],
  ])("of %i do not divide %o", (size, input, misfit, help) => {
    expect(patches.output({ size }, input)).toEqual({ misfit, help, setting: "size" });
  });

  test("are not cut from vectors", () => {
    expect(patches.output({ size: 2 }, [784])).toEqual({
      misfit: "patches are cut from images, but an example is [784]",
      help: "an image is [height, width] or [height, width, channels]",
    });
  });
});

describe("mean", () => {
  const mean = layer("mean");

  test("averages over positions, in a row or in a grid", () => {
    const x = tf.tensor2d([
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 12],
    ]);
    expect(mean.apply(tf, {}, [], tf.reshape(x, [2, 2, 2])).arraySync()).toEqual([
      [2, 3],
      [6, 9],
    ]);
    expect(mean.apply(tf, {}, [], tf.reshape(x, [1, 2, 2, 2])).arraySync()).toEqual([[4, 6]]);
    expect(mean.output({}, [7, 7, 8])).toEqual([8]);
  });

  test("needs positions", () => {
    expect(mean.output({}, [8])).toEqual({
      misfit: "mean averages over positions, but an example has none",
      help: "leave it out",
    });
  });
});

describe("attention", () => {
  const attention = layer("attention");
  const random = (settings: Settings, input: Shape) =>
    randomParameters(tf, attention.parameters(settings, input));

  test.each<[Settings, Shape[]]>([
    [{ heads: 2 }, [[6, 18], [18], [6, 6], [6]]],
    [
      { heads: 2, bias: false },
      [
        [6, 18],
        [6, 6],
      ],
    ],
    [
      { heads: 2, head_width: 5, bias: false },
      [
        [6, 30],
        [10, 6],
      ],
    ],
  ])("%o has maps to queries, keys and values, and out", (settings, shapes) => {
    expect(attention.output(settings, [3, 6])).toEqual([3, 6]);
    const parameters = attention.parameters(settings, [3, 6]);
    expect(parameters.map(({ shape }) => shape)).toEqual(shapes);
    for (const { initial, shape } of parameters) {
      const fanIn = shape.length === 2 ? shape[0]! : undefined;
      if (fanIn !== undefined) {
        expect(initial).toEqual({ form: "uniform", bound: 1 / Math.sqrt(fanIn) });
      }
    }
  });

  test("of equal scores is the mean of the values", () => {
    // No queries, so every score is 0; values and output are the identity.
    const identity = tf.eye(4);
    const none = tf.zeros([4, 4]);
    const weights = [tf.concat([none, identity, identity], 1), tf.eye(4)];
    const x = tf.randomNormal([2, 3, 4]);
    const y = attention.apply(tf, { heads: 2, bias: false }, weights, x);
    const expected = tf.tile(tf.mean(x, 1, true), [1, 3, 1]);
    expect(tf.max(tf.abs(tf.sub(y, expected))).dataSync()[0]).toBeLessThan(1e-6);
    const causal = attention.apply(tf, { heads: 2, bias: false, causal: true }, weights, x);
    // The running mean.
    const sums = tf.cumsum(x, 1);
    const running = tf.div(sums, tf.tensor3d([1, 2, 3], [1, 3, 1]));
    expect(tf.max(tf.abs(tf.sub(causal, running))).dataSync()[0]).toBeLessThan(1e-6);
  });

  test("is the same in every order of positions, unless it is causal", () => {
    const settings = { heads: 2, head_width: 3 };
    const weights = random(settings, [5, 4]);
    const x = tf.randomNormal([2, 5, 4], 0, 1, "float32", 1);
    const turned = tf.reverse(attention.apply(tf, settings, weights, tf.reverse(x, 1)), 1);
    const y = attention.apply(tf, settings, weights, x);
    expect(tf.max(tf.abs(tf.sub(y, turned))).dataSync()[0]).toBeLessThan(1e-5);
  });

  test("reads a grid as its cells, row by row", () => {
    const settings = { heads: 1 };
    const weights = random(settings, [6, 4]);
    const x = tf.randomNormal([2, 6, 4], 0, 1, "float32", 2);
    const grid = attention.apply(tf, settings, weights, tf.reshape(x, [2, 2, 3, 4]));
    expect(grid.shape).toEqual([2, 2, 3, 4]);
    expect(grid.dataSync()).toEqual(attention.apply(tf, settings, weights, x).dataSync());
  });

  test("keeps the heads apart", () => {
    const settings = { heads: 2, bias: false };
    const [qkv] = random(settings, [3, 4]);
    const x = tf.randomNormal([1, 3, 4], 0, 1, "float32", 3);
    // With the second head's values cut off from the output, its queries don't matter.
    const first = tf.mul(tf.eye(4), tf.tensor2d([1, 1, 0, 0], [4, 1]));
    const other = tf.mul(qkv!, tf.tensor2d([[1, 1, 9, 9, 1, 1, 9, 9, 1, 1, 1, 1]]));
    const y = attention.apply(tf, settings, [qkv!, first], x).dataSync();
    expect(attention.apply(tf, settings, [other, first], x).dataSync()).toEqual(y);
  });

  test.each<[Settings, Shape, object]>([
    [
      { heads: 3 },
      [5, 32],
      {
        misfit: "3 heads do not divide a width of 32",
        help: "a width of 33 would do",
        setting: "heads",
      },
    ],
    [
      { heads: 2 },
      [784],
      {
        misfit: "attention needs several positions, but an example has none",
        help: "embedding makes positions of tokens, patches of images",
      },
    ],
  ])("%o refuses %o", (settings, input, misfit) => {
    expect(attention.output(settings, input)).toEqual(misfit);
  });

  test("of a given head width takes any number of heads", () => {
    expect(attention.output({ heads: 3, head_width: 64 }, [5, 32])).toEqual([5, 32]);
  });
});

describe("encoder", () => {
  const stack = [
    { maker: "attention", settings: { heads: 2 } },
    { maker: "dense", settings: { units: 6 } },
  ];
  const model = buildModel(
    layers,
    [5, 6],
    [{ maker: "encoder", settings: {}, branches: [{ name: "stack", layers: stack }] }],
  );

  test("registers its norm before its layers", () => {
    expect(model.parameters.map(({ name }) => name)).toEqual([
      "0.gamma",
      "0.beta",
      "0.stack.0.qkv.weight",
      "0.stack.0.qkv.bias",
      "0.stack.0.out.weight",
      "0.stack.0.out.bias",
      "0.stack.1.weight",
      "0.stack.1.bias",
    ]);
  });

  test("is the layers, then the norm", () => {
    const [gamma, beta, ...rest] = randomParameters(tf, model.parameters) as [Tensor, Tensor];
    const chain = buildModel(layers, [5, 6], [...stack, { maker: "layernorm", settings: {} }]);
    const x = tf.randomNormal([2, 5, 6], 0, 1, "float32", 4);
    expect(model.apply(tf, [gamma, beta, ...rest], x).dataSync()).toEqual(
      chain.apply(tf, [...rest, gamma, beta], x).dataSync(),
    );
    expect(model.output).toEqual([5, 6]);
  });

  test("keeps the shape", () => {
    const branches = new Map([["stack", [5, 7]]]);
    expect(layer("encoder").output({}, [5, 6], branches)).toEqual({
      misfit: "the layers of an encoder keep the shape, but make [5, 7] of [5, 6]",
      help: "put what changes the shape before or after the encoder",
      setting: "stack",
    });
  });
});
