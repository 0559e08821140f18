/**
 * Moons, circles and clusters against scikit-learn's constructions: closed forms where there is no
 * randomness, moments where there is. The quoted statistics are those of the data in the paper's
 * code, which are drawn by other generators.
 */
import { describe, expect, test } from "vitest";
import type { Settings } from "../../src/dsl/vocabulary.js";
import { countsOf, datasetOf, labelsOf, loaded, refusal, rowsOf } from "./load.js";

function moments(rows: readonly (readonly number[])[], coordinate: number) {
  const values = rows.map((row) => row[coordinate]!);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance };
}

/** Points without noise, which are the whole curves, ordered by label and then as the curve runs. */
const curves: Record<string, (label: number, i: number, count: number) => [number, number]> = {
  moons(label, i, count) {
    const angle = (Math.PI * i) / (count - 1);
    return label === 0
      ? [Math.cos(angle), Math.sin(angle)]
      : [1 - Math.cos(angle), 1 - Math.sin(angle) - 0.5];
  },
  circles(label, i, count) {
    const angle = (2 * Math.PI * i) / count;
    const radius = label === 0 ? 1 : 0.8;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  },
};

const paper: Record<string, { mean: number[]; std: number[] }> = {
  moons: { mean: [0.489545, 0.278345], std: [0.900507, 0.503773] },
  circles: { mean: [-0.010455, 0.028345], std: [0.67974, 0.670832] },
};

describe.each(["moons", "circles"])("%s", (maker) => {
  const dataset = datasetOf(maker);
  const curve = curves[maker]!;

  test("is binary, and may be two classes", () => {
    expect(dataset.describe({})).toEqual({
      input: [2],
      outputs: 1,
      task: "binary",
      train: 200,
      test: 100,
    });
    expect(dataset.describe({ binary: false, test: 0 })).toMatchObject({
      outputs: 2,
      task: "classification",
      test: 0,
    });
  });

  test.each([200, 7])("%i points without noise are those of the curves", async (train) => {
    const { xTrain, yTrain } = await loaded(maker, { train, test: 0, noise: 0 });
    const first = Math.floor(train / 2);
    const expected = [first, train - first].flatMap((count, label) =>
      Array.from({ length: count }, (_, i) => [label, ...curve(label, i, count).map(Math.fround)]),
    );
    const found = rowsOf(xTrain).map((row, i) => [yTrain.values[i]!, ...row]);
    const key = (row: number[]) => row.map((value) => Math.fround(value) + 0).join();
    const sorted = (rows: number[][]) => rows.map(key).toSorted();
    expect(found).not.toEqual(expected);
    // Both write the last bit of 1 − sin t − ½ as they like.
    const rounded = (rows: number[][]) =>
      sorted(rows.map((row) => row.map((value) => Math.round(value * 1e6) / 1e6)));
    expect(rounded(found)).toEqual(rounded(expected));
  });

  test("noise is normal and independent: moments of many points", async () => {
    const noise = 0.2;
    const train = 20_000;
    const { xTrain } = await loaded(maker, { train, test: 0, noise });
    const rows = rowsOf(xTrain);
    const exact = Array.from({ length: train }, (_, i) => {
      const half = train / 2;
      return i < half ? curve(0, i, half) : curve(1, i - half, half);
    });
    for (const coordinate of [0, 1]) {
      const [found, without] = [rows, exact].map((points) => moments(points, coordinate));
      // Only the noise is random. 5 standard errors; that of the variance has a part of the noise's
      // own square and one of its product with the curve.
      const error = noise / Math.sqrt(train);
      expect(Math.abs(found!.mean - without!.mean)).toBeLessThan(5 * error);
      const spread = Math.sqrt(2 * noise ** 4 + 4 * noise ** 2 * without!.variance);
      expect(Math.abs(found!.variance - without!.variance - noise ** 2)).toBeLessThan(
        (5 * spread) / Math.sqrt(train),
      );
    }
  });

  test("200 points have the moments of the paper's 200", async () => {
    const rows = rowsOf((await loaded(maker, { test: 0 })).xTrain);
    for (const coordinate of [0, 1]) {
      const { mean, variance } = moments(rows, coordinate);
      // Both differ from the curve's by noise of their own: 5 times the errors of the difference.
      const error = 0.2 * Math.sqrt(2 / 200);
      expect(Math.abs(mean - paper[maker]!.mean[coordinate]!)).toBeLessThan(5 * error);
      const expected = paper[maker]!.std[coordinate]! ** 2;
      const spread = Math.sqrt(2 * 0.2 ** 4 + 4 * 0.2 ** 2 * variance) * Math.sqrt(2 / 200);
      expect(Math.abs(variance - expected)).toBeLessThan(5 * spread);
    }
  });

  test("train and test have noise of their own, whatever the size of the other", async () => {
    const one = await loaded(maker, { train: 60, test: 60 });
    expect(one.xTest).not.toEqual(one.xTrain);
    expect((await loaded(maker, { train: 10, test: 60 })).xTest).toEqual(one.xTest);
    expect((await loaded(maker, { train: 60, test: 0 })).xTrain).toEqual(one.xTrain);
    expect((await loaded(maker, { train: 60, test: 60, seed: 1 })).xTrain).not.toEqual(one.xTrain);
  });

  test("labels are balanced", async () => {
    const { yTrain, yTest } = await loaded(maker, { train: 31 });
    expect(countsOf([...yTrain.values])).toEqual({ 0: 15, 1: 16 });
    expect(yTest!.shape).toEqual([100, 1]);
    const { yTrain: two } = await loaded(maker, { train: 31, binary: false });
    expect(countsOf(labelsOf(two))).toEqual({ 0: 15, 1: 16 });
  });

  test.each([{ noise: -0.1 }, { train: 0 }, { factor: 1 }, { factor: -1 }])(
    "%o is refused",
    (settings) => {
      expect(dataset.settings.safeParse(settings).success).toBe(false);
    },
  );
});

