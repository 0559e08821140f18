import { copyFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readNpy } from "../../src/data/npy/index.js";
import { isMisfit } from "../../src/dsl/vocabulary.js";
import { buildModel } from "../../src/models/build.js";
import { layers, weights } from "../../src/models/index.js";
import type { Distribution } from "../../src/models/layers/layer.js";
import { fromTorch, toTorch } from "../../src/models/layout.js";
import { torchRandom } from "../../src/models/weights/random.js";
import { temporaryFolder } from "../data/folder.js";

const folder = temporaryFolder();
const model = (...units: number[]) =>
  buildModel(
    layers,
    [20],
    units.map((count) => ({ maker: "dense", settings: { units: count } })),
  );

describe("default", () => {
  const [start] = weights;
  const draw = (parameters: ReturnType<typeof model>["parameters"], seed: number) =>
    start!.make({}, parameters, seed) as Float32Array;

  test("is what a flow starts from when it says nothing", () => {
    expect(start).toMatchObject({ name: "default", seeded: true });
    expect(start!.accepts({}, { kind: "model", size: 12 })).toBeUndefined();
    expect(start!.accepts({}, { kind: "landscape", size: 2 })).toEqual({
      misfit: "a landscape says nothing of how to draw its variables",
      help: "give their values, as in at([0.5, 1])",
    });
    expect(start!.identity({})).toEqual({});
  });

  test("is the same for a seed, and other for another", () => {
    const { parameters } = model(10, 3);
    expect(draw(parameters, 7)).toEqual(draw(parameters, 7));
    expect(draw(parameters, 8)).not.toEqual(draw(parameters, 7));
  });

  test("does not change for a layer changed behind it", () => {
    const first = model(10);
    const short = draw(first.parameters, 3);
    expect(draw(model(10, 5, 2).parameters, 3).slice(0, first.size)).toEqual(short);
    expect(draw(model(10, 7).parameters, 3).slice(0, first.size)).toEqual(short);
  });

  test("has the bounds and moments of a uniform distribution", () => {
    const { parameters, size } = buildModel(
      layers,
      [400],
      [{ maker: "dense", settings: { units: 50 } }],
    );
    const bound = 1 / 20;
    for (const seed of [0, 1, 2, 2 ** 32 - 1]) {
      const drawn = draw(parameters, seed);
      expect(drawn.length).toBe(size);
      const mean = drawn.reduce((sum, w) => sum + w, 0) / size;
      const variance = drawn.reduce((sum, w) => sum + w * w, 0) / size;
      expect(Math.max(...drawn.map(Math.abs))).toBeLessThanOrEqual(Math.fround(bound));
      // Five standard errors: Var w = b²/3, Var w² = 4b⁴/45.
      expect(Math.abs(mean)).toBeLessThan(5 * (bound / Math.sqrt(3 * size)));
      expect(Math.abs(variance - bound ** 2 / 3)).toBeLessThan(
        5 * bound ** 2 * Math.sqrt(4 / 45 / size),
      );
    }
  });
});

