/** The statistics are those of the constructions, which the paper's code shares; the draws aren't. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countsOf, datasetOf, labelsOf, loaded, rowsOf } from "./load.js";

const tasks = [
  ["sorting", (input: number[]) => input.toSorted((a, b) => a - b)],
  ["copying", (input: number[]) => input],
] as const;

describe.each(tasks)("%s", (maker, respond) => {
  test("is described by its settings", () => {
    expect(datasetOf(maker).describe({})).toEqual({
      input: [15],
      vocabulary: 4,
      positions: 15,
      outputs: 4,
      task: "classification",
      train: 1000,
      test: 1000,
    });
    expect(datasetOf(maker).describe({ vocab: 11, length: 3, train: 5, test: 0 })).toMatchObject({
      input: [5],
      vocabulary: 11,
      positions: 5,
      outputs: 11,
      test: 0,
    });
  });

  test("each position's label is the next token, and none before the input's last token", async () => {
    const sizes = fc.record({
      vocab: fc.integer({ min: 2, max: 9 }),
      length: fc.integer({ min: 1, max: 7 }),
      train: fc.integer({ min: 1, max: 6 }),
      test: fc.integer({ min: 1, max: 6 }),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async (settings) => {
        const { vocab, length, train, test } = settings;
        const { xTrain, yTrain, xTest, yTest } = await loaded(maker, settings);
        const positions = 2 * length - 1;
        expect(yTrain.shape).toEqual([train, positions, vocab]);
        expect(yTest!.shape).toEqual([test, positions, vocab]);
        for (const [x, y] of [
          [xTrain, yTrain],
          [xTest!, yTest!],
        ] as const) {
          const labels = rowsOf({
            shape: [x.shape[0]!, positions],
            values: Float32Array.from(labelsOf(y)),
          });
          for (const [i, row] of rowsOf(x).entries()) {
            const input = row.slice(0, length);
            const whole = [...input, ...respond(input)];
            expect(row).toEqual(whole.slice(0, -1));
            expect(labels[i]).toEqual([...new Array(length - 1).fill(-1), ...whole.slice(length)]);
            expect(row.every((token) => Number.isInteger(token) && token < vocab)).toBe(true);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  test("tokens are uniform: counts as in the paper's data, which come from the same law", async () => {
    const { xTrain, yTrain, xTest, yTest } = await loaded(maker, {});
    // Of 8000 labels a quarter each, ± 5 standard deviations of a binomial count.
    const spread = 5 * Math.sqrt(8000 * 0.25 * 0.75);
    const paper = [
      [2012, 1992, 1993, 2003],
      [2046, 1914, 2043, 1997],
    ];
    for (const [i, y] of [yTrain, yTest!].entries()) {
      const counts = countsOf(labelsOf(y));
      expect(counts[-1]).toBe(7000);
      for (let token = 0; token < 4; token++) {
        expect(Math.abs(counts[token]! - 2000)).toBeLessThan(spread);
        expect(Math.abs(paper[i]![token]! - 2000)).toBeLessThan(spread);
      }
    }
    // 1000 draws among 4⁸ inputs: pairs that coincide are Poisson with mean C(1000, 2) / 4⁸ = 7.6;
    // of the test rows, 15.3 are expected among the training rows. The paper's data: 7 and 18.
    const keys = (rows: number[][]) => rows.map((row) => row.slice(0, 8).join());
    const seen = new Set(keys(rowsOf(xTrain)));
    expect(seen.size).toBeGreaterThan(1000 - 26);
    expect(seen.size).toBeLessThan(1000);
    const again = keys(rowsOf(xTest!)).filter((key) => seen.has(key)).length;
    expect(again).toBeGreaterThan(1);
    expect(again).toBeLessThan(41);
  });

  test("neither set depends on the size of the other", async () => {
    const few = await loaded(maker, { train: 10, test: 20 });
    const many = await loaded(maker, { train: 300, test: 7 });
    expect(rowsOf(many.xTrain).slice(0, 10)).toEqual(rowsOf(few.xTrain));
    expect(rowsOf(few.xTest!).slice(0, 7)).toEqual(rowsOf(many.xTest!));
    expect(rowsOf(few.xTest!).slice(0, 7)).not.toEqual(rowsOf(few.xTrain).slice(0, 7));
  });

  test("the seed decides", async () => {
    const settings = { train: 10, test: 0 };
    const one = await loaded(maker, settings);
    expect(Object.keys(one)).toEqual(["xTrain", "yTrain"]);
    expect(await loaded(maker, settings)).toEqual(one);
    expect(await loaded(maker, { ...settings, seed: 1 })).not.toEqual(one);
    expect(datasetOf(maker).identity({ ...settings, seed: 1 })).not.toEqual(
      datasetOf(maker).identity(settings),
    );
  });

  test.each([{ vocab: 1 }, { vocab: 2 ** 17 }, { length: 0 }, { train: 0 }, { words: 3 }])(
    "%o is refused",
    (settings) => {
      expect(datasetOf(maker).settings.safeParse(settings).success).toBe(false);
    },
  );
});
