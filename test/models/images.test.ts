/** Layers of images, against sums written out and against PyTorch. */
import type * as TfModule from "@tensorflow/tfjs";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { permuteAxes, sizeOf } from "../../src/data/axes.js";
import { readNpy } from "../../src/data/npy/index.js";
import { isMisfit, type Settings, type Shape } from "../../src/dsl/vocabulary.js";
import { buildModel } from "../../src/models/build.js";
import { layers, weights } from "../../src/models/index.js";
import { fromTorch, toTorch } from "../../src/models/layout.js";
import { cpuTf, cut } from "./tfjs.js";

let tf: typeof TfModule;
beforeAll(async () => {
  tf = await cpuTf();
});

const layer = (name: string) => layers.find((entry) => entry.name === name)!;
const [conv, avgpool, groupnorm] = [layer("conv"), layer("avgpool"), layer("groupnorm")];

/** Small integers, so that float32 is exact. */
const integers = (length: number, seed: number) =>
  Array.from({ length }, (_, i) => ((i * 37 + seed * 11) % 13) - 6);

const images = fc.record({
  height: fc.integer({ min: 1, max: 7 }),
  width: fc.integer({ min: 1, max: 7 }),
  channels: fc.integer({ min: 1, max: 3 }),
  size: fc.integer({ min: 1, max: 4 }),
  stride: fc.integer({ min: 1, max: 3 }),
});

describe("conv", () => {
  const padding = fc.constantFrom("same", "valid", 0, 1, 2);
  const filters = fc.integer({ min: 1, max: 3 });

  test("is the sum over windows that its definition says", () => {
    fc.assert(
      fc.property(
        images,
        padding,
        filters,
        fc.boolean(),
        fc.nat(20),
        (image, pad, f, bias, seed) => {
          const { height, width, channels: c, size, stride } = image;
          const settings: Settings = { filters: f, size, stride, padding: pad, bias };
          const output = conv.output(settings, [height, width, c]);
          const all = pad === "same" ? size - 1 : pad === "valid" ? 0 : 2 * (pad as number);
          const before = pad === "same" ? Math.floor(all / 2) : all / 2;
          if (isMisfit(output)) {
            expect(Math.min(height, width) + all).toBeLessThan(size);
            return;
          }
          const x = integers(2 * height * width * c, seed);
          const w = integers(size * size * c * f, seed + 1);
          const b = integers(f, seed + 2);
          const own = [tf.tensor(w, [size, size, c, f]), ...(bias ? [tf.tensor1d(b)] : [])];
          const given = tf.tensor(x, [2, height, width, c]);
          const y = conv.apply(tf, settings, own, given);
          const [rows, columns] = output as [number, number, number];
          expect(output[2]).toBe(f);
          expect(y.shape).toEqual([2, ...output]);
          expect(rows).toBe(Math.floor((height + all - size) / stride) + 1);
          const values = y.dataSync();
          let at = 0;
          for (let n = 0; n < 2; n++) {
            for (let i = 0; i < rows; i++) {
              for (let j = 0; j < columns; j++) {
                for (let filter = 0; filter < f; filter++) {
                  let sum = bias ? b[filter]! : 0;
                  for (let k = 0; k < size; k++) {
                    for (let l = 0; l < size; l++) {
                      const [row, column] = [i * stride + k - before, j * stride + l - before];
                      if (row < 0 || column < 0 || row >= height || column >= width) continue;
                      for (let channel = 0; channel < c; channel++) {
                        const pixel = ((n * height + row) * width + column) * c + channel;
                        sum += x[pixel]! * w[((k * size + l) * c + channel) * f + filter]!;
                      }
                    }
                  }
                  expect(values[at++]).toBe(sum);
                }
              }
            }
          }
        },
      ),
    );
  });

  test("takes an image without channels as one channel", () => {
    expect(conv.output({ filters: 4 }, [28, 28])).toEqual([28, 28, 4]);
    expect(conv.parameters({ filters: 4 }, [28, 28])[0]!.shape).toEqual([3, 3, 1, 4]);
    const own = [tf.ones([3, 3, 1, 4]), tf.zeros([4])];
    const settings = { filters: 4, padding: "valid" };
    const y = conv.apply(tf, settings, own, tf.ones([2, 5, 4]));
    expect(y.shape).toEqual([2, 3, 2, 4]);
    expect(new Set(y.dataSync())).toEqual(new Set([9]));
  });

  test("starts uniform within 1/√in, or where it is told", () => {
    const bound = 1 / Math.sqrt(27);
    const starts = (settings: Settings) =>
      conv.parameters({ filters: 8, ...settings }, [9, 9, 3]).map(({ initial }) => initial);
    expect(starts({})).toEqual([
      { form: "uniform", bound },
      { form: "uniform", bound },
    ]);
    const kaiming = { distribution: "kaiming_normal", fan: "out" };
    expect(starts({ bias: 0, weight: kaiming })).toEqual([
      { form: "normal", std: Math.SQRT2 / Math.sqrt(72) },
      { form: "constant", value: 0 },
    ]);
    expect(starts({ bias: false, weight: 0 })).toEqual([{ form: "constant", value: 0 }]);
  });

  test.each<[string, Settings, Shape, object]>([
    [
      "a vector",
      { filters: 4 },
      [784],
      {
        misfit: "conv needs images [height, width, channels], and an example is [784]",
        help: "put it before flatten",
      },
    ],
    [
      "four axes",
      { filters: 4 },
      [3, 3, 3, 3],
      {
        misfit: "conv needs images [height, width, channels], and an example is [3, 3, 3, 3]",
        help: "images have two axes, or three with channels",
      },
    ],
    [
      "an image smaller than the kernel",
      { filters: 4, size: 5, padding: "valid" },
      [9, 4, 2],
      {
        misfit: "a kernel of [5, 5] does not fit into [9, 4], the image and its padding",
        help: "take a smaller `size`, more `padding`, or larger images",
        setting: "size",
      },
    ],
    [
      "one smaller with its padding",
      { filters: 4, size: 5, padding: 1 },
      [2, 9],
      {
        misfit: "a kernel of [5, 5] does not fit into [4, 11], the image and its padding",
        help: "take a smaller `size`, more `padding`, or larger images",
        setting: "size",
      },
    ],
  ])("refuses %s", (_what, settings, input, misfit) => {
    expect(conv.output(settings, input)).toEqual(misfit);
  });

  test.each([{}, { filters: 0 }, { filters: 2, padding: -1 }, { filters: 2, padding: "full" }])(
    "refuses the settings %o",
    (settings) => {
      expect(conv.settings.safeParse(settings).success).toBe(false);
    },
  );
});

