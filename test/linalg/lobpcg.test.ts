import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { dot } from "../../src/linalg/dot.js";
import type { Eigenpairs, EigenRequest } from "../../src/linalg/eigenpairs.js";
import { largestEigenpairs } from "../../src/linalg/lobpcg.js";
import type { Vector } from "../../src/linalg/vector.js";
import {
  eigenvalues,
  networkSpectrum,
  operatorOf,
  randomMatrix,
  scaledBoth,
  withSpectrum,
} from "./matrices.js";

const float32 = 2 ** -23;

async function pairsOf(request: EigenRequest): Promise<Eigenpairs> {
  const found = await largestEigenpairs(request);
  if (found.outcome === "not finite") throw new Error("not finite");
  return found;
}

function diagonalOf(request: EigenRequest): Vector {
  const { preconditioner: p, size } = request;
  return typeof p === "number" ? new Float32Array(size).fill(p) : p;
}

/**
 * Everything a result promises, against a known spectrum or the library's: eigenvalues to their residual
 * (a Ritz value has an eigenvalue within it), P-orthonormal vectors, images, residuals. Float32
 * vectors are right to 2⁻²⁴ an entry, so norms of what is computed of them to a few 2⁻²³‖A‖.
 */
async function verified(
  matrix: Matrix,
  request: EigenRequest,
  known?: readonly number[],
): Promise<Eigenpairs> {
  const found = await pairsOf(request);
  const p = diagonalOf(request);
  const spectrum = known ?? eigenvalues(scaledBoth(matrix, p));
  const norm = Math.max(...spectrum.map(Math.abs));
  const count = Math.min(request.count, request.size);
  expect(found.values).toHaveLength(count);
  const products = await operatorOf(matrix)(found.vectors);
  found.vectors.forEach((u, i) => {
    const value = found.values[i]!;
    const residual = found.residuals[i]!;
    expect(Math.abs(value - spectrum[i]!)).toBeLessThanOrEqual(residual + 8 * float32 * norm);
    for (const [j, v] of found.vectors.entries()) {
      const product = [...u].reduce((sum, entry, row) => sum + entry * p[row]! * v[row]!, 0);
      expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(30 * float32);
    }
    const actual = products[i]!;
    const inverse = p.map((entry) => 1 / entry);
    const normOf = (x: Vector) =>
      Math.sqrt([...x].reduce((sum, entry, row) => sum + entry * entry * inverse[row]!, 0));
    expect(normOf(actual.map((entry, row) => entry - found.images[i]![row]!))).toBeLessThanOrEqual(
      30 * float32 * norm,
    );
    const anew = normOf(actual.map((entry, row) => entry - value * p[row]! * u[row]!));
    expect(Math.abs(anew - residual)).toBeLessThanOrEqual(30 * float32 * norm);
    if (found.outcome === "converged") {
      const tolerance = (request.tolerance ?? 1e-5) as number;
      const limit = Math.max(tolerance * (normOf(actual) + Math.abs(value)), float32 * norm);
      expect(anew).toBeLessThanOrEqual(limit + 30 * float32 * norm);
    }
  });
  return found;
}

const range = (length: number, of: (i: number) => number) =>
  Array.from({ length }, (_, i) => of(i));

