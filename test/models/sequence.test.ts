import type * as TfModule from "@tensorflow/tfjs";
import type { Tensor } from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { sizeOf } from "../../src/data/axes.js";
import type { Settings, Shape } from "../../src/dsl/vocabulary.js";
import { buildModel } from "../../src/models/build.js";
import { layers, weights } from "../../src/models/index.js";
import { cpuTf, randomParameters } from "./tfjs.js";

let tf: typeof TfModule;
beforeAll(async () => {
  tf = await cpuTf();
});

const layer = (name: string) => layers.find((entry) => entry.name === name)!;

/** The positions whose output changes when the input at position `t` does. */
function changed(name: string, settings: Settings, input: Shape, t: number): number[] {
  const kind = layer(name);
  const own = randomParameters(tf, kind.parameters(settings, input));
  const x = tf.randomNormal([2, ...input], 0, 1, "float32", 5);
  const bump = tf.tensor(
    [...Array(input[0]!).keys()].map((at) => Number(at === t)),
    [1, input[0]!, 1],
  );
  const [before, after] = [x, tf.add(x, bump)].map((each) =>
    kind.apply(tf, settings, own, each),
  ) as [Tensor, Tensor];
  expect(before.shape).toEqual([2, ...(kind.output(settings, input) as Shape)]);
  const change = tf.max(tf.abs(tf.sub(after, before)), [0, 2]).dataSync();
  return [...change.keys()].filter((position) => change[position]! > 0);
}

const settings: Record<string, Settings> = {
  lstm: { hidden: 3 },
  mamba: {},
  decoder: { layers: 2, heads: 2, ff: 8 },
};

describe.each(["lstm", "mamba"])("%s", (name) => {
  test.each([0, 2, 4])("carries position %i to those behind it, and to no other", (t) => {
    const behind = [0, 1, 2, 3, 4].slice(t);
    expect(changed(name, settings[name]!, [5, 4], t)).toEqual(behind);
  });

  test("reads a sequence of a single position", () => {
    expect(changed(name, settings[name]!, [1, 4], 0)).toEqual([0]);
  });
});

test.each(["lstm", "mamba", "decoder"])("%s reads sequences of vectors only", (name) => {
  for (const input of [[], [784], [7, 7, 8]]) {
    expect(layer(name).output(settings[name]!, input)).toEqual({
      misfit: `${name} reads a sequence [positions, width]`,
      help: "embedding makes one of tokens",
    });
  }
});

describe("lstm", () => {
  test("has PyTorch's parameters, all within 1/√hidden, as [in, 4·hidden]", () => {
    const lstm = layer("lstm");
    expect(lstm.output({ hidden: 3 }, [5, 4])).toEqual([5, 3]);
    const parameters = lstm.parameters({ hidden: 3 }, [5, 4]);
    expect(parameters.map(({ name, shape }) => [name, shape])).toEqual([
      ["weight_ih", [4, 12]],
      ["weight_hh", [3, 12]],
      ["bias_ih", [12]],
      ["bias_hh", [12]],
    ]);
    for (const { initial, torchAxes } of parameters) {
      expect(initial).toEqual({ form: "uniform", bound: 1 / Math.sqrt(3) });
      expect(torchAxes).toEqual([...torchAxes.keys()]);
    }
  });
});