describe("PyTorch's generator", () => {
  /** As `test/golden/draws/case.json` says: blocks, what is left over, small tensors, uniforms between. */
  function drawn(): Float32Array {
    const random = torchRandom(7);
    const tensors = [
      random.normal(40, 1),
      random.normal(5, 2),
      random.uniform(3, 1),
      random.normal(4, 2),
      random.normal(32, 0.3),
    ];
    return Float32Array.from(tensors.flatMap((tensor) => [...tensor]));
  }

  test("draws the same normal numbers but for the last bits, and the same uniform ones", () => {
    const golden = readNpy("test/golden/draws/normal.npy");
    if (isMisfit(golden)) throw new Error(golden.misfit);
    const ours = drawn();
    expect(ours.length).toBe(golden.values.length);
    golden.values.forEach((value, i) => {
      // PyTorch's float32 logarithm and cosine err by a unit in the last place or two, the latter of 1.
      expect(Math.abs(ours[i]! - value)).toBeLessThan(i < 40 || i >= 52 ? 1e-6 : 2e-7);
    });
    expect(ours.slice(45, 48)).toEqual(Float32Array.from(golden.values.slice(45, 48)));
  });

  test("has the moments of a normal distribution", () => {
    for (const size of [10_007, 15]) {
      const random = torchRandom(1);
      const numbers = Array.from({ length: Math.ceil(1e4 / size) }, () => [
        ...random.normal(size, 3),
      ]).flat();
      const moment = (power: number) =>
        numbers.reduce((sum, x) => sum + (x / 3) ** power, 0) / numbers.length;
      // Five standard errors: the variances of z, z², z⁴ are 1, 2, 96.
      const error = 5 / Math.sqrt(numbers.length);
      expect(Math.abs(moment(1))).toBeLessThan(error);
      expect(Math.abs(moment(2) - 1)).toBeLessThan(error * Math.SQRT2);
      expect(Math.abs(moment(4) - 3)).toBeLessThan(error * Math.sqrt(96));
    }
  });
});

describe("constants, rows and copies", () => {
  const parameter = (shape: readonly number[], initial: Distribution, torchAxes = [0, 1]) => ({
    name: "w",
    shape,
    initial,
    torchAxes,
  });

  test("draw nothing", () => {
    const uniform = parameter([2, 3], { form: "uniform", bound: 1 });
    const zero = parameter([4, 1], { form: "constant", value: 0 });
    const make = (...parameters: ReturnType<typeof parameter>[]) =>
      weights[0]!.make({}, parameters, 5) as Float32Array;
    expect(make(zero, uniform)).toEqual(Float32Array.of(0, 0, 0, 0, ...make(uniform)));
  });

  test("are copied without drawing again, in PyTorch's order of the axes, too", () => {
    const transposed = (initial: Distribution) => parameter([2, 3], initial, [1, 0]);
    const drawn = transposed({ form: "uniform", bound: 1 });
    const copy = transposed({ form: "copy", before: 1 });
    const make = (...parameters: ReturnType<typeof parameter>[]) =>
      weights[0]!.make({}, parameters, 5) as Float32Array;
    const [once, twice] = [make(drawn), make(drawn, drawn)];
    const values = make(drawn, copy, copy, drawn);
    expect([...values]).toEqual([...once, ...once, ...once, ...twice.slice(6)]);
  });

  test("fill the last axis, the same for all others", () => {
    const row = parameter([2, 3], { form: "row", values: [1, 2, 3] });
    expect(weights[0]!.make({}, [row], 5)).toEqual(Float32Array.of(1, 2, 3, 1, 2, 3));
  });
});

