/**
 * Adaptive optimizers at the edge of stability, against the closed forms of one critical eigenvalue
 * (arXiv:2410.24206). On ½(y + ζx)x² − ε(x + y) at x = 0 the Hessian is diag(S, 0) with S = y, the
 * gradient −ε(1, 1) and ∇S = (3ζ, 1).
 */
import * as fc from "fast-check";
import type { Matrix } from "ml-matrix";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { gd } from "../../src/dynamics/optimizers/gd.js";
import type { Optimizer, OptimizerState } from "../../src/dynamics/optimizers/optimizer.js";
import { rmsprop } from "../../src/dynamics/optimizers/rmsprop.js";
import { scalarRmsprop } from "../../src/dynamics/optimizers/scalar-rmsprop.js";
import { type Oscillation, solveOscillation } from "../../src/dynamics/oscillation.js";
import { central } from "../../src/dynamics/processes/central.js";
import type * as complementarity from "../../src/linalg/complementarity.js";
import { leastEigenvalue } from "../../src/linalg/dense.js";
import { codimensionTwo, minimal } from "../support/landscapes.js";
import { objectiveOf, type Polynomial } from "../support/polynomial.js";
import { follow, numbers, problemOf, top } from "../support/process.js";

/** Matrices of the complementarity problems that were solved. */
const solved = vi.hoisted(() => ({ operators: [] as unknown[] }));

vi.mock("../../src/linalg/complementarity.js", async (original) => {
  const actual = await original<typeof complementarity>();
  const solveComplementarity: typeof actual.solveComplementarity = (problem) => {
    solved.operators.push(problem.operator);
    return actual.solveComplementarity(problem);
  };
  return { ...actual, solveComplementarity };
});

beforeEach(() => {
  solved.operators = [];
});

const [epsilon, zeta] = [0.25, 1];
const landscape = minimal(epsilon, zeta);
const S = 8;
const slope = -epsilon * (3 * zeta + 1);
const steepness = (3 * zeta) ** 2 + 1;
const gradientSquared = 2 * epsilon ** 2;

interface AtEdge {
  readonly optimizer: Optimizer;
  readonly state: OptimizerState;
}

/** √ν = ηS/2 makes ηS/√ν critical. */
const edgeOf = (lr: number) => ((lr * S) / 2) ** 2;

function scalarAt(lr: number, beta2: number): AtEdge {
  const state = { t: 9, moments: Float64Array.of(edgeOf(lr)) };
  return { optimizer: scalarRmsprop.with({ lr, beta2 }), state };
}

function rmspropAt(lr: number, beta2: number): AtEdge {
  const state = { t: 9, moments: Float64Array.of(edgeOf(lr), edgeOf(lr) / 4) };
  return { optimizer: rmsprop.with({ lr, beta2 }), state };
}

const descent: AtEdge = {
  optimizer: gd.with({ lr: 2 / S }),
  state: { t: 9, moments: new Float64Array(0) },
};

/** With u along x; the top eigenvalue of P⁻¹H is exactly 2. */
function oscillationAt({ optimizer, state }: AtEdge): Promise<Oscillation> {
  const point = [0, S];
  return solveOscillation({
    point: objectiveOf(landscape).at(Float32Array.from(point)),
    gradient: Float32Array.from(landscape.gradient(point)),
    optimizer,
    state,
    values: Float64Array.of(2),
    vectors: [Float32Array.of(Math.sqrt(2 / S), 0)],
    critical: 1.95,
    dt: 0.25,
    regularize: true,
  });
}

/** σ² along the unit vector: X is in units of u with uᵀPu = 1, P = S/2. */
async function variance(at: AtEdge): Promise<number> {
  return ((await oscillationAt(at)).covariance.get(0, 0) * 2) / S;
}

const descentVariance = (-2 * slope) / steepness;
const kappaOf = (beta2: number) => (1 - beta2) / beta2;

