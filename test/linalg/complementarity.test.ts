import { readFileSync } from "node:fs";
import fc from "fast-check";
import { Matrix, solve } from "ml-matrix";
import { describe, expect, test } from "vitest";
import {
  type ComplementaritySolution,
  solveComplementarity,
} from "../../src/linalg/complementarity.js";
import { frobenius, leastEigenvalue, maxAbs } from "../../src/linalg/dense.js";
import { applyOnSvec, smat, svec, svecEntries, svecLength } from "../../src/linalg/svec.js";
import { randomMatrix, randomOrthogonal, withSpectrum } from "./matrices.js";

/** Solves, insists that it did, and checks the conditions anew. */
function solved(offset: Matrix, operator: Matrix): ComplementaritySolution {
  const solution = solveComplementarity({ offset, operator });
  expect(solution.outcome).toBe("solved");
  if (solution.outcome !== "solved") throw new Error();
  const { x } = solution;
  const slack = Matrix.add(offset, applyOnSvec(operator, x));
  const size = maxAbs(offset);
  if (x.rows > 0) {
    expect(leastEigenvalue(x)).toBeGreaterThanOrEqual(-1e-9 * x.trace());
    expect(leastEigenvalue(slack)).toBeGreaterThanOrEqual(-1e-9 * size);
  }
  expect(Math.abs(frobenius(x, slack))).toBeLessThanOrEqual(1e-9 * x.trace() * size);
  return solution;
}

/**
 * How far X may be from an exact solution X* with slack S*, by strong convexity. Up to δ, the
 * rounding of A and 𝓑X,
 *   λ_min(𝓑)‖X - X*‖² ≤ ⟨X - X*, S - S* + δ⟩
 *                      ≤ ⟨X, S⟩ - λ_min(S) tr X* - λ_min(X) tr S* + ‖δ‖‖X - X*‖.
 */
function errorBound(
  { x, slack, residuals }: ComplementaritySolution,
  exact: { x: Matrix; slack: Matrix; gap?: number },
  operator: Matrix,
): number {
  const negative = (value: number) => Math.max(0, -value);
  const terms = svecLength(x.rows) ** 2;
  const rounding = 2 ** -50 * terms * (maxAbs(slack) + maxAbs(operator) * x.norm());
  const excess =
    Math.abs(residuals.complementarity) +
    (exact.gap ?? 0) +
    negative(residuals.leastSlack) * exact.x.trace() +
    negative(residuals.leastEigenvalue) * exact.slack.trace();
  const convexity = leastEigenvalue(operator);
  return Math.sqrt(excess / convexity) + rounding / convexity;
}

function gramOperator(k: number, rank: number, seed: number): Matrix {
  const factor = randomMatrix(svecLength(k), rank, seed);
  return factor.mmul(factor.transpose());
}

interface Golden {
  case: string;
  k: number;
  A: number[][];
  B: number[][][][];
  X: number[][];
  kkt: { complementarity: number };
}
const { instances } = JSON.parse(
  readFileSync(new URL("../golden/sdcp/instances.json", import.meta.url), "utf8"),
) as { instances: Golden[] };

describe("problems that occurred in central flows", () => {
  test("there are 42", () => expect(instances).toHaveLength(42));

  test.each(instances.map((golden, i) => [i, golden.case, golden] as const))(
    "%i: %s",
    (_, __, { k, A, B, X, kkt }) => {
      const entries = svecEntries(k);
      const operator = new Matrix(entries.length, entries.length);
      entries.forEach((row, r) => {
        entries.forEach((column, c) => {
          const there = B[row.i]![row.j]![column.i]![column.j]!;
          const back = B[column.i]![column.j]![row.i]![row.j]!;
          operator.set(r, c, (row.weight * column.weight * (there + back)) / 2);
        });
      });
      const offset = new Matrix(A);
      const solution = solved(offset, operator);
      const x = new Matrix(X);
      const slack = Matrix.add(offset, applyOnSvec(operator, x));
      const gap = Math.abs(kkt.complementarity);
      const distance = Matrix.sub(solution.x, x).norm();
      expect(distance).toBeLessThan(errorBound(solution, { x, slack, gap }, operator));
      // The golden X themselves stop at gaps of 1e-12, which moves rank-1 solutions by its root.
      expect(distance).toBeLessThan(2e-6 * x.norm());
    },
  );
});

