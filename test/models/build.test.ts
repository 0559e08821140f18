import type * as TfModule from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { oneHot } from "../../src/data/examples.js";
import { readNpy } from "../../src/data/npy/index.js";
import { isMisfit } from "../../src/dsl/vocabulary.js";
import { accuracy } from "../../src/models/accuracy.js";
import { buildModel, type ChainedLayer } from "../../src/models/build.js";
import { layers, losses, weights } from "../../src/models/index.js";
import { toTorch } from "../../src/models/layout.js";
import { cpuTf, cut } from "./tfjs.js";

let tf: typeof TfModule;
beforeAll(async () => {
  tf = await cpuTf();
});

const dense = (units: number): ChainedLayer => ({
  maker: "dense",
  settings: { units, bias: true },
});
const gelu: ChainedLayer = { maker: "gelu", settings: {} };
const flatten: ChainedLayer = { maker: "flatten", settings: {} };
const perceptron = [flatten, dense(32), gelu, dense(32), gelu, dense(4)];

describe("a chain of layers", () => {
  test("names its parameters by their place, as PyTorch's Sequential does", () => {
    const model = buildModel(layers, [28, 28], perceptron);
    expect(model.parameters.map(({ name, shape }) => [name, shape])).toEqual([
      ["1.weight", [784, 32]],
      ["1.bias", [32]],
      ["3.weight", [32, 32]],
      ["3.bias", [32]],
      ["5.weight", [32, 4]],
      ["5.bias", [4]],
    ]);
    expect(model.size).toBe(26_308);
    expect(model.output).toEqual([4]);
  });

  test("applies its layers in order, each to its own parameters", () => {
    const model = buildModel(layers, [2], [dense(2), { maker: "relu", settings: {} }, dense(1)]);
    const flat = Float32Array.of(1, -1, 2, -2, 0.5, 0.5, 3, 5, 7);
    const x = tf.tensor2d([
      [1, 1],
      [-1, -1],
    ]);
    // relu(x·[[1, −1], [2, −2]] + ½) = [3.5, 0] and [0, 3.5]; then ·[3, 5] + 7.
    expect(model.apply(tf, cut(model.parameters, flat), x).arraySync()).toEqual([[17.5], [24.5]]);
  });

  test("may be without parameters", () => {
    const model = buildModel(layers, [2, 3], [flatten]);
    expect(model).toMatchObject({ parameters: [], size: 0, output: [6] });
  });

  test.each([
    [[{ maker: "convolution", settings: {} }], "no layer is named 'convolution'"],
    [[gelu, dense(3)], "layer 1: dense needs an axis to act on"],
  ])("that no check has passed throws", (chain, message) => {
    expect(() => buildModel(layers, [], chain)).toThrow(message);
  });
});

describe("the golden perceptron, made by PyTorch", () => {
  const golden = (name: string) => {
    const array = readNpy(`test/golden/gd-mlp-mnist/${name}.npy`);
    if (isMisfit(array)) throw new Error(array.misfit);
    return array.values;
  };
  const model = buildModel(layers, [784], perceptron);
  const path = "test/golden/gd-mlp-mnist/w0.npy";
  const w0 = weights
    .find((entry) => entry.name === "npy")!
    .make({ path, layout: "torch" }, model.parameters, 0) as Float32Array;

  test("has the loss and the accuracy of its first step", () => {
    const x = tf.tensor(golden("x_train"), [200, 784]);
    const y = oneHot(golden("y_train"), 4);
    const outputs = model.apply(tf, cut(model.parameters, w0), x);
    const targets = tf.tensor(y.values, [200, 4]);
    const loss = losses[0]!.of("classification").value(tf, outputs, targets, 200).dataSync()[0]!;
    // A mean of 200 float32 terms of order 1, each from products of relative error 1e-7.
    expect(Math.abs(loss - golden("discrete.train_loss")[0]!)).toBeLessThan(5e-7);
    // case.json: 51 of 200.
    expect(accuracy("classification", 4, outputs.dataSync() as Float32Array, y.values)).toBe(0.255);
  });

  test("is converted back to PyTorch's order unchanged", () => {
    expect(toTorch(model.parameters, w0)).toEqual(golden("w0"));
  });

  test("starts from the weights that our default draws with its seed, bit for bit", () => {
    const drawn = weights[0]!.make({}, model.parameters, 0) as Float32Array;
    expect(toTorch(model.parameters, drawn)).toEqual(golden("w0"));
  });
});
