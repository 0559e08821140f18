/**
 * The oscillations' covariance at single points. On a cubic landscape H is linear in w, so the room
 * A + 𝓑[X] that is left to the eigenvalues after dt is Uᵀ(2P − H(w + dt ẇ))U exactly: the
 * complementarity conditions can be checked without the matrices that they are made of.
 */
import * as fc from "fast-check";
import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { gd } from "../../src/dynamics/optimizers/gd.js";
import { type Oscillation, solveOscillation, variances } from "../../src/dynamics/oscillation.js";
import { frobenius, leastEigenvalue, symmetricEigen } from "../../src/linalg/dense.js";
import { StepFailure } from "../../src/runtime/step.js";
import { codimensionTwo } from "../support/landscapes.js";
import { objectiveOf, type Polynomial, polynomial } from "../support/polynomial.js";

const dt = 0.25;
/** A few roundings to float32 of numbers about 2. */
const rounding = 2 ** -20;

function hessian(landscape: Polynomial, w: ArrayLike<number>): Matrix {
  const columns = Array.from({ length: landscape.size }, (_, j) =>
    landscape.product(
      w,
      Array.from({ length: landscape.size }, (_, i) => (i === j ? 1 : 0)),
    ),
  );
  return new Matrix(columns.map((column) => [...column]));
}

interface Solved {
  readonly oscillation: Oscillation;
  /** Tracked vectors U, as columns. */
  readonly u: Matrix;
  /** Uᵀ(2P − H)U after dt, of the critical vectors. */
  readonly slack: Matrix;
}

/** Solves at a point for the two largest eigenvalues of P⁻¹H. */
async function solve(landscape: Polynomial, point: number[], p: number[]): Promise<Solved> {
  const w = Float32Array.from(point);
  const preconditioner = Float32Array.from(p);
  const root = Matrix.diag([...preconditioner].map((value) => 1 / Math.sqrt(value)));
  const eigen = symmetricEigen(root.mmul(hessian(landscape, w)).mmul(root));
  const count = Math.min(2, landscape.size);
  const vectors = Array.from({ length: count }, (_, i) =>
    Float32Array.from(root.mmul(eigen.vectors).getColumn(i)),
  );
  const oscillation = await solveOscillation({
    point: objectiveOf(landscape).at(w),
    gradient: Float32Array.from(landscape.gradient(w)),
    optimizer: { ...gd.with({ lr: 1 }), preconditioner: () => preconditioner },
    state: { t: 1, moments: new Float64Array(0) },
    values: eigen.values.slice(0, count),
    vectors,
    critical: 1.95,
    dt,
    regularize: true,
  });
  const moved = [...w].map((x, i) => x - (dt * oscillation.force[i]!) / preconditioner[i]!);
  const u = new Matrix(oscillation.indices.map((i) => [...vectors[i]!])).transpose();
  const room = Matrix.sub(Matrix.diag([...preconditioner]).mul(2), hessian(landscape, moved));
  return { oscillation, u, slack: u.transpose().mmul(room).mmul(u) };
}

const near = (value: number, spread: number) =>
  fc.double({ min: value - spread, max: value + spread, noNaN: true });

describe("two critical eigenvalues", () => {
  // P about 4, so H[y] is critical about 8; large ε of both signs push it up and down.
  const point = fc.tuple(near(0, 0.05), near(0, 0.05), near(8, 0.05), near(8, 0.05), near(0, 0.05));
  const preconditioner = fc.tuple(...Array.from({ length: 5 }, () => near(4, 0.02)));
  const pull = near(0, 0.25);
  const ranks = new Set<number>();

  it("satisfies the conditions of complementarity after dt", async () => {
    await fc.assert(
      fc.asyncProperty(point, preconditioner, pull, near(0, 2), async (w, p, epsilon, c) => {
        const { oscillation, slack } = await solve(codimensionTwo(epsilon, c), w, p);
        const x = oscillation.covariance;
        if (oscillation.critical === 0) return;
        ranks.add(variances(oscillation).filter((value) => value > rounding).length);
        expect(oscillation.residual).toBeLessThan(1e-9);
        expect(leastEigenvalue(x)).toBeGreaterThan(-1e-9 * (1 + x.trace()));
        expect(leastEigenvalue(slack)).toBeGreaterThan(-rounding);
        expect(Math.abs(frobenius(x, slack))).toBeLessThan(rounding * (1 + x.trace()));
      }),
      { numRuns: 200 },
    );
    expect(ranks).toEqual(new Set([0, 1, 2]));
  });

  it("pushes with ½ ∇⟨H, Σ⟩ for Σ = U X Uᵀ", async () => {
    const landscape = codimensionTwo(0.25);
    const w = [0.01, -0.02, 8.02, 8.01, 0.01];
    const { oscillation, u } = await solve(landscape, w, [4, 4, 4, 4, 4]);
    const sigma = u.mmul(oscillation.covariance).mmul(u.transpose());
    // ⟨∂H/∂wᵢ, Σ⟩ by the third derivatives along Σ's own columns.
    const unit = (j: number) => Array.from({ length: 5 }, (_, i) => (i === j ? 1 : 0));
    const push = new Float64Array(5);
    for (let j = 0; j < 5; j++) {
      landscape.third(w, unit(j), sigma.getColumn(j)).forEach((value, i) => {
        push[i]! += value / 2;
      });
    }
    landscape.gradient(Float32Array.from(w)).forEach((g, i) => {
      expect(Math.abs(oscillation.force[i]! - g - push[i]!)).toBeLessThan(rounding);
    });
    expect(oscillation.thirdDerivatives).toBe(3);
    const [first, second] = variances(oscillation);
    expect(first! + second!).toBeCloseTo(oscillation.covariance.trace(), 12);
    expect(first).toBeGreaterThanOrEqual(second!);
  });
});

describe("without a solution", () => {
  // A quadratic's curvature can't be lowered by oscillating.
  const bowl = polynomial("xy", [
    [5, "xx"],
    [1, "yy"],
  ]);

  it("fails, saying what to do", async () => {
    const failure = await solve(bowl, [1, 1], [4, 4]).catch((error) => error);
    expect(failure).toBeInstanceOf(StepFailure);
    expect(failure.message).toBe(
      "no oscillation can keep the top 1 eigenvalues at 2: their gradients vanish",
    );
    expect(failure.help).toContain("substeps");
  });

  it("has no oscillation where the eigenvalue is below 2", async () => {
    const { oscillation } = await solve(bowl, [1, 1], [5.1, 5.1]);
    expect(oscillation).toMatchObject({ critical: 1, residual: 0 });
    expect([...variances(oscillation)]).toEqual([0]);
    expect(oscillation.force).toEqual(Float32Array.of(10, 2));
  });
});