describe("avgpool", () => {
  test("is the mean over windows, and drops what is left over", () => {
    fc.assert(
      fc.property(images, fc.boolean(), ({ height, width, channels: c, size, stride }, own) => {
        const settings = own ? { size } : { size, stride };
        const step = own ? size : stride;
        const output = avgpool.output(settings, [height, width, c]);
        if (isMisfit(output)) {
          expect(Math.min(height, width)).toBeLessThan(size);
          return;
        }
        const x = integers(height * width * c, size);
        const y = avgpool.apply(tf, settings, [], tf.tensor(x, [1, height, width, c]));
        expect(y.shape).toEqual([1, ...output]);
        const [rows, columns] = output as [number, number, number];
        expect((rows - 1) * step + size).toBeLessThanOrEqual(height);
        expect(rows * step + size).toBeGreaterThan(height);
        const values = y.dataSync();
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < columns; j++) {
            for (let channel = 0; channel < c; channel++) {
              let sum = 0;
              for (let k = 0; k < size; k++) {
                for (let l = 0; l < size; l++) {
                  sum += x[((i * step + k) * width + j * step + l) * c + channel]!;
                }
              }
              const mean = values[(i * columns + j) * c + channel]!;
              expect(Math.abs(mean - sum / size ** 2)).toBeLessThan(1e-6);
            }
          }
        }
      }),
    );
  });

  test("keeps an image without channels one", () => {
    expect(avgpool.output({ size: 2 }, [28, 27])).toEqual([14, 13]);
    const y = avgpool.apply(
      tf,
      { size: 2 },
      [],
      tf.tensor3d([
        [
          [1, 2, 9],
          [3, 6, 9],
        ],
      ]),
    );
    expect(y.arraySync()).toEqual([[[3]]]);
  });

  test("needs a window that fits", () => {
    expect(avgpool.output({ size: 4 }, [3, 8, 2])).toEqual({
      misfit: "a window of [4, 4] does not fit into the image, [3, 8]",
      help: "take a smaller `size`, or pool less before",
      setting: "size",
    });
    expect(avgpool.output({ size: 4 }, [16])).toHaveProperty("misfit");
  });
});

