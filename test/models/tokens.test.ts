import type * as TfModule from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { readNpy } from "../../src/data/npy/index.js";
import { isMisfit } from "../../src/dsl/vocabulary.js";
import { layers } from "../../src/models/index.js";
import { encoding } from "../../src/models/layers/positions.js";
import { cpuTf } from "./tfjs.js";

let tf: typeof TfModule;
beforeAll(async () => {
  tf = await cpuTf();
});

const layer = (name: string) => layers.find((entry) => entry.name === name)!;

describe("embedding", () => {
  const embedding = layer("embedding");
  const weight = [
    [1, 2],
    [3, 4],
    [5, 6],
  ];

  test("gives each token its row, exactly", () => {
    const tokens = tf.tensor2d([
      [0, 2, 1, 1],
      [2, 2, 0, 1],
    ]);
    const settings = { vocabulary: 3, width: 2 };
    expect(embedding.output(settings, [4])).toEqual([4, 2]);
    const y = embedding.apply(tf, settings, [tf.tensor2d(weight)], tokens);
    expect(y.arraySync()).toEqual([
      [weight[0], weight[2], weight[1], weight[1]],
      [weight[2], weight[2], weight[0], weight[1]],
    ]);
  });

  test("may be scaled by √width", () => {
    const settings = { vocabulary: 3, width: 2, scale: "sqrt" };
    const y = embedding.apply(tf, settings, [tf.tensor2d(weight)], tf.tensor2d([[1]]));
    const [a, b] = [...y.dataSync()];
    expect(a).toBeCloseTo(3 * Math.SQRT2, 6);
    expect(b).toBeCloseTo(4 * Math.SQRT2, 6);
  });

  test("reads tokens, and no more different ones than it has rows", () => {
    const settings = { vocabulary: 3, width: 2 };
    expect(embedding.accepts!(settings, 3)).toBeUndefined();
    expect(embedding.accepts!(settings, 2)).toBeUndefined();
    expect(embedding.accepts!(settings, 4)).toEqual({
      misfit: "an embedding of 3 tokens gets 4 different ones",
      help: "write `embedding(vocabulary, …)`",
      setting: "vocabulary",
    });
    expect(embedding.accepts!(settings, undefined)).toEqual({
      misfit: "embedding looks up tokens, but gets numbers",
      help: "put it first, where a dataset gives tokens; for numbers there is dense",
    });
  });
});

describe("positions", () => {
  const positions = layer("positions");

  test.each(["transformer-mse", "vit-mse"])("are those of the golden %s", (name) => {
    const golden = readNpy(`test/golden/architectures/${name}/pe.npy`);
    if (isMisfit(golden)) throw new Error(golden.misfit);
    const axes = name === "vit-mse" ? [2, 2, 8] : [15, 8];
    const values = encoding(axes);
    for (const [i, value] of golden.values.entries()) {
      // A power, a product and a sine, each rounded once, of angles up to 14.
      expect(Math.abs(values[i]! - value)).toBeLessThan(14 * 2 ** -50);
    }
  });

  test("are added, and the same in every example", () => {
    const x = tf.randomNormal([3, 5, 6]);
    const added = tf.sub(positions.apply(tf, {}, [], x), x).arraySync() as number[][][];
    const expected = encoding([5, 6]);
    for (const example of added) {
      for (const [i, value] of example.flat().entries()) {
        expect(value).toBeCloseTo(expected[i]!, 5);
      }
    }
    expect(positions.output({}, [5, 6])).toEqual([5, 6]);
  });

  test("of an odd width end with a sine", () => {
    expect(encoding([2, 3]).slice(3)).toEqual([
      Math.sin(1),
      Math.cos(1),
      Math.sin(10_000 ** (-2 / 3)),
    ]);
  });

  test.each([
    [[784], "positions needs a sequence [positions, width] or an image [rows, columns, width]"],
    [[7, 7, 4], "an encoding of rows and columns has a width of 8, 12, 16, …, not 4"],
    [[7, 7, 10], "an encoding of rows and columns has a width of 8, 12, 16, …, not 10"],
  ])("refuse %o", (input, misfit) => {
    expect(positions.output({}, input)).toMatchObject({ misfit });
  });
});
