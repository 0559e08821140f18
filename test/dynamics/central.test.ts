/**
 * The central flow against closed forms, for one critical eigenvalue and for two, by the authors'
 * discretization, whose single steps can be worked out.
 */
import { describe, expect, it } from "vitest";
import { central } from "../../src/dynamics/processes/central.js";
import {
  codimensionTwo,
  curved,
  minimal,
  minimalInTwelve,
  turning,
} from "../support/landscapes.js";
import { objectiveOf, type Polynomial } from "../support/polynomial.js";
import { follow, numbers, problemOf, spectra, top } from "../support/process.js";

const lr = 0.25;

function run(landscape: Polynomial, start: readonly number[], length: number, substeps = 1) {
  const objective = objectiveOf(landscape);
  const settings = { method: "authors", substeps };
  return follow(central, problemOf({ objective, lr, settings }), start, length);
}

/** Half a unit in the last place of weights from 4 to 16, times η: what rounding does to ηS. */
const rounding = 2 ** -21 * lr;

describe("below the edge", () => {
  const landscape = minimalInTwelve(0.01);
  const start = [0.5, 3, ...Array.from({ length: 10 }, (_, i) => 0.1 * (i - 4))];

  it("is Euler's method for the gradient flow, to the last bit", async () => {
    const substeps = 4;
    const { rows, weights } = await run(landscape, start, 20, substeps);
    let w = Float32Array.from(start);
    for (const found of weights) {
      expect(found).toEqual(w);
      for (let i = 0; i < substeps; i++) {
        const g = Float32Array.from(landscape.gradient(w));
        w = w.map((x, j) => x - (lr / substeps) * g[j]!);
      }
    }
    for (const row of rows) {
      expect(row).toMatchObject({ critical: 0, third_derivatives: 0, substeps });
      expect(row.oscillation_variances).toEqual(new Float64Array(0));
      expect(row.predicted_loss).toBe(row.train_loss);
      expect(row.predicted_grad_norm_sq).toBe(row.grad_norm_sq);
    }
  });
});

describe("one eigenvalue exactly at 2", () => {
  // At x = 0, y = 2/η: g = −ε(1, 1), u = (1, 0), ∇S = (3ζ, 1); all numbers have few bits.
  const [epsilon, zeta] = [2 ** -6, 1];
  const flow = run(minimal(epsilon, zeta), [0, 2 / lr], 2);
  const slope = -epsilon * (3 * zeta + 1);
  const squared = (3 * zeta) ** 2 + 1;
  /** −2⟨g, ∇S⟩/‖∇S‖², along u of length 1; X is in units of u of length √η. */
  const variance = (-2 * slope) / squared;

  it("oscillates with the closed form's variance", async () => {
    const { rows } = await flow;
    expect(top(rows.slice(0, 1))[0]).toBeCloseTo(2, 14);
    expect(rows[0]!.critical).toBe(1);
    expect(top(rows.slice(0, 1), "oscillation_variances")[0]! * lr).toBeCloseTo(variance, 10);
  });

  it("moves along the gradient's projection that leaves the sharpness alone", async () => {
    const { weights } = await flow;
    const [before, after] = weights as [Float32Array, Float32Array];
    [3 * zeta, 1].forEach((normal, i) => {
      const projected = -epsilon - (slope / squared) * normal;
      expect(Math.abs(after[i]! - before[i]! + lr * projected)).toBeLessThan(2 ** -20);
    });
  });

  it("predicts loss and squared gradient norm", async () => {
    const [row] = (await flow).rows;
    // ½⟨H, Σ⟩ = σ²/η and tr(HΣH) = (2/η)²σ².
    expect(row!.predicted_loss).toBeCloseTo((row!.train_loss as number) + variance / lr, 10);
    const squaredNorm = (row!.grad_norm_sq as number) + (2 / lr) ** 2 * variance;
    expect(row!.predicted_grad_norm_sq).toBeCloseTo(squaredNorm, 8);
  });
});

describe("along a curved edge of stability", () => {
  const epsilon = 0.25;
  const start = [0, 2 / lr, 0];
  const length = 13;
  const flow = (substeps: number) => run(curved(epsilon), start, length, substeps);

  it("is off the edge by the second order of one Euler step", async () => {
    // S = y + z² is linear but for z²: a step that keeps its linearization at 2 adds η(Δz)².
    const { rows, weights } = await flow(1);
    top(rows).forEach((value, t) => {
      const moved = weights[t]![2]! - weights[Math.max(0, t - 1)]![2]!;
      expect(Math.abs(value - 2 - lr * moved ** 2)).toBeLessThan(4 * rounding);
    });
  });

  it.each([2, 4])("is off by a square of the substep with %i substeps", async (substeps) => {
    // The flow slows down along z, so its last substep is no longer than the mean one.
    const { rows, weights } = await flow(substeps);
    top(rows).forEach((value, t) => {
      const moved = weights[t]![2]! - weights[Math.max(0, t - 1)]![2]!;
      expect(value - 2).toBeGreaterThan(-4 * rounding);
      expect(value - 2).toBeLessThan(lr * (moved / substeps) ** 2 + 4 * rounding);
    });
  });

  it("lowers the loss at every step", async () => {
    const losses = numbers((await flow(4)).rows, "train_loss");
    losses.slice(1).forEach((loss, t) => {
      expect(loss).toBeLessThan(losses[t]!);
    });
  });

  it("is first order: half the substep, half the error", async () => {
    const exact = slide(length - 1);
    const errors = [];
    for (const substeps of [2, 4, 8]) {
      const { weights } = await flow(substeps);
      errors.push(Math.abs(weights.at(-1)![2]! - exact));
    }
    for (const i of [1, 2]) {
      expect(Math.abs(Math.log2(errors[i - 1]! / errors[i]!) - 1)).toBeLessThan(0.15);
    }
  });

  /** z of −ηΠg on S = 2/η, where ∇S = (1, 2z) in (y, z): dz/dt = ηε(2 − 2z)/(1 + 4z²). */
  function slide(time: number): number {
    const rate = (z: number) => (lr * epsilon * (2 - 2 * z)) / (1 + 4 * z * z);
    const steps = 1000;
    const h = time / steps;
    let z = 0;
    for (let i = 0; i < steps; i++) {
      const a = rate(z);
      const b = rate(z + (h / 2) * a);
      const c = rate(z + (h / 2) * b);
      z += (h / 6) * (a + 2 * b + 2 * c + rate(z + h * c));
    }
    return z;
  }
});