describe("known spectra", () => {
  test.each<[string, readonly number[], number]>([
    ["a network's outliers", networkSpectrum(500), 3],
    [
      "a cluster and multiplicities",
      [2, 2, 2, 2 - 1e-4, 2 - 1e-4, ...range(195, (i) => 1 / (i + 1))],
      4,
    ],
    ["one of a multiple eigenvalue", [2, 2, 2, ...range(97, (i) => 1 - i / 50)], 1],
    ["negative eigenvalues dominate", [3, 2.5, 2, ...range(147, (i) => -i / 3)], 3],
    ["wide", range(300, (i) => 100 * 10 ** (-i / 50)), 3],
    ["all negative", range(100, (i) => -1 - i / 100), 2],
    ["rank 1", [1, ...range(99, () => 0)], 3],
    ["zero", range(50, () => 0), 2],
    ["a multiple of the identity", range(50, () => 7), 3],
    ["large numbers", networkSpectrum(200).map((value) => 1e12 * value), 3],
    ["small numbers", networkSpectrum(200).map((value) => 1e-12 * value), 3],
  ])("%s", async (_, spectrum, count) => {
    const matrix = withSpectrum(spectrum);
    for (const preconditioner of [1, 0.37]) {
      const request = {
        size: spectrum.length,
        count,
        operator: operatorOf(matrix),
        preconditioner,
      };
      const known = spectrum.map((value) => value / preconditioner);
      expect((await verified(matrix, request, known)).outcome).toBe("converged");
    }
  });

  test("a diagonal P over six orders of magnitude", async () => {
    const n = 200;
    const matrix = withSpectrum(networkSpectrum(n));
    const preconditioner = Float32Array.from({ length: n }, (_, i) => 10 ** ((6 * i) / n - 3));
    const request = { size: n, count: 3, operator: operatorOf(matrix), preconditioner };
    expect((await verified(matrix, request)).outcome).toBe("converged");
  });

  test("any size from 1, any count", async () => {
    const cases = fc.record({
      n: fc.integer({ min: 1, max: 40 }),
      count: fc.integer({ min: 1, max: 5 }),
      seed: fc.integer(),
      diagonal: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ n, count, seed, diagonal }) => {
        const half = randomMatrix(n, n, seed);
        const matrix = Matrix.add(half, half.transpose());
        const preconditioner = diagonal
          ? Float32Array.from(randomMatrix(1, n, seed + 1).getRow(0), (x) => 1.5 + x)
          : 0.5;
        const operator = operatorOf(matrix);
        await verified(matrix, { size: n, count, operator, preconditioner, seed });
      }),
      { numRuns: 60 },
    );
  });
});

describe("what it costs", () => {
  const n = 400;
  const matrix = withSpectrum(networkSpectrum(n));
  const base = { size: n, count: 3, preconditioner: 1 };

  test("an iteration multiplies the residuals that have not converged, and nothing else", async () => {
    const operator = operatorOf(matrix);
    const found = await pairsOf({ ...base, operator, tolerance: 1e-4 });
    expect(found.products).toBe(operator.calls.reduce((sum, width) => sum + width, 0));
    // At this tolerance and length drift can't matter: no images are computed anew.
    expect(operator.calls).toHaveLength(1 + found.iterations);
    expect(found.products).toBeLessThan(3 * (1 + found.iterations));
    expect(Math.max(...operator.calls)).toBe(3);
  });

  test("a solution with its images needs nothing, without them one product each", async () => {
    const { vectors, images } = await pairsOf({ ...base, operator: operatorOf(matrix) });
    const operator = operatorOf(matrix);
    const known = await pairsOf({ ...base, operator, start: { vectors, images } });
    expect([known.outcome, known.products]).toEqual(["converged", 0]);
    const warm = await pairsOf({ ...base, operator, start: { vectors } });
    expect([warm.outcome, warm.products]).toEqual(["converged", 3]);
  });

  test("a drift of ‖H‖/1000 a step costs half the iterations of a start from nothing", async () => {
    const drift = withSpectrum(
      range(n, (i) => 2e-3 * Math.cos(i)),
      2,
    );
    let current = matrix;
    let { vectors, iterations: cold } = await pairsOf({ ...base, operator: operatorOf(matrix) });
    for (let step = 0; step < 3; step++) {
      current = Matrix.add(current, drift);
      const request = { ...base, operator: operatorOf(current), start: { vectors } };
      const found = await verified(current, request);
      expect(found.outcome).toBe("converged");
      expect(found.iterations).toBeLessThanOrEqual(cold / 2);
      vectors = found.vectors;
    }
  });
});