describe("npy", () => {
  const npy = weights.find((entry) => entry.name === "npy")!;
  const { parameters, size } = model(2, 1);
  const values = Float32Array.from({ length: size }, (_, i) => i);
  const path = folder.npy("w.npy", [size], values);
  const owner = { kind: "model", size } as const;

  test("is read as it is", () => {
    expect(npy.accepts({ path }, owner)).toBeUndefined();
    expect(npy.make({ path }, parameters, 0)).toEqual(values);
    const double = folder.npy("double.npy", [size], Float64Array.from(values));
    expect(npy.accepts({ path: double }, owner)).toBeUndefined();
    expect(npy.make({ path: double }, parameters, 0)).toEqual(Float64Array.from(values));
  });

  test("is turned from PyTorch's order", () => {
    const made = npy.make({ path, layout: "torch" }, parameters, 0) as Float32Array;
    // [2, 20] in PyTorch: element (i, unit) of our [20, 2] is at unit·20 + i there.
    expect([...made.slice(0, 6)]).toEqual([0, 20, 1, 21, 2, 22]);
    expect([...made.slice(40)]).toEqual([40, 41, 42, 43, 44]);
  });

  test("has an identity of contents and layout, not of path", () => {
    const copy = join(folder.path, "copy.npy");
    copyFileSync(path, copy);
    const identity = npy.identity({ path });
    expect(npy.identity({ path: copy })).toEqual(identity);
    expect(npy.identity({ path, layout: "torch" })).not.toEqual(identity);
    const other = folder.npy(
      "other.npy",
      [size],
      values.map((w) => w + 1),
    );
    expect(npy.identity({ path: other })).not.toEqual(identity);
  });

  test.each([
    [
      "another count",
      folder.npy("many.npy", [26_308], new Float32Array(26_308)),
      "'many.npy' holds 26308 values, but the model has 45 parameters",
      "save the weights of a model with the same layers",
    ],
    [
      "integers",
      folder.npy("ints.npy", [size], new Int32Array(size)),
      "'ints.npy' holds dtype i4; weights are float32 or float64",
      "save it with a.astype('float32')",
    ],
    [
      "a missing file",
      join(folder.path, "none.npy"),
      "there is no file 'none.npy'",
      `looked for '${join(folder.path, "none.npy")}'; paths are relative to the .cflow file`,
    ],
  ])("%s is refused", (_, bad, misfit, help) => {
    expect(npy.accepts({ path: bad }, owner)).toEqual({ misfit, help, setting: "path" });
  });

  test("a weight that isn't finite is refused", () => {
    const bad = folder.npy("nan.npy", [size], values.with(3, Number.NaN));
    expect(npy.make({ path: bad }, parameters, 0)).toEqual({
      misfit: "'nan.npy' holds NaN at position 3",
      help: "weights must be finite in float32",
      setting: "path",
    });
  });
});

describe("at", () => {
  const at = weights.find((entry) => entry.name === "at")!;
  const landscape = { kind: "landscape", size: 2 } as const;

  test("is its numbers, in double precision, for models and landscapes", () => {
    const settings = { values: [0.1, -6.4] };
    expect(at.accepts(settings, landscape)).toBeUndefined();
    expect(at.accepts(settings, { kind: "model", size: 2 })).toBeUndefined();
    expect(at.make(settings, [], 0)).toEqual(Float64Array.of(0.1, -6.4));
    expect(at.identity(settings)).toEqual(settings);
    expect(at.seeded).toBe(false);
  });

  test.each([
    [
      [1],
      landscape,
      "1 number cannot be 2 variables",
      "give one for each variable of the landscape",
    ],
    [
      [1, 2],
      { kind: "model", size: 1 } as const,
      "2 numbers cannot be 1 parameter",
      "give one for each parameter of the model",
    ],
    [[1, -4e38], landscape, "-4e+38 is larger than float32 can hold", "weights are float32"],
  ])("%j for %o is refused", (values, owner, misfit, help) => {
    expect(at.accepts({ values }, owner)).toEqual({ misfit, help, setting: "values" });
  });
});

describe("PyTorch's order", () => {
  test("transposes each dense weight and nothing else", () => {
    const { parameters } = buildModel(layers, [2], [{ maker: "dense", settings: { units: 3 } }]);
    const ours = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
    expect(toTorch(parameters, ours)).toEqual(Float32Array.of(1, 4, 2, 5, 3, 6, 7, 8, 9));
  });

  test("and ours are inverses for any axes", () => {
    const parameter = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }).chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        torchAxes: fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
      }),
    );
    fc.assert(
      fc.property(fc.array(parameter, { maxLength: 4 }), (parameters) => {
        const size = parameters.reduce(
          (sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1),
          0,
        );
        const flat = Float32Array.from({ length: size }, (_, i) => i);
        expect(fromTorch(parameters, toTorch(parameters, flat))).toEqual(flat);
        expect(toTorch(parameters, fromTorch(parameters, flat))).toEqual(flat);
      }),
    );
  });

  test("needs as many weights as the parameters have", () => {
    expect(() => toTorch(model(2).parameters, new Float32Array(41))).toThrow(
      "41 weights for parameters of 42",
    );
  });
});