describe("known solutions", () => {
  const scales = fc.integer({ min: -6, max: 6 }).map((power) => 10 ** power);
  const problems = fc.integer({ min: 1, max: 8 }).chain((k) =>
    fc.record({
      k: fc.constant(k),
      rank: fc.integer({ min: 0, max: k }),
      // Both X and S vanish in this many directions: no strict complementarity.
      degenerate: fc.integer({ min: 0, max: 1 }),
      seed: fc.integer(),
      scaleX: scales,
      scaleS: scales,
    }),
  );

  /** X and S complementary in a random basis. */
  function pair(k: number, rank: number, degenerate: number, seed: number) {
    const basis = randomOrthogonal(k, seed);
    const size = randomMatrix(1, k, seed + 1).getRow(0);
    const along = (keep: (i: number) => boolean) => {
      const values = size.map((value, i) => (keep(i) ? Math.exp(2 * value) : 0));
      return basis.mmul(Matrix.diag(values)).mmul(basis.transpose());
    };
    return { x: along((i) => i < rank), slack: along((i) => i >= rank + degenerate) };
  }

  test("X is found where 𝓑 is definite, at any scale", () => {
    fc.assert(
      fc.property(problems, ({ k, rank, degenerate, seed, scaleX, scaleS }) => {
        const exact = pair(k, rank, degenerate, seed);
        exact.x.mul(scaleX);
        exact.slack.mul(scaleS);
        const operator = gramOperator(k, 2 * svecLength(k), seed + 2).mul(scaleS / scaleX);
        const offset = Matrix.sub(exact.slack, applyOnSvec(operator, exact.x));
        const solution = solved(offset, operator);
        const distance = Matrix.sub(solution.x, exact.x).norm();
        expect(distance).toBeLessThanOrEqual(errorBound(solution, exact, operator));
      }),
      { numRuns: 60 },
    );
  });

  test("the conditions hold where 𝓑 is singular and solutions are many", () => {
    const singular = problems.chain((problem) =>
      fc.tuple(fc.constant(problem), fc.integer({ min: 1, max: svecLength(problem.k) })),
    );
    fc.assert(
      fc.property(singular, ([{ k, rank, degenerate, seed }, operatorRank]) => {
        const exact = pair(k, rank, degenerate, seed);
        const operator = gramOperator(k, operatorRank, seed + 2);
        solved(Matrix.sub(exact.slack, applyOnSvec(operator, exact.x)), operator);
      }),
      { numRuns: 60 },
    );
  });
});

describe("k = 1", () => {
  test.each([
    [-3, 2, 1.5],
    [-1e-12, 1e6, 1e-18],
    [3, 2, 0],
    [0, 2, 0],
    [3, 0, 0],
  ])("A = %d, 𝓑 = %d gives max(0, -A/𝓑)", (a, b, x) => {
    expect(solved(new Matrix([[a]]), new Matrix([[b]])).x.get(0, 0)).toBe(x);
  });
});

/**
 * k = 2 by ranks: -𝓑⁻¹A if it is positive semidefinite, else the best x vvᵀ, v = (cos t, sin t),
 * of value -min(0, vᵀAv)²/2⟨vvᵀ, 𝓑 vvᵀ⟩, by search over t.
 */
function byRanks(offset: Matrix, operator: Matrix): Matrix {
  const free = smat(solve(operator, Matrix.columnVector(svec(offset)).mul(-1)).to1DArray());
  if (leastEigenvalue(free) >= 0) return free;
  const along = (t: number) => {
    const v = Matrix.columnVector([Math.cos(t), Math.sin(t)]);
    const square = v.mmul(v.transpose());
    const slope = Math.min(0, frobenius(offset, square));
    const curvature = frobenius(square, applyOnSvec(operator, square));
    return { x: square.mul(-slope / curvature), value: -(slope ** 2) / (2 * curvature) };
  };
  const steps = 4000;
  let best = 0;
  for (let i = 0; i < steps; i++) {
    const t = (Math.PI * i) / steps;
    if (along(t).value < along(best).value) best = t;
  }
  let width = Math.PI / steps;
  for (; width > 1e-12; width /= 2) {
    for (const t of [best - width, best + width]) {
      if (along(t).value < along(best).value) best = t;
    }
  }
  return along(best).x;
}

test("k = 2 agrees with the solution by ranks", () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 60; seed++) {
    const half = randomMatrix(2, 2, seed);
    const offset = Matrix.add(half, half.transpose());
    const operator = gramOperator(2, 4, seed + 1000).add(Matrix.eye(3).mul(0.1));
    const expected = byRanks(offset, operator);
    const { x } = solved(offset, operator);
    // The search ends where values, flat to second order, are equal in float64: √2⁻⁵² in t.
    expect(Matrix.sub(x, expected).norm()).toBeLessThan(1e-6 * (1 + expected.norm()));
    const size = expected.norm();
    seen.add(size === 0 ? "zero" : leastEigenvalue(expected) > 1e-9 * size ? "full" : "one");
  }
  expect([...seen].sort()).toEqual(["full", "one", "zero"]);
});