describe("classification", () => {
  const dataset = datasetOf("classification");

  test("of two classes is binary unless that is refused", () => {
    expect(dataset.describe({})).toEqual({
      input: [20],
      outputs: 1,
      task: "binary",
      train: 100,
      test: 100,
    });
    const two = { outputs: 2, task: "classification" };
    expect(dataset.describe({ binary: false })).toMatchObject(two);
    expect(dataset.describe({ classes: 3 })).toMatchObject({ ...two, outputs: 3 });
    expect(dataset.identity({ binary: true })).toEqual(dataset.identity({}));
    expect(dataset.identity({ binary: false })).not.toEqual(dataset.identity({}));
  });

  const draw = async (settings: Settings) => {
    const { xTrain, yTrain } = await loaded("classification", { test: 0, ...settings });
    return { rows: rowsOf(xTrain), y: yTrain };
  };

  test("seven of the columns live in five dimensions; the others are independent of them", async () => {
    const { rows } = await draw({ train: 4000 });
    const ranks = columnRank(rows);
    // Two of 20 columns are combinations of others, up to rounding to float32.
    expect(ranks.filter((share) => share < 1e-9)).toHaveLength(2);
    expect(ranks.filter((share) => share > 1e-3)).toHaveLength(18);
  });

  test("columns without meaning are N(0, 1) for each class", async () => {
    const { rows, y } = await draw({ train: 4000 });
    const standard = Array.from({ length: 20 }, (_, column) => column).filter((column) =>
      [0, 1].every((label) => {
        const own = rows.filter((_, i) => y.values[i] === label);
        const { mean, variance } = moments(own, column);
        const size = own.length;
        return (
          Math.abs(mean) < 5 / Math.sqrt(size) && Math.abs(variance - 1) < 5 * Math.sqrt(2 / size)
        );
      }),
    );
    expect(standard.length).toBeGreaterThanOrEqual(13);
  });

  test("the squared length of a row is in mean that of the construction", async () => {
    // In a cluster an informative feature has the variance Σ a² of five entries of U(−1, 1), in mean
    // 5/3, around ± 1: a mean square of 8/3. A combination of five has in mean 5 · 1/3 of that: 40/9.
    // So 13 columns have 1, 5 have 8/3 and 2 have 40/9: 35.2 in all. The paper's draw has 33.8.
    const seeds = Array.from({ length: 200 }, (_, seed) => seed);
    const totals = await Promise.all(
      seeds.map(async (seed) => {
        const { rows } = await draw({ train: 100, seed });
        return rows.flat().reduce((sum, value) => sum + value ** 2, 0) / rows.length;
      }),
    );
    const { mean, variance } = moments(
      totals.map((total) => [total]),
      0,
    );
    const expected = 13 + (5 * 8) / 3 + (2 * 40) / 9;
    expect(Math.abs(mean - expected)).toBeLessThan(5 * Math.sqrt(variance / seeds.length));
    expect(Math.abs(33.8 - mean)).toBeLessThan(3 * Math.sqrt(variance));
  });

  test("classes are of equal size, but for flips", async () => {
    const { y } = await draw({ train: 4001, classes: 4 });
    const counts = countsOf(labelsOf(y));
    // Of about 1000 labels each one in a hundred is replaced, mostly by another's.
    const flips = 5 * Math.sqrt(2 * 4001 * 0.01 * 0.25 * 0.75);
    for (const label of [0, 1, 2, 3]) {
      expect(Math.abs(counts[label]! - 1000)).toBeLessThan(1 + flips);
    }
  });

  test.each([0, 1, 2, 3])("clusters stand at different vertices (seed %i)", async (seed) => {
    // Four clusters at the four corners of a square: the means of the two classes are opposite.
    const { rows, y } = await draw({ train: 4000, features: 4, informative: 2, seed });
    for (const column of [0, 1, 2, 3]) {
      const [zero, one] = [0, 1].map((label) => {
        const own = rows.filter((_, i) => y.values[i] === label);
        return { ...moments(own, column), size: own.length };
      });
      const error = Math.sqrt(zero!.variance / zero!.size + one!.variance / one!.size);
      expect(Math.abs(zero!.mean + one!.mean)).toBeLessThan(5 * error);
    }
  });

  test("labels follow from the clusters: most are those of the nearest neighbour", async () => {
    const { rows, y } = await draw({ train: 2000, features: 7 });
    const [known, asked] = [rows.slice(0, 1000), rows.slice(1000)];
    const right = asked.filter((row, i) => {
      const distances = known.map((other) =>
        other.reduce((sum, value, c) => sum + (value - row[c]!) ** 2, 0),
      );
      const nearest = distances.indexOf(Math.min(...distances));
      return y.values[nearest] === y.values[1000 + i];
    });
    expect(right.length).toBeGreaterThan(750);
  });

  test("train and test are one draw, without a row in both", async () => {
    const { xTrain, xTest, yTest } = await loaded("classification", { train: 30, test: 70 });
    const whole = await loaded("classification", { train: 100, test: 0 });
    expect([...rowsOf(xTrain), ...rowsOf(xTest!)]).toEqual(rowsOf(whole.xTrain));
    expect(yTest!.shape).toEqual([70, 1]);
    expect(new Set(rowsOf(whole.xTrain).map(String)).size).toBe(100);
    expect(await loaded("classification", { train: 100, test: 0, seed: 1 })).not.toEqual(whole);
  });

  test("too few features or vertices are refused", async () => {
    expect(await refusal("classification", { features: 6 })).toEqual({
      misfit: "features = 6, but informative = 5 and 2 combinations need 7",
      help: "ask for more features, or for fewer informative ones",
      setting: "features",
    });
    expect(await refusal("classification", { classes: 17 })).toEqual({
      misfit: "classes = 17 need 34 vertices, and a cube with informative = 5 has 32",
      help: "ask for fewer classes, or for more informative features",
      setting: "classes",
    });
    expect(await refusal("classification", { classes: 3, binary: true })).toMatchObject({
      misfit: "binary = true, but there are 3 classes",
    });
    expect(dataset.describe({ classes: 16, features: 7 })).toMatchObject({ outputs: 16 });
  });
});

/** By Gram and Schmidt: which share of each column is left after those before it. */
function columnRank(rows: readonly (readonly number[])[]): number[] {
  const columns = rows[0]!.map((_, column) => Float64Array.from(rows, (row) => row[column]!));
  const basis: Float64Array[] = [];
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
  return columns.map((column) => {
    let rest = column;
    // Twice, so that rounding of the first time is taken off, too.
    for (const unit of [...basis, ...basis]) {
      const along = dot(rest, unit);
      rest = rest.map((value, i) => value - along * unit[i]!);
    }
    const left = dot(rest, rest);
    basis.push(rest.map((value) => value / Math.sqrt(left)));
    return left / dot(column, column);
  });
}
