import type * as TfModule from "@tensorflow/tfjs";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Settings, Shape } from "../../src/dsl/vocabulary.js";
import { layers } from "../../src/models/index.js";
import { cpuTf } from "./tfjs.js";

let tf: typeof TfModule;
beforeAll(async () => {
  tf = await cpuTf();
});

const layer = (name: string) => layers.find((entry) => entry.name === name)!;

describe("activations", () => {
  /** Values of the formulas in PyTorch's documentation, computed in double precision. */
  const known: Record<string, [x: number, y: number][]> = {
    gelu: [
      [0, 0],
      [1, 0.8413447460685429],
      [-1, -0.15865525393145707],
      [2, 1.9544997361036416],
      [0.5, 0.34573123063700656],
      [-3, -0.004049694094890287],
      [6, 5.99999999408],
    ],
    silu: [
      [0, 0],
      [1, 0.7310585786300049],
      [-1, -0.2689414213699951],
      [4, 3.928055160151634],
      [-20, -4.1223072363804e-8],
    ],
    tanh: [
      [0, 0],
      [0.5, 0.46211715726],
      [-2, -0.9640275800758169],
      [10, 0.9999999958776927],
    ],
    relu: [
      [-1.5, 0],
      [0, 0],
      [2.25, 2.25],
    ],
    sigmoid: [
      [0, 0.5],
      [1, 0.7310585786300049],
      [-3, 0.04742587317756678],
      [-20, 2.0611536181902037e-9],
      [30, 0.9999999999999065],
    ],
    softplus: [
      [0, Math.LN2],
      [1, 1.3132616875182228],
      [-3, 0.04858735157374206],
      [30, 30.000000000000092],
      [1000, 1000],
      [-1000, 0],
    ],
    elu: [
      [0, 0],
      [0.5, 0.5],
      [-1, -0.6321205588285577],
      [-20, -0.9999999979388464],
      [1000, 1000],
    ],
  };
  /** What is added to 1 before a logarithm, or 1 subtracted from, is rounded there. */
  const nearOne: Record<string, number> = { softplus: 2 ** -24, elu: 2 ** -24 };

  test.each(Object.entries(known))("%s", (name, points) => {
    const x = tf.tensor2d([points.map(([at]) => at)]);
    const y = layer(name).apply(tf, {}, [], x).dataSync();
    for (const [i, [at, value]] of points.entries()) {
      // Four float32 roundings; 1 + erf is wrong by up to the 1.5e-7 of tfjs's polynomial and one more.
      const erf = name === "gelu" ? (Math.abs(at) / 2) * (1.5e-7 + 2 ** -24) : 0;
      const tolerance = 4 * 2 ** -24 * Math.abs(value) + erf + (nearOne[name] ?? 0);
      expect(Math.abs(y[i]! - value)).toBeLessThanOrEqual(tolerance);
    }
  });

  test("gelu has the form with a hyperbolic tangent", () => {
    const x = tf.tensor1d([0, 1, -1, 2, 0.5, -3, 30]);
    const y = layer("gelu").apply(tf, { form: "tanh" }, [], x).dataSync();
    // As PyTorch has it, in double precision.
    const values = [
      0, 0.8411919906082768, -0.15880800939172324, 1.954597694087775, 0.34571400982514394,
      -0.0036373920817729943, 30,
    ];
    // 1 + tanh is rounded near zero.
    values.forEach((value, i) => {
      const rounding = 4 * 2 ** -24 * Math.abs(value) + 3 * 2 ** -24;
      expect(Math.abs(y[i]! - value)).toBeLessThan(rounding);
    });
  });

  test.each(Object.keys(known))("%s keeps any shape and has no parameters", (name) => {
    for (const shape of [[], [3], [2, 5]]) {
      expect(layer(name).output({}, shape)).toEqual(shape);
      expect(layer(name).parameters({}, shape)).toEqual([]);
      const x = tf.zeros([4, ...shape]);
      expect(layer(name).apply(tf, {}, [], x).shape).toEqual([4, ...shape]);
    }
  });
});