function scalarVariance(lr: number, beta2: number): number {
  const kappa = kappaOf(beta2);
  const pull = -2 * slope + (kappa / 2) * (S ** 2 - (4 * gradientSquared) / lr ** 2);
  return pull / (steepness + (2 * kappa * S ** 2) / lr ** 2);
}

/** Of X, for u = (1/√P₁, 0), h = u₁²(3ζ, 1) and P = √ν/η. */
function rmspropCovariance(lr: number, beta2: number): number {
  const kappa = kappaOf(beta2);
  const p = [S / 2, S / 4];
  const square = 1 / p[0]!;
  const h = [3 * zeta * square, square];
  const along = h.reduce((sum, value, i) => sum - (value * epsilon) / p[i]!, 0);
  const steep = h.reduce((sum, value, i) => sum + value ** 2 / p[i]!, 0);
  const fall = (kappa / lr ** 2) * ((square * epsilon ** 2) / p[0]!);
  return (-along + kappa - fall) / (steep / 2 + ((4 * kappa) / lr ** 2) * p[0]! * square ** 2);
}

/** Roundings to float32 in h, P and g. */
const rounding = 2 ** -20;

describe("one eigenvalue at 2", () => {
  it("oscillates under gradient descent with −2⟨g, ∇S⟩/‖∇S‖²", async () => {
    expect(Math.abs((await variance(descent)) / descentVariance - 1)).toBeLessThan(rounding);
  });

  it.each([
    [0.5, 0.9],
    [1, 0.5],
    [2, 0.99],
  ])(
    "oscillates under adaptive optimizers as the closed forms say, η = %d, β₂ = %d",
    async (lr, beta2) => {
      const scalar = await variance(scalarAt(lr, beta2));
      expect(Math.abs(scalar / scalarVariance(lr, beta2) - 1)).toBeLessThan(rounding);
      const x = (await oscillationAt(rmspropAt(lr, beta2))).covariance.get(0, 0);
      expect(Math.abs(x / rmspropCovariance(lr, beta2) - 1)).toBeLessThan(rounding);
    },
  );

  it("oscillates as gradient descent does where β₂ is near 1", async () => {
    // Both numerator and denominator are off by a multiple of κ.
    const found = await variance(scalarAt(1, 1 - 1e-6));
    const change = 1e-6 * S ** 2 * (1 / -slope + 2 / steepness);
    expect(Math.abs(found / descentVariance - 1)).toBeLessThan(change + rounding);
  });

  it("oscillates as normalized gradient descent does where β₂ is near 0", async () => {
    const lr = 1;
    const found = await variance(scalarAt(lr, 1e-6));
    const normalized = lr ** 2 / 4 - gradientSquared / S ** 2;
    expect(Math.abs(found / normalized - 1)).toBeLessThan(1e-6 * steepness + rounding);
  });

  it("oscillates the more, the larger η is", async () => {
    const found = [];
    for (const lr of [0.25, 0.5, 1, 2]) found.push(await variance(scalarAt(lr, 0.9)));
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(new Set(found).size).toBe(found.length);
  });

  it.each<[string, AtEdge]>([
    ["gradient descent", descent],
    ["Scalar RMSProp", scalarAt(1, 0.9)],
    ["RMSProp", rmspropAt(1, 0.9)],
  ])("stays there along the flow of %s", async (_, at) => {
    const { optimizer, state } = at;
    const { force, rate } = await oscillationAt(at);
    const p = entriesOf(optimizer, state);
    const effective = (h: number) => {
      const w = [0, S].map((x, i) => x - (h * force[i]!) / p[i]!);
      const moved = { t: state.t + h, moments: state.moments.map((nu, i) => nu + h * rate[i]!) };
      return largest(landscape, w, entriesOf(optimizer, moved));
    };
    const h = 2 ** -7;
    // P is rounded to float32, and the slope's own error is of second order in h.
    const error = (2 * 2 ** -24 * 2) / h + 10 * h ** 2;
    expect(Math.abs(effective(h) - effective(-h)) / (2 * h)).toBeLessThan(error);
    expect(error).toBeLessThan(1e-2);
  });
});