describe("when it can't converge", () => {
  const n = 300;
  const matrix = withSpectrum(networkSpectrum(n));
  const base = { size: n, count: 3, preconditioner: 1 };

  test("an operator rounded to 8 bits stagnates at its rounding and stops", async () => {
    const exact = operatorOf(matrix);
    const bits = 2 ** 8;
    const operator = async (vectors: readonly Vector[]) =>
      (await exact(vectors)).map((image) => {
        const largest = Math.max(...image.map(Math.abs));
        return image.map((x) => (Math.round((x / largest) * bits) / bits) * largest);
      });
    const found = await pairsOf({ ...base, operator, tolerance: 1e-6 });
    expect(found.outcome).toBe("stagnated");
    expect(found.iterations).toBeLessThan(60);
    // An entry is off by at most 2⁻⁹ of the largest, which is no larger than ‖A‖ ≤ 2.
    for (const residual of found.residuals) expect(residual).toBeLessThan(2 ** -8 * Math.sqrt(n));
    found.values.forEach((value, i) => {
      expect(Math.abs(value - networkSpectrum(n)[i]!)).toBeLessThan(2 ** -8 * Math.sqrt(n));
    });
  });

  test("the limit of iterations is kept", async () => {
    const operator = operatorOf(withSpectrum(range(n, (i) => Math.cos((Math.PI * i) / n))));
    const found = await pairsOf({ ...base, operator, iterations: 5 });
    expect([found.outcome, found.iterations]).toEqual(["iteration limit", 5]);
    // 3 to start, at most 15, and 3 for images that can be trusted.
    expect(found.products).toBeLessThanOrEqual(21);
  });

  test.each([
    [0, Number.NaN],
    [2, Number.NaN],
    [2, Number.POSITIVE_INFINITY],
  ])("call %d giving %d ends it there", async (bad, entry) => {
    const exact = operatorOf(matrix);
    let call = 0;
    const operator = async (vectors: readonly Vector[]) => {
      const images = await exact(vectors);
      if (call++ === bad) images[0]![7] = entry;
      return images;
    };
    const found = await largestEigenpairs({ ...base, operator });
    expect(found).toMatchObject({ outcome: "not finite", source: "operator" });
    expect(call).toBe(bad + 1);
    expect(found.products).toBe(exact.calls.reduce((sum, width) => sum + width, 0));
  });

  test("small matrices too report what is not finite", async () => {
    const operator = operatorOf(new Matrix([[Number.NaN]]));
    const found = await largestEigenpairs({ size: 1, count: 1, operator, preconditioner: 1 });
    expect(found).toMatchObject({ outcome: "not finite", source: "operator", products: 1 });
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("P with an entry %d", async (entry) => {
    const operator = operatorOf(matrix);
    for (const preconditioner of [entry, new Float32Array(n).fill(1).fill(entry, 3, 4)]) {
      const found = await largestEigenpairs({ ...base, operator, preconditioner });
      expect(found).toMatchObject({ outcome: "not finite", source: "preconditioner", products: 0 });
    }
    expect(operator.calls).toEqual([]);
  });
});

describe("starting vectors", () => {
  const n = 120;
  const matrix = withSpectrum(networkSpectrum(n));
  const base = { size: n, count: 3, preconditioner: 2 };

  test("equal requests give equal bytes, other seeds other vectors", async () => {
    const solve = (seed: number) => pairsOf({ ...base, operator: operatorOf(matrix), seed });
    const [first, second, third] = [await solve(5), await solve(5), await solve(6)];
    expect(second).toEqual(first);
    expect(third.vectors[0]).not.toEqual(first.vectors[0]);
  });

  test("useless ones are replaced", async () => {
    const one = new Float32Array(n).fill(1);
    const vectors = [one, one, new Float32Array(n).fill(Number.NaN)];
    const request = { ...base, operator: operatorOf(matrix), start: { vectors } };
    expect((await verified(matrix, request)).outcome).toBe("converged");
    const none = { ...request, start: { vectors: [new Float32Array(n)] } };
    expect((await verified(matrix, none)).outcome).toBe("converged");
  });

  test("they and their images are left as they were", async () => {
    const { vectors, images } = await pairsOf({ ...base, operator: operatorOf(matrix) });
    const copies = [vectors, images].map((block) => block.map((column) => column.slice()));
    const operator = operatorOf(withSpectrum(networkSpectrum(n), 4));
    await pairsOf({ ...base, operator, start: { vectors, images } });
    expect([vectors, images]).toEqual(copies);
    expect(dot(vectors[0]!, vectors[0]!)).toBeGreaterThan(0);
  });
});