describe("groupnorm", () => {
  /** Group by group, in double precision. */
  function standardized(x: readonly number[], shape: Shape, groups: number, unbiased: boolean) {
    const channels = shape.at(-1)!;
    const each = sizeOf(shape.slice(1));
    const groupOf = (i: number) => Math.floor(((i % channels) * groups) / channels);
    return x.map((value, i) => {
      const start = i - (i % each);
      const own = x.slice(start, start + each).filter((_, j) => groupOf(j) === groupOf(i));
      const mean = own.reduce((sum, v) => sum + v, 0) / own.length;
      const squares = own.reduce((sum, v) => sum + (v - mean) ** 2, 0);
      return (value - mean) / Math.sqrt(squares / (own.length - (unbiased ? 1 : 0)) + 1e-6);
    });
  }

  test.each<[Shape, number, boolean]>([
    [[2, 3, 4, 6], 3, true],
    [[2, 3, 4, 6], 6, true],
    [[2, 3, 4, 6], 1, false],
    [[3, 5, 4], 2, true],
    [[3, 8], 2, false],
  ])("of %o in %i groups", (shape, groups, unbiased) => {
    const x = integers(sizeOf(shape), groups);
    const channels = shape.at(-1)!;
    const [scale, shift] = [integers(channels, 1), integers(channels, 2)];
    const own = [tf.tensor1d(scale), tf.tensor1d(shift)];
    const settings = { groups, unbiased };
    const y = groupnorm.apply(tf, settings, own, tf.tensor(x, [...shape]));
    expect(y.shape).toEqual(shape);
    expect(groupnorm.output(settings, shape.slice(1))).toEqual(shape.slice(1));
    const values = y.dataSync();
    standardized(x, shape, groups, unbiased).forEach((z, i) => {
      const channel = i % channels;
      const expected = scale[channel]! * z + shift[channel]!;
      // Values to 20 of a handful of float32 operations.
      expect(Math.abs(values[i]! - expected)).toBeLessThan(2e-5);
    });
  });

  test("has ε inside of the root", () => {
    const own = [tf.ones([1]), tf.zeros([1])];
    const x = tf.tensor3d([[[0], [0.002]]]);
    const [low] = groupnorm.apply(tf, { groups: 1, eps: 1e-6 }, own, x).dataSync();
    // Variance 2e-6: −0.001/√(3e-6), not −0.001/(√(2e-6) + 1e-6).
    expect(low).toBeCloseTo(-0.001 / Math.sqrt(3e-6), 5);
  });

  test("starts as the identity of what is standardized, or at a weight", () => {
    const starts = (settings: Settings) =>
      groupnorm.parameters({ groups: 2, ...settings }, [4, 4, 6]).map(({ initial }) => initial);
    const zero = { form: "constant", value: 0 };
    expect(starts({})).toEqual([{ form: "constant", value: 1 }, zero]);
    expect(starts({ weight: 0 })).toEqual([zero, zero]);
  });

  test("needs groups that divide the channels, of two numbers or more", () => {
    expect(groupnorm.output({ groups: 4 }, [8, 8, 6])).toEqual({
      misfit: "4 groups do not divide the 6 channels of [8, 8, 6]",
      help: "take one of 1, 2, 3, 6",
      setting: "groups",
    });
    expect(groupnorm.output({ groups: 6 }, [6])).toEqual({
      misfit: "each of 6 groups of [6] is one number, which has no variance",
      help: "take fewer groups",
      setting: "groups",
    });
    expect(groupnorm.output({ groups: 6 }, [1, 2, 6])).toEqual([1, 2, 6]);
    expect(groupnorm.output({ groups: 1 }, [])).toHaveProperty("misfit");
  });
});

describe("a network that PyTorch drew and ran", () => {
  const golden = (name: string) => {
    const array = readNpy(`test/golden/draws/conv.${name}.npy`);
    if (isMisfit(array)) throw new Error(array.misfit);
    return { shape: array.shape, values: Float32Array.from(array.values) };
  };
  const model = buildModel(
    layers,
    [6, 6, 2],
    [
      { maker: "conv", settings: { filters: 5 } },
      { maker: "conv", settings: { filters: 4, padding: "valid", bias: false } },
      { maker: "flatten", settings: {} },
      { maker: "dense", settings: { units: 3 } },
    ],
  );

  test("starts from the weights that our default draws with its seed, bit for bit", () => {
    const drawn = weights[0]!.make({}, model.parameters, 3) as Float32Array;
    expect(toTorch(model.parameters, drawn)).toEqual(golden("w").values);
  });

  test("has its outputs with its weights", () => {
    const own = cut(model.parameters, fromTorch(model.parameters, golden("w").values));
    const { shape, values } = golden("x");
    const x = tf.tensor(permuteAxes(values, shape, [0, 2, 3, 1]), [2, 6, 6, 2]);
    const y = model.apply(tf, own, x).dataSync();
    golden("y").values.forEach((value, i) => {
      expect(Math.abs(y[i]! - value)).toBeLessThan(1e-6);
    });
  });
});