describe("a drift that turns", () => {
  // While z < 1 the drift pushes y up: the flow keeps y = 2/η and X = 2ε(1 − z)/η. Then it lets go.
  const [epsilon, d] = [0.125, 12];
  const length = 40;
  const flow = run(turning(epsilon, d), [0, 2 / lr, 0], length);
  const released = 8;
  const expected: { y: number; z: number; x: number }[] = [];
  for (let y = 2 / lr, z = 0; expected.length < length; ) {
    expected.push({ y, z, x: Math.max(0, (2 * epsilon * (1 - z)) / lr) });
    [y, z] = [y - lr * epsilon * Math.max(0, z - 1), z + lr * epsilon * (d - y)];
  }

  it("stays at the edge, and leaves it when pushed down", async () => {
    const { rows, weights } = await flow;
    expect(expected[released]).toEqual({ y: 2 / lr, z: 1, x: 0 });
    expected.forEach(({ y, z }, t) => {
      expect(top(rows)[t]).toBeCloseTo(lr * y, 5);
      expect(weights[t]![2]).toBeCloseTo(z, 5);
    });
    expect(top(rows).at(-1)).toBeLessThan(1.9);
  });

  it("has oscillations that die down to none", async () => {
    const { rows } = await flow;
    const variances = spectra(rows, "oscillation_variances");
    expected.slice(0, released).forEach(({ x }, t) => {
      expect(variances[t]![0]).toBeCloseTo(x, 5);
    });
    for (const values of variances.slice(released + 1)) {
      expect(values.every((value) => value === 0)).toBe(true);
    }
    const critical = expected.map(({ y }) => (lr * y > 1.95 ? 1 : 0));
    expect(numbers(rows, "critical")).toEqual(critical);
    expect(new Set(critical).size).toBe(2);
  });
});

describe("two critical eigenvalues", () => {
  const epsilon = 0.01;
  const start = [0, 0, 2 / lr, 2 / lr, 0];

  it.each([1, 4])("keeps both at 2 with %i substeps", async (substeps) => {
    const { rows, weights } = await run(codimensionTwo(epsilon), start, 200, substeps);
    expect(new Set(numbers(rows, "critical"))).toEqual(new Set([2]));
    // What couples vectors that are kept for a step is left out in its later substeps: at most what
    // H[y] and its cubic part change by in a step.
    const change = (t: number) => {
      const before = weights[Math.max(0, t - 1)]!;
      const [a, b, p, q, r] = weights[t]!.map((w, i) => w - before[i]!) as unknown as number[];
      return Math.hypot(p! + 3 * a!, q! + 3 * b!, r!);
    };
    top(rows).forEach((value, t) => {
      const coupling = substeps === 1 ? 0 : lr * change(t);
      expect(value - 2).toBeLessThan(coupling + 4 * rounding);
    });
    const late = spectra(rows.slice(100), "effective_eigenvalues");
    for (const values of late) expect(Math.abs(values[1]! - 2)).toBeLessThan(4 * rounding);
  });

  it("gives variances in order and solves the conditions that define them", async () => {
    const { rows } = await run(codimensionTwo(epsilon), start, 100, 4);
    for (const values of spectra(rows, "oscillation_variances")) {
      expect(values.length).toBe(2);
      expect(values[0]).toBeGreaterThanOrEqual(values[1]!);
      expect(values[1]).toBeGreaterThan(-1e-9);
    }
    expect(Math.max(...numbers(rows, "complementarity_residual"))).toBeLessThan(1e-9);
    expect(numbers(rows, "third_derivatives")).toEqual(Array(100).fill(4 * 3));
  });

  it("has the closed form's variances where Σ is positive definite", async () => {
    // With a weak pull c on y₃, Σ = [[ε, √2cε], [√2cε, ε/5]] holds all of H[y] + 3 diag(a, b) still:
    // ½Σ₁₁ + 9/2 Σ₁₁ = 2ε + 3ε, ½Σ₂₂ + 9/2 Σ₂₂ = ε and Σ₁₂/√2 = cε.
    const c = 0.1;
    const { rows } = await run(codimensionTwo(epsilon, c), start, 1);
    const sum = epsilon + epsilon / 5;
    const gap = Math.hypot(epsilon - epsilon / 5, 2 * Math.SQRT2 * c * epsilon);
    const [first, second] = spectra(rows, "oscillation_variances")[0]!;
    expect(first! * lr).toBeCloseTo((sum + gap) / 2, 8);
    expect(second! * lr).toBeCloseTo((sum - gap) / 2, 8);
  });
});