describe("flatten", () => {
  test.each<[Shape, Shape]>([
    [[28, 28], [784]],
    [[3, 4, 5], [60]],
    [[7], [7]],
    [[], [1]],
  ])("%o → %o", (input, output) => {
    expect(layer("flatten").output({}, input)).toEqual(output);
    const x = tf.zeros([2, ...input]);
    expect(layer("flatten").apply(tf, {}, [], x).shape).toEqual([2, ...output]);
  });

  test("is row-major", () => {
    const x = tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]);
    expect(layer("flatten").apply(tf, {}, [], x).arraySync()).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ]);
  });

  test("has channels of images first, as PyTorch has", () => {
    const x = tf.tensor4d([1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60], [1, 2, 3, 2]);
    expect(layer("flatten").apply(tf, {}, [], x).arraySync()).toEqual([
      [1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60],
    ]);
    const one = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
    expect(layer("flatten").apply(tf, {}, [], one).arraySync()).toEqual([[1, 2, 3, 4]]);
  });
});

describe("dense", () => {
  const dense = layer("dense");

  test("has a weight [in, out] and a bias, uniform within 1/√in", () => {
    const initial = { form: "uniform", bound: 1 / Math.sqrt(784) };
    expect(dense.output({ units: 32 }, [784])).toEqual([32]);
    expect(dense.parameters({ units: 32 }, [784])).toEqual([
      { name: "weight", shape: [784, 32], initial, torchAxes: [1, 0] },
      { name: "bias", shape: [32], initial, torchAxes: [0] },
    ]);
  });

  test("starts where it is told", () => {
    const normal = { distribution: "normal", std: 0.02 };
    const parameters = dense.parameters({ units: 32, bias: 0.5, weight: normal }, [784]);
    expect(parameters.map(({ initial }) => initial)).toEqual([
      { form: "normal", std: 0.02 },
      { form: "constant", value: 0.5 },
    ]);
    const xavier = { distribution: "xavier_uniform" };
    const [weight, bias] = dense.parameters({ units: 2, weight: xavier }, [4]);
    expect(weight!.initial).toEqual({ form: "uniform", bound: Math.sqrt(3) * Math.sqrt(2 / 6) });
    expect(bias!.initial).toEqual({ form: "uniform", bound: 1 / 2 });
  });

  test("may leave out the bias", () => {
    const parameters = dense.parameters({ units: 32, bias: false }, [784]);
    expect(parameters.map(({ name }) => name)).toEqual(["weight"]);
  });

  test("has no axis to act on in a single number", () => {
    expect(dense.output({ units: 3 }, [])).toEqual({
      misfit: "dense needs an axis to act on, but an example is a single number",
      help: "put flatten before it",
    });
  });

  test("maps the last axis by y = x·W + b", () => {
    const small = fc.integer({ min: -8, max: 8 });
    const cases = fc
      .record({
        lead: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
        fanIn: fc.integer({ min: 1, max: 4 }),
        units: fc.integer({ min: 1, max: 4 }),
        bias: fc.boolean(),
        seed: fc.array(small, { minLength: 200, maxLength: 200 }),
      })
      .map(({ seed, ...rest }) => ({ ...rest, numbers: seed }));
    fc.assert(
      fc.property(cases, ({ lead, fanIn, units, bias, numbers }) => {
        const settings: Settings = { units, bias };
        const shape = [2, ...lead, fanIn];
        const rows = shape.slice(0, -1).reduce((product, length) => product * length);
        // Small integers, so that float32 is exact.
        const x = numbers.slice(0, rows * fanIn);
        const w = numbers.slice(100, 100 + fanIn * units);
        const b = numbers.slice(150, 150 + units);
        const tensors = [tf.tensor(w, [fanIn, units]), ...(bias ? [tf.tensor1d(b)] : [])];
        const y = dense.apply(tf, settings, tensors, tf.tensor(x, shape));
        expect(y.shape).toEqual([2, ...(dense.output(settings, shape.slice(1)) as Shape)]);
        const values = y.dataSync();
        for (let row = 0; row < rows; row++) {
          for (let unit = 0; unit < units; unit++) {
            let sum = bias ? b[unit]! : 0;
            for (let i = 0; i < fanIn; i++) sum += x[row * fanIn + i]! * w[i * units + unit]!;
            expect(values[row * units + unit]).toBe(sum);
          }
        }
      }),
    );
  });

  test.each([{}, { units: 0 }, { units: 2.5 }, { units: 3, size: 4 }])(
    "refuses the settings %o",
    (settings) => {
      expect(dense.settings.safeParse(settings).success).toBe(false);
    },
  );
});
