import { Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import {
  rayleighQuotients,
  type TrackedEigenpairs,
  type TrackerSettings,
  trackEigenpairs,
} from "../../src/linalg/eigentracker.js";
import type { Vector } from "../../src/linalg/vector.js";
import { eigenvalues, networkSpectrum, operatorOf, withSpectrum } from "./matrices.js";

const n = 240;
/** 2, 1.97, 1.4, 1.1, 0.9, … times a factor, in a basis that turns as `time` goes on. */
const turn = withSpectrum(
  networkSpectrum(n).map((_, i) => 0.02 * Math.sin(i)),
  8,
);
const still = withSpectrum(networkSpectrum(n));
const at = (time: number) => Matrix.mul(Matrix.add(still, Matrix.mul(turn, time)), 1 + 0.06 * time);

async function track(
  matrix: Matrix,
  previous?: readonly Vector[],
  settings: Partial<TrackerSettings> = {},
): Promise<TrackedEigenpairs & { calls: number[] }> {
  const operator = operatorOf(matrix);
  const found = await trackEigenpairs(
    { above: 1.5, initial: 1, seed: 3, ...settings },
    { size: matrix.rows, operator, preconditioner: 1 },
    previous,
  );
  if (found.outcome === "not finite") throw new Error("not finite");
  return { ...found, calls: operator.calls };
}

test("it tracks all above the threshold and the next, at the cost of each new vector", async () => {
  const found = await track(still);
  expect([...found.values].map((value) => value.toFixed(4))).toEqual([
    "2.0000",
    "1.9700",
    "1.4000",
  ]);
  expect(found.saturated).toBe(false);
  expect(found.products).toBe(found.calls.reduce((sum, width) => sum + width, 0));
  // An iteration multiplies the newest vector alone; besides, there are the three that start, and
  // where drift could matter in the end the images of all two, then of all three.
  expect(found.products).toBeLessThanOrEqual(found.iterations + 3 + 2 + 3);
});

test("it grows as eigenvalues cross, agrees with the dense solution, and drops none unless told", async () => {
  let previous: readonly Vector[] = [];
  const widths: number[] = [];
  for (const time of [0, 1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 0]) {
    const matrix = at(time);
    const found = await track(matrix, previous);
    previous = found.vectors;
    widths.push(found.values.length);
    const exact = eigenvalues(matrix);
    found.values.forEach((value, i) => {
      expect(Math.abs(value - exact[i]!)).toBeLessThan(found.residuals[i]! + 1e-6);
    });
    expect(found.values.at(-1)).toBeLessThanOrEqual(1.5);
  }
  const [first, ...rest] = widths;
  expect(first).toBe(3);
  expect(Math.max(...widths)).toBe(5);
  rest.forEach((width, i) => {
    expect(width).toBeGreaterThanOrEqual(widths[i]!);
  });
});

test("it drops what has fallen below a second threshold, but for the next to cross", async () => {
  let previous: readonly Vector[] = [];
  const widths: number[] = [];
  for (const time of [0, 7, 6, 5, 4, 3, 2, 1, 0]) {
    const matrix = at(time);
    const found = await track(matrix, previous, { drop: 1.45 });
    previous = found.vectors;
    widths.push(found.values.length);
    const exact = eigenvalues(matrix);
    const above = exact.filter((value) => value > 1.5).length;
    const below = exact.filter((value) => value >= 1.45).length;
    // Every eigenvalue above is there with its guard, and none that both thresholds rule out.
    expect(found.values.length).toBeGreaterThanOrEqual(above + 1);
    expect(found.values.length).toBeLessThanOrEqual(below + 1);
    expect([found.vectors.length, found.images.length, found.residuals.length]).toEqual(
      Array(3).fill(found.values.length),
    );
  }
  expect(Math.max(...widths)).toBeGreaterThan(widths.at(-1)!);
  const kept = await track(still, [], { drop: 1.45, initial: 5 });
  expect(kept.values).toHaveLength(5);
});

test("a trajectory continued from saved vectors is the uninterrupted one, byte for byte", async () => {
  const run = async (from: number, to: number, start: readonly Vector[]) => {
    let previous = start;
    const results: TrackedEigenpairs[] = [];
    for (let time = from; time < to; time++) {
      const found = await track(at(time), previous);
      previous = found.vectors;
      results.push(found);
    }
    return results;
  };
  const whole = await run(0, 6, []);
  // Step 4 grows the block: new vectors, too, must be the same.
  const saved = whole[2]!.vectors.map((vector) => Float32Array.from([...vector]));
  expect(await run(3, 6, saved)).toEqual(whole.slice(3));
});

test("an eigenvalue that rises from far below is found, though exact eigenvectors can't see it", async () => {
  const rising = (value: number) =>
    withSpectrum(networkSpectrum(n).map((other, i) => (i === 7 ? value : other)));
  let { vectors } = await track(rising(0.6));
  for (const value of [0.8, 1, 1.2, 1.4, 1.6])
    vectors = (await track(rising(value), vectors)).vectors;
  const found = await track(rising(1.8), vectors);
  expect([...found.values].map((value) => value.toFixed(3))).toEqual([
    "2.000",
    "1.970",
    "1.800",
    "1.400",
  ]);
});

test("exploring at every fourth point is enough for one that rises by a tenth a point, and is cheaper", async () => {
  const rising = (value: number) =>
    withSpectrum(networkSpectrum(n).map((other, i) => (i === 7 ? value : other)));
  const follow = async (every: number) => {
    let found = await track(rising(0.6));
    let products = 0;
    for (let point = 1; point <= 16; point++) {
      const value = Math.min(1.8, 0.6 + 0.1 * point);
      found = await track(rising(value), found.vectors, { explore: point % every === 0 });
      products += found.products;
    }
    return { values: [...found.values].map((value) => value.toFixed(3)), products };
  };
  const [always, sometimes] = [await follow(1), await follow(4)];
  expect(sometimes.values).toEqual(["2.000", "1.970", "1.800", "1.400"]);
  expect(always.values).toEqual(sometimes.values);
  expect(sometimes.products).toBeLessThan(always.products);
});

test("the most to track is kept to, and said", async () => {
  const most = await track(still, [], { above: 0.7, max: 4 });
  expect([most.values.length, most.saturated]).toEqual([4, true]);
  const all = await track(withSpectrum([5, 4]), [], { above: 1 });
  expect([all.values.length, all.saturated]).toEqual([2, false]);
  const more = await track(still, [], { initial: 5 });
  expect(more.values).toHaveLength(5);
});

test("an operator that overflows is reported with its products", async () => {
  const operator = async (vectors: readonly Vector[]) =>
    vectors.map((vector) => vector.map(() => Number.POSITIVE_INFINITY));
  const found = await trackEigenpairs(
    { above: 1, initial: 2 },
    { size: 50, operator, preconditioner: 1 },
  );
  expect(found).toMatchObject({ outcome: "not finite", source: "operator", products: 2 });
});

test("Rayleigh quotients of frozen eigenvectors err by the square of what these are off", async () => {
  const { vectors, values } = await track(still);
  const operator = operatorOf(still);
  expect((await rayleighQuotients(operator, vectors)).map((q, i) => q - values[i]!)).toSatisfy(
    (differences: Float64Array) => differences.every((d) => Math.abs(d) < 1e-6),
  );
  expect(operator.calls).toEqual([3]);
  // ‖turn‖ = 0.02 and the gap is 0.03: first order u'Hu, second order at most ‖turn·t‖²/gap.
  const moved = Matrix.add(still, Matrix.mul(turn, 0.1));
  const quotients = await rayleighQuotients(operatorOf(moved), vectors);
  const exact = eigenvalues(moved);
  quotients.forEach((quotient, i) => {
    expect(Math.abs(quotient - exact[i]!)).toBeLessThan(0.002 ** 2 / 0.03);
  });
});