describe("mamba", () => {
  const mamba = layer("mamba");
  const shapes = (given: Settings, width: number) =>
    Object.fromEntries(mamba.parameters(given, [5, width]).map(({ name, shape }) => [name, shape]));

  test("has the paper's sizes by default", () => {
    expect(shapes({}, 64)).toEqual({
      A_log: [128, 16],
      D: [128],
      "in.weight": [64, 256],
      "conv.weight": [4, 1, 128],
      "conv.bias": [128],
      "x.weight": [128, 36],
      "dt.weight": [4, 128],
      "dt.bias": [128],
      "out.weight": [128, 64],
      "norm.weight": [64],
    });
  });

  test("has every size as a setting", () => {
    expect(shapes({ state: 3, expand: 1, conv: 2, dt_rank: 5 }, 8)).toMatchObject({
      A_log: [8, 3],
      "conv.weight": [2, 1, 8],
      "x.weight": [8, 11],
      "dt.weight": [5, 8],
    });
  });

  test("without a state is a gate on the convolution", () => {
    // With C = 0 nothing is read of the state; with D = 1 the output is u·silu(z).
    const given = { state: 2, expand: 1, conv: 3 };
    const named = new Map(
      mamba
        .parameters(given, [6, 2])
        .map(({ name, shape }) => [name, tf.randomNormal([...shape], 0, 1, "float32", 7)]),
    );
    named.set("D", tf.ones([2]));
    named.set("norm.weight", tf.ones([2]));
    named.set("x.weight", tf.mul(named.get("x.weight")!, tf.tensor2d([[1, 1, 1, 0, 0]])));
    const x = tf.randomNormal([1, 6, 2], 0, 1, "float32", 8);
    const silu = (v: number) => v / (1 + Math.exp(-v));
    const value = (name: string) => named.get(name)!.arraySync() as number[][];
    const inner = (x.arraySync() as number[][][])[0]!.map((at) => {
      const root = Math.sqrt((at[0]! ** 2 + at[1]! ** 2) / 2 + 1e-5);
      return [0, 1, 2, 3].map((j) =>
        at.reduce((sum, v, i) => sum + (v / root) * value("in.weight")[i]![j]!, 0),
      );
    });
    const kernel = named.get("conv.weight")!.arraySync() as number[][][];
    const bias = named.get("conv.bias")!.dataSync();
    const expected = inner.map((at, t) => {
      const gated = [0, 1].map((e) => {
        const conv = [0, 1, 2].reduce(
          (sum, k) => sum + kernel[k]![0]![e]! * (inner[t + k - 2]?.[e] ?? 0),
          bias[e]!,
        );
        return silu(conv) * silu(at[2 + e]!);
      });
      return [0, 1].map(
        (j) =>
          (x.arraySync() as number[][][])[0]![t]![j]! +
          gated.reduce((sum, v, e) => sum + v * value("out.weight")[e]![j]!, 0),
      );
    });
    const y = mamba.apply(tf, given, [...named.values()], x).arraySync() as number[][][];
    for (const [t, at] of expected.entries()) {
      for (const [j, v] of at.entries()) expect(y[0]![t]![j]).toBeCloseTo(v, 4);
    }
  });
});

describe("decoder", () => {
  const decoder = layer("decoder");

  test("sees what is ahead through its attention to the input", () => {
    expect(changed("decoder", settings.decoder!, [4, 6], 3)).toEqual([0, 1, 2, 3]);
  });

  test("has PyTorch's parameters for each layer", () => {
    const parameters = decoder.parameters({ layers: 4, heads: 4, ff: 128 }, [15, 32]);
    expect(parameters).toHaveLength(4 * 18);
    expect(parameters.slice(18, 20).map(({ name, shape }) => [name, shape])).toEqual([
      ["1.self.qkv.weight", [32, 96]],
      ["1.self.qkv.bias", [96]],
    ]);
  });

  test("starts with the same biases between its maps in all layers, with other matrices", () => {
    const model = buildModel(
      layers,
      [5, 6],
      [
        { maker: "dense", settings: { units: 6 } },
        { maker: "decoder", settings: { ...settings.decoder, layers: 3 } },
      ],
    );
    const start = weights[0]!.make({}, model.parameters, 1) as Float32Array;
    let end = 0;
    const values = new Map(
      model.parameters.map(({ name, shape }) => {
        end += sizeOf(shape);
        return [name, start.slice(end - sizeOf(shape), end)];
      }),
    );
    const inLayers = (name: string) => [0, 1, 2].map((i) => [...values.get(`1.${i}.${name}`)!]);
    for (const name of ["linear1.bias", "linear2.bias"]) {
      const [first, ...others] = inLayers(name);
      expect(new Set(first).size).toBeGreaterThan(1);
      expect(others).toEqual([first, first]);
    }
    for (const name of ["self.qkv.weight", "linear1.weight", "linear2.weight"]) {
      expect(new Set(inLayers(name).map(String)).size).toBe(3);
    }
  });

  test("takes heads that divide the width", () => {
    expect(decoder.output({ layers: 1, heads: 5, ff: 8 }, [15, 32])).toEqual({
      misfit: "5 heads do not divide a width of 32",
      help: "a width of 35 would do",
      setting: "heads",
    });
  });
});
