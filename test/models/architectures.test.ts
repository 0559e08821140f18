/** The paper's architectures: what they compute, and how they begin. */
import type * as TfModule from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { losses } from "../../src/models/index.js";
import { fromTorch } from "../../src/models/layout.js";
import { countedRows } from "../../src/models/losses/loss.js";
import {
  array,
  cnn,
  goldenArchitectures,
  goldenCase,
  json,
  lstm,
  mamba,
  mlp,
  modelFrom,
  resnet,
  transformer,
  vit,
} from "../support/architectures.js";
import { cpuTf, cut } from "./tfjs.js";

let tf: typeof TfModule;
beforeAll(async () => {
  tf = await cpuTf();
});

describe.each(goldenArchitectures)("%s", (architecture) => {
  describe.each(["mse", "ce"] as const)("%s", (lossName) => {
    const { model, task, x, y, known } = goldenCase(architecture, lossName);

    test("has the parameters that PyTorch has, in its order and shapes", () => {
      const shapes = model.parameters.map(({ shape, torchAxes }) => torchAxes.map((a) => shape[a]));
      expect(shapes).toEqual(known.parameters.map(({ shape }) => shape));
    });

    test("gives the outputs and the loss", () => {
      const w = Float32Array.from(array(`${architecture}-${lossName}/w`).values);
      const weights = cut(model.parameters, fromTorch(model.parameters, w));
      const outputs = model.apply(
        tf,
        weights,
        tf.tensor(Float32Array.from(x.values), [...x.shape]),
      );
      const expected = array(`${architecture}-${lossName}/outputs`);
      expect(outputs.shape).toEqual(expected.shape);
      // Eight layers of float32, and an error function of error 1.5e-7 in each activation.
      expect(relativeError([...outputs.dataSync()], [...expected.values])).toBeLessThan(3e-6);
      const kind = losses.find(
        ({ name }) => name === (lossName === "ce" ? "cross_entropy" : "mse"),
      )!;
      const targets = tf.tensor(y.values, [...y.shape]);
      const loss = kind.of(task).value(tf, outputs, targets, countedRows(task, y)).dataSync()[0]!;
      expect(Math.abs(loss / known.values.loss - 1)).toBeLessThan(3e-6);
    });
  });
});

interface Start {
  readonly n_params: number;
  readonly input_shape: readonly number[];
  readonly parameters: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly distribution: {
      /** The only `fixed` start is that of Mamba's A_log. */
      readonly kind: "uniform" | "normal" | "constant" | "fixed";
      readonly std?: number;
      readonly value?: number;
    };
  }[];
}

describe("at the sizes of the paper's code", () => {
  const starts = json<{ architectures: Record<string, Start> }>("init.json").architectures;

  test.each([
    ["mlp", mlp(256, "gelu")],
    ["cnn", cnn(32)],
    ["resnet", resnet(16, 3)],
    ["vit", vit(64, 4, 8, 256)],
    ["lstm", lstm(48)],
    ["transformer", transformer(32, 4, 4, 128)],
    ["mamba", mamba(64)],
  ])("%s has its parameters and starts from its distributions", (name, text) => {
    const known = starts[name]!;
    const { parameters, size } = modelFrom(text, descriptionOf(known.input_shape));
    expect(size).toBe(known.n_params);
    expect(parameters.length).toBe(known.parameters.length);
    for (const [i, { shape, torchAxes, initial }] of parameters.entries()) {
      const { distribution, ...expected } = known.parameters[i]!;
      expect(torchAxes.map((axis) => shape[axis])).toEqual(expected.shape);
      expect(initial.form).toBe(distribution.kind === "fixed" ? "row" : distribution.kind);
      if (initial.form === "constant") expect(initial.value).toBe(distribution.value);
      else if (initial.form === "row") {
        expect(initial.values).toEqual(initial.values.map((_, state) => Math.log(state + 1)));
        expect(initial.values).toHaveLength(expected.shape.at(-1)!);
      } else {
        const std = initial.form === "uniform" ? initial.bound / Math.sqrt(3) : stdOf(initial);
        expect(Math.abs(std / distribution.std! - 1)).toBeLessThan(1e-12);
      }
    }
  });
});

/** Images of any channels first, or tokens. */
function descriptionOf(input: readonly number[]): Parameters<typeof modelFrom>[1] {
  const task = { outputs: 4, task: "classification" } as const;
  return input.length === 1
    ? { input, vocabulary: 4, positions: input[0]!, ...task }
    : { input: [...input.slice(1), input[0]!], ...task };
}

const stdOf = (initial: { form: string; std?: number }) => initial.std!;

function relativeError(values: readonly number[], known: readonly number[]): number {
  return Math.hypot(...values.map((value, i) => value - known[i]!)) / Math.hypot(...known);
}