describe("the edges of the problem", () => {
  test("X = 0 exactly where A is positive semidefinite, whatever 𝓑", () => {
    for (const least of [0, 1e-3]) {
      const offset = withSpectrum([2, 1, 0.5]).add(Matrix.eye(3).mul(least));
      expect(solved(offset, gramOperator(3, 2, 1)).x.to2DArray()).toEqual(
        Matrix.zeros(3, 3).to2DArray(),
      );
    }
    expect(solved(Matrix.zeros(2, 2), Matrix.zeros(3, 3)).x.norm()).toBe(0);
    expect(solved(Matrix.zeros(0, 0), Matrix.zeros(0, 0)).x.rows).toBe(0);
  });

  test("scaling by powers of two scales X and changes no other bit", () => {
    const offset = withSpectrum([1, -0.3, -2]);
    const operator = gramOperator(3, 8, 5);
    const { x } = solved(offset, operator);
    const scaled = solved(Matrix.mul(offset, 2 ** -20), Matrix.mul(operator, 2 ** 9));
    expect(scaled.x.to2DArray()).toEqual(Matrix.mul(x, 2 ** -29).to2DArray());
  });

  test("where 𝓑 leaves a direction free, X stays small", () => {
    // diag(1, c) solves it for every c ≥ 0.
    const { x } = solved(Matrix.diag([-1, 0]), Matrix.diag([1, 0, 0]));
    expect(x.get(0, 0)).toBeCloseTo(1, 9);
    expect(x.get(1, 1)).toBeLessThan(1);
  });

  test("negative eigenvalues of 𝓑 from rounding are cut to zero", () => {
    const basis = randomOrthogonal(6, 3);
    const operatorWith = (least: number) =>
      basis.mmul(Matrix.diag([3, 2, 1, 0.5, 0.2, least])).mmul(basis.transpose());
    const offset = withSpectrum([1, 0.5, -1]);
    const exact = solved(offset, operatorWith(0));
    const cut = solveComplementarity({ offset, operator: operatorWith(-1e-8) });
    if (cut.outcome !== "solved") throw new Error(cut.outcome);
    expect(Matrix.sub(cut.slack, exact.slack).norm()).toBeLessThan(1e-7);
  });

  test.each<[string, Matrix, Matrix]>([
    ["𝓑 = 0", Matrix.diag([1, -1]), Matrix.zeros(3, 3)],
    ["k = 1 and 𝓑 = 0", Matrix.diag([-1]), Matrix.zeros(1, 1)],
    ["𝓑 lifts another direction", Matrix.diag([1, -1]), Matrix.diag([1, 0, 0])],
    ["𝓑 lifts a little too little", Matrix.diag([1, -1]), Matrix.diag([1, 0, 1e-13])],
    ["in any basis", withSpectrum([2, 1, -1], 9), offAxis(withSpectrum([2, 1, -1], 9))],
  ])("no solution: %s", (_, offset, operator) => {
    const solution = solveComplementarity({ offset, operator });
    expect(solution.outcome).toBe("unbounded");
    if (solution.outcome !== "unbounded") return;
    const { direction } = solution;
    const fall = -frobenius(offset, direction);
    expect(direction.trace()).toBeCloseTo(1, 12);
    expect(leastEigenvalue(direction)).toBeGreaterThanOrEqual(-1e-15);
    expect(fall).toBeGreaterThan(0);
    expect(frobenius(direction, applyOnSvec(operator, direction))).toBeLessThan(1e-8 * fall);
  });

  test("entries that are not finite are reported, shapes that don't fit refused", () => {
    const one = new Matrix([[1]]);
    const nan = new Matrix([[Number.NaN]]);
    expect(solveComplementarity({ offset: nan, operator: one }).outcome).toBe("not finite");
    expect(solveComplementarity({ offset: one, operator: nan }).outcome).toBe("not finite");
    expect(() => solveComplementarity({ offset: Matrix.eye(2), operator: one })).toThrow(
      "operator is 1×1; a 2×2 offset needs 3×3",
    );
  });
});

/** 𝓑 = svec(Y)svec(Y)ᵀ for a Y that vanishes along A's last eigenvector. */
function offAxis(offset: Matrix): Matrix {
  const shifted = Matrix.add(offset, Matrix.eye(offset.rows));
  const y = Matrix.columnVector(svec(shifted));
  return y.mmul(y.transpose());
}
