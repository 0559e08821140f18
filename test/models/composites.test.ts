import type * as TfModule from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { isMisfit, type Shape } from "../../src/dsl/vocabulary.js";
import { buildModel, type ChainedLayer } from "../../src/models/build.js";
import { layers } from "../../src/models/index.js";
import { cpuTf, cut } from "./tfjs.js";

let tf: typeof TfModule;
beforeAll(async () => {
  tf = await cpuTf();
});

const dense = (units: number): ChainedLayer => ({ maker: "dense", settings: { units } });
const tanh: ChainedLayer = { maker: "tanh", settings: {} };
const branch = (name: string, ...chain: ChainedLayer[]) => ({ name, layers: chain });
const residual = (settings: object, ...branches: ChainedLayer["branches"] & object) => ({
  maker: "residual",
  settings: { ...settings },
  branches,
});
const parallel = (...chains: ChainedLayer[][]) => ({
  maker: "parallel",
  settings: {},
  branches: chains.map((chain, i) => branch(String(i), ...chain)),
});

/** What a model makes of one example, with weights 1, 2, 3, …. */
function counted(input: Shape, x: readonly number[], ...chain: ChainedLayer[]): number[] {
  const model = buildModel(layers, input, chain);
  const flat = Float32Array.from({ length: model.size }, (_, i) => i + 1);
  const y = model.apply(tf, cut(model.parameters, flat), tf.tensor([...x], [1, ...input]));
  expect(y.shape).toEqual([1, ...model.output]);
  return [...y.dataSync()];
}

describe("residual", () => {
  test("adds a chain to its input", () => {
    // W = [[1, 2], [3, 4]], b = [5, 6]: [1, 1]·W + b = [9, 12].
    expect(counted([2], [1, 1], residual({}, branch("branch", dense(2))))).toEqual([10, 13]);
  });

  test("adds a scaled chain to a shortcut, whose parameters come last", () => {
    const both = [branch("branch", dense(1)), branch("shortcut", dense(1))];
    // [1, 1]·[1, 2] + 3 = 6, and [1, 1]·[4, 5] + 6 = 15.
    expect(counted([2], [1, 1], residual({ scale: 0.5 }, ...both))).toEqual([18]);
  });

  test("names parameters by the way to them", () => {
    const inner = residual({}, branch("branch", tanh, dense(3)));
    const outer = residual({}, branch("branch", dense(3), inner), branch("shortcut", dense(3)));
    const { parameters } = buildModel(layers, [2], [tanh, outer, dense(1)]);
    expect(parameters.map(({ name }) => name)).toEqual([
      "1.branch.0.weight",
      "1.branch.0.bias",
      "1.branch.1.branch.1.weight",
      "1.branch.1.branch.1.bias",
      "1.shortcut.0.weight",
      "1.shortcut.0.bias",
      "2.weight",
      "2.bias",
    ]);
  });

  const output = (...shapes: [string, Shape][]) =>
    layers.find(({ name }) => name === "residual")!.output({}, [3], new Map(shapes));

  test("needs what it adds to have one shape", () => {
    expect(output(["branch", [3]])).toEqual([3]);
    expect(output(["branch", [4, 2]], ["shortcut", [4, 2]])).toEqual([4, 2]);
    expect(output(["branch", [4]])).toEqual({
      misfit: "the branch gives [4], the input is [3]",
      help: "give the input that shape too, with `shortcut = …`",
      setting: "branch",
    });
    expect(output(["branch", [1, 3]], ["shortcut", [3, 1]])).toEqual({
      misfit: "the branch gives [1, 3], the shortcut [3, 1]",
      help: "both must have the same shape",
      setting: "shortcut",
    });
  });
});

describe("parallel", () => {
  test("joins along the last axis, in the order of the chains", () => {
    // [1, 1]·[1, 2] + 3 = 6, then the input, then [1, 1]·[[4, 5], [6, 7]] + [8, 9].
    const chains = [[dense(1)], [residual({}, branch("branch", tanh))], [dense(2)]];
    const [first, second, third, ...rest] = counted([2], [1, 1], parallel(...chains));
    expect([first, ...rest]).toEqual([6, 18, 21]);
    expect([second, third].every((y) => Math.abs(y! - 1 - Math.tanh(1)) < 1e-6)).toBe(true);
  });

  test("joins more than ten chains in order", () => {
    const chains = Array.from({ length: 12 }, () => [dense(1)]);
    // w·1 + b of weights 1, 2; 3, 4; ….
    const expected = chains.map((_, i) => 4 * i + 3);
    expect(counted([1], [1], parallel(...chains))).toEqual(expected);
  });

  test("keeps leading axes", () => {
    const model = buildModel(layers, [5, 2], [parallel([dense(3)], [tanh])]);
    expect(model.output).toEqual([5, 5]);
    expect(
      model.apply(tf, cut(model.parameters, new Float32Array(9)), tf.ones([4, 5, 2])).shape,
    ).toEqual([4, 5, 5]);
  });

  test.each<[Shape, Shape]>([
    [[3], []],
    [[2, 3], [3]],
    [
      [2, 3],
      [4, 3],
    ],
  ])("cannot join %o and %o", (a, b) => {
    const kind = layers.find(({ name }) => name === "parallel")!;
    const output = kind.output({}, [1], new Map([["0", a] as const, ["1", b] as const]));
    expect(isMisfit(output) && output.setting).toBe("1");
    expect(output).toMatchObject({ help: "all axes but the last must be the same" });
  });
});

test("a branch that does not fit throws with its place", () => {
  const chain = [tanh, residual({}, branch("branch", parallel([tanh], [dense(3), dense(2)])))];
  expect(() => buildModel(layers, [2], chain)).toThrow("layer 1: the branch gives [4]");
  const inner = residual({}, branch("branch", residual({}, branch("branch", dense(1)))));
  expect(() => buildModel(layers, [2], [inner])).toThrow("layer 0.branch.0: the branch gives [1]");
});