/** P's diagonal in two variables. */
function entriesOf(optimizer: Optimizer, state: OptimizerState): number[] {
  const p = optimizer.preconditioner(state);
  return typeof p === "number" ? [p, p] : [...p];
}

/** The larger eigenvalue of P^{-1/2}HP^{-1/2}, 2×2. */
function largest(of: Polynomial, w: readonly number[], p: readonly number[]): number {
  const [a, b] = of.product(w, [1, 0]);
  const [, d] = of.product(w, [0, 1]);
  const [aa, bb, dd] = [a! / p[0]!, b! / Math.sqrt(p[0]! * p[1]!), d! / p[1]!];
  return (aa + dd) / 2 + Math.hypot((aa - dd) / 2, bb);
}

describe("two critical eigenvalues", () => {
  const near = (value: number, spread: number) =>
    fc.double({ min: value - spread, max: value + spread, noNaN: true });
  const five = (value: number, spread: number) =>
    fc.array(near(value, spread), { minLength: 5, maxLength: 5 });

  it.each([
    ["scalar_rmsprop", scalarRmsprop, 1],
    ["rmsprop", rmsprop, 5],
  ] as const)(
    "have a symmetric, positive semidefinite operator under %s",
    async (_, kind, size) => {
      const optimizer = kind.with({ lr: 0.5, beta2: 0.9, eps: 1e-3, bias_correction: true });
      await fc.assert(
        fc.asyncProperty(five(4, 1), five(0, 1), five(0, 1), five(0, 1), async (nu, w, u, v) => {
          solved.operators = [];
          const weights = Float32Array.from(w);
          const cubic = codimensionTwo(0.1);
          await solveOscillation({
            point: objectiveOf(cubic).at(weights),
            gradient: Float32Array.from(cubic.gradient(weights)),
            optimizer,
            state: { t: 5, moments: Float64Array.from(nu.slice(0, size)) },
            values: Float64Array.of(2, 2),
            vectors: [Float32Array.from(u), Float32Array.from(v)],
            critical: 1.95,
            dt: 0.25,
            regularize: true,
          }).catch(() => undefined);
          const operator = solved.operators[0] as Matrix;
          // Below float32's least number products lose digits, or all that they are.
          const slack = rounding * operator.norm() + 2 ** -149;
          expect(operator.clone().sub(operator.transpose()).norm()).toBeLessThanOrEqual(slack);
          expect(leastEigenvalue(operator)).toBeGreaterThanOrEqual(-slack);
        }),
        { numRuns: 100 },
      );
    },
  );
});

describe("over a long run", () => {
  const optimizers = {
    gd: gd.with({ lr: 0.33 }),
    scalar_rmsprop: scalarRmsprop.with({ lr: 0.05, beta2: 0.95 }),
    rmsprop: rmsprop.with({ lr: 0.02, beta2: 0.95, eps: 1e-3 }),
  };

  it.each(Object.entries(optimizers))("%s holds its eigenvalue at 2", async (name, optimizer) => {
    const flat = minimal(0.01);
    const problem = problemOf({ objective: objectiveOf(flat), optimizer });
    const { rows, weights } = await follow(central, problem, [0.05, 6], 400);
    const late = top(rows).slice(200);
    for (const value of late) expect(Math.abs(value - 2)).toBeLessThan(1e-3);
    if (name !== "scalar_rmsprop") return;
    numbers(rows, "step_size_mean").forEach((step, t) => {
      if (t < 200) return;
      const sharpness = largest(flat, [...weights[t]!], [1, 1]);
      expect(Math.abs((step * sharpness) / 2 - 1)).toBeLessThan(1e-3);
    });
  });
});
