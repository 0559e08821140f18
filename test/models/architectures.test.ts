/** The paper's architectures: what they compute, to the third derivative, and how they begin. */
import { describe, expect, test } from "vitest";
import type { Floats } from "../../src/data/axes.js";
import { readNpy } from "../../src/data/npy/index.js";
import { isMisfit } from "../../src/dsl/vocabulary.js";
import { loadTfjs, openEngine, type Precision, type Vector } from "../../src/engine/index.js";
import { losses, weights } from "../../src/models/index.js";
import type { Distribution } from "../../src/models/layers/layer.js";
import { fromTorch, toTorch } from "../../src/models/layout.js";
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

const tf = await loadTfjs();
const engines = {
  float64: await openEngine("onnx", { threads: 1, precision: "float64" }),
  float32: await openEngine("onnx", { threads: 1 }),
};

/**
 * Relative errors in the 2-norm. In double precision these are what the golden data are good for; in
 * single precision PyTorch itself is off by up to 3e-7 in values and gradients and 6e-7 in what has
 * higher derivatives; another library, which sums in another order, may be off three times as far.
 */
const tolerances: Readonly<Record<Precision, { first: number; others: number }>> = {
  float64: { first: 1e-12, others: 1e-11 },
  float32: { first: 1e-6, others: 2e-6 },
};

describe.each(goldenArchitectures)("%s", (architecture) => {
  describe.each(["mse", "ce"] as const)("%s", (lossName) => {
    const { model, task, x, y, known } = goldenCase(architecture, lossName);
    const golden = (file: string) => array(`${architecture}-${lossName}/${file}`).values;

    test("has the parameters that PyTorch has, in its order and shapes", () => {
      const shapes = model.parameters.map(({ shape, torchAxes }) => torchAxes.map((a) => shape[a]));
      expect(shapes).toEqual(known.parameters.map(({ shape }) => shape));
    });

    test.each(["float64", "float32"] as const)(
      "is what PyTorch computes, in %s",
      async (precision) => {
        const engine = engines[precision];
        const { first, others } = tolerances[precision];
        const ofPrecision = (values: Iterable<number>): Floats =>
          precision === "float64" ? Float64Array.from(values) : Float32Array.from(values);
        const source = {
          parameters: model.parameters,
          data: [
            { name: "x", shape: x.shape, values: ofPrecision(x.values) },
            { name: "y", shape: y.shape, values: ofPrecision(y.values) },
          ],
        };
        const kind = losses.find(
          ({ name }) => name === { mse: "mse", ce: "cross_entropy" }[lossName],
        )!;
        const forward = await engine.compileMap({
          ...source,
          map: (weights, [inputs]) => [model.apply(tf, weights, inputs!)],
        });
        const objective = await engine.compile({
          ...source,
          loss: (weights, [inputs, targets]) =>
            kind
              .of(task)
              .value(tf, model.apply(tf, weights, inputs!), targets!, known.counted_rows),
        });
        const weights = fromTorch(model.parameters, ofPrecision(golden("w"))) as never;
        const [u, v] = [
          direction(model.size, (i) => Math.sin(1 + 0.7 * i)),
          direction(model.size, (i) => Math.cos(2 + 1.3 * i)),
        ].map((each) => fromTorch(model.parameters, ofPrecision(each)) as never);

        const [outputs] = await forward.run(weights);
        expect(relativeError(outputs!, golden("outputs"))).toBeLessThan(first);
        const at = objective.at(weights);
        const { loss, gradient } = await at.lossAndGradient();
        expect(Math.abs(loss / known.values.loss - 1)).toBeLessThan(first);
        const asTheirs = (vector: Vector) => toTorch(model.parameters, vector);
        expect(relativeError(asTheirs(gradient), golden("grad"))).toBeLessThan(first);
        const [hu] = (await at.products([u!])) as Vector[];
        expect(relativeError(asTheirs(hu!), golden("hvp_u"))).toBeLessThan(others);
        const third = (await at.thirdDerivatives([u!, v!])) as Vector[][];
        expect(relativeError(asTheirs(third[1]![0]!), golden("d3_uv"))).toBeLessThan(others);
        await Promise.all([forward.dispose(), objective.dispose()]);
      },
    );
  });
});

test("the CNN that the paper's code trained starts from what our default draws, bit for bit", () => {
  const description = { input: [12, 12], outputs: 4, task: "classification" } as const;
  const { parameters } = modelFrom(cnn(8), description);
  const drawn = weights[0]!.make({}, parameters, 0) as Float32Array;
  const w0 = readNpy("test/golden/gd-cnn-mnist/w0.npy");
  if (isMisfit(w0)) throw new Error(w0.misfit);
  expect(toTorch(parameters, drawn)).toEqual(w0.values);
});

function direction(size: number, element: (i: number) => number): Float64Array {
  const values = Float64Array.from({ length: size }, (_, i) => element(i));
  const norm = Math.hypot(...values);
  return values.map((value) => value / norm);
}

function relativeError(values: Floats, known: Floats): number {
  expect(values.length).toBe(known.length);
  return Math.hypot(...[...values].map((value, i) => value - known[i]!)) / Math.hypot(...known);
}

type Drawn = Exclude<Distribution, { readonly form: "copy" }>;

interface Start {
  readonly input_shape: readonly number[];
  readonly n_params: number;
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
    const startOf = (i: number): Drawn => {
      const { initial } = parameters[i]!;
      return initial.form === "copy" ? startOf(i - initial.before) : initial;
    };
    for (const [i, { shape, torchAxes }] of parameters.entries()) {
      const initial = startOf(i);
      const { distribution, ...expected } = known.parameters[i]!;
      expect(torchAxes.map((axis) => shape[axis])).toEqual(expected.shape);
      expect(initial.form).toBe(distribution.kind === "fixed" ? "row" : distribution.kind);
      if (initial.form === "constant") expect(initial.value).toBe(distribution.value);
      else if (initial.form === "row") {
        expect(initial.values).toEqual(initial.values.map((_, state) => Math.log(state + 1)));
        expect(initial.values).toHaveLength(expected.shape.at(-1)!);
      } else {
        const std = initial.form === "uniform" ? initial.bound / Math.sqrt(3) : initial.std;
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
