/**
 * The stationary flow against closed forms, the conditions that define it, and the central flow of an
 * optimizer that forgets at once. On ½(y + ζx)x² − ε(x + y) at x = 0 the Hessian is diag(S, 0) with
 * S = y, the gradient −ε(1, 1) and ∇S = (3ζ, 1).
 */
import { describe, expect, it } from "vitest";
import { rmsprop } from "../../../src/dynamics/optimizers/rmsprop.js";
import { scalarRmsprop } from "../../../src/dynamics/optimizers/scalar-rmsprop.js";
import { central } from "../../../src/dynamics/processes/central.js";
import { stationary } from "../../../src/dynamics/processes/stationary.js";
import { elementwiseEquilibrium } from "../../../src/dynamics/stationary/elementwise.js";
import { scalarEquilibrium } from "../../../src/dynamics/stationary/scalar.js";
import { codimensionTwo, curved, minimal, minimalInTwelve } from "../../support/landscapes.js";
import { objectiveOf, type Polynomial, polynomial } from "../../support/polynomial.js";
import { follow, followInPieces, numbers, problemOf, spectra, top } from "../../support/process.js";

const [epsilon, zeta] = [0.25, 1];
const S = 8;
const lr = 1;
const none = { factor: [], guard: undefined };
/** Of sums rounded to float32. */
const rounding = 2 ** -20;

const at = (landscape: Polynomial, weights: readonly number[]) => {
  const w = Float32Array.from(weights);
  return {
    point: objectiveOf(landscape).at(w),
    gradient: Float32Array.from(landscape.gradient(w)),
    learningRate: lr,
  };
};

describe("one ν for all weights, at rest", () => {
  const given = { values: Float64Array.of(S, 0), critical: 1.95, dt: 1 };
  const unit = [Float32Array.of(1, 0), Float32Array.of(0, 1)];

  it("has √ν̄ = ηS/2 and the oscillations that make up for the gradient", async () => {
    const rest = await scalarEquilibrium({
      ...at(minimal(epsilon, zeta), [0, S]),
      ...given,
      vectors: unit,
    });
    const nu = ((lr * S) / 2) ** 2;
    const variance = (nu - 2 * epsilon ** 2) / S ** 2;
    expect(rest.moments[0]).toBeCloseTo(nu, 12);
    expect(rest.preconditioner).toBeCloseTo(S / 2, 12);
    // σ² = η²/4 − ‖g‖²/S², what normalized gradient descent has.
    expect(rest.trace).toBeCloseTo(variance, 6);
    expect(rest.excess).toBeCloseTo((S * variance) / 2, 6);
    expect(rest.variance).toBeCloseTo(S ** 2 * variance, 6);
    expect(rest.critical).toBe(1);
    [3 * zeta, 1].forEach((slope, i) => {
      expect(rest.force[i]).toBeCloseTo(-epsilon + 0.5 * variance * slope, 6);
    });
  });

  it("rests at ‖g‖² without oscillations where that is stable", async () => {
    const rest = await scalarEquilibrium({
      ...at(minimal(40, zeta), [0, S]),
      ...given,
      vectors: unit,
    });
    expect(rest.moments[0]).toBeCloseTo(2 * 40 ** 2, 6);
    expect([rest.trace, rest.excess, rest.variance, rest.critical]).toEqual([0, 0, 0, 0]);
    expect([...rest.force]).toEqual([-40, -40]);
  });

  it("lets a second eigenvalue catch up, and then keeps both together", async () => {
    // ½xᵀH[y]x − ε(p + q) drives both diagonal entries up alike; oscillations hold back the larger.
    const landscape = polynomial("abpqr", [
      [0.5, "paa"],
      [0.5, "qbb"],
      [Math.SQRT1_2, "rab"],
      [-0.01, "p"],
      [-0.01, "q"],
    ]);
    const optimizer = scalarRmsprop.with({ lr: 0.25 });
    const problem = problemOf({ objective: objectiveOf(landscape), optimizer });
    const { rows } = await follow(stationary, problem, [0, 0, 2, 1.9, 0], 60);
    const gaps = spectra(rows, "effective_eigenvalues").map(([first, second]) => {
      expect(Math.abs(first! - 2)).toBeLessThan(8 * rounding);
      return 2 - second!;
    });
    expect(gaps[0]).toBeCloseTo(0.1, 6);
    const met = gaps.findIndex((gap) => gap < 1e-5);
    expect(met).toBeGreaterThan(2);
    for (const gap of gaps.slice(met)) expect(gap).toBeLessThan(1e-5);
    expect(Math.max(...numbers(rows, "equilibrium_error"))).toBeLessThan(1e-8);
  });

  it("is where an optimizer that forgets at once goes", async () => {
    const objective = objectiveOf(minimal(0.01));
    const start = [0, 6];
    const flow = async (beta2: number) => {
      const optimizer = scalarRmsprop.with({ lr: 0.05, beta2 });
      // ν relaxes at the rate κ: substeps resolve it.
      const settings = { method: "heun", substeps: 60 };
      const problem = problemOf({ objective, optimizer, settings });
      return (await follow(central, problem, start, 20)).weights.at(-1)!;
    };
    const optimizer = scalarRmsprop.with({ lr: 0.05 });
    const settings = { substeps: 4 };
    const limit = await follow(
      stationary,
      problemOf({ objective, optimizer, settings }),
      start,
      20,
    );
    const distance = (a: Float32Array, b: Float32Array) =>
      Math.hypot(...a.map((value, i) => value - b[i]!));
    const [slow, fast] = [await flow(0.5), await flow(0.05)];
    const [far, near] = [slow, fast].map((w) => distance(w, limit.weights.at(-1)!));
    expect(near!).toBeLessThan(far! / 4);
    expect(near!).toBeLessThan(0.02 * distance(limit.weights[0]!, limit.weights.at(-1)!));
  });
});

describe("a ν for every weight, at rest", () => {
  const landscape = codimensionTwo(0.3);
  const weights = [0.1, -0.2, 3, 2, 0.5];
  const tolerance = 1e-6;

  it("meets the conditions: oscillations of Σ leave ν̄ where it is", async () => {
    const given = at(landscape, weights);
    const rest = await elementwiseEquilibrium({ ...given, tolerance, start: none });
    const optimizer = rmsprop.with({ lr, beta2: 0.9, eps: 0 });
    // diag(HΣH) for Σ = ¼η²WWᵀ, with exact products.
    const variances = new Float64Array(weights.length);
    for (const column of rest.factor) {
      landscape.product(weights, column).forEach((value, i) => {
        variances[i]! += (lr ** 2 / 4) * value ** 2;
      });
    }
    const state = { t: 1, moments: rest.moments };
    const rate = optimizer.rate(state, given.gradient);
    const kappa = (1 - 0.9) / 0.9;
    const scale = Math.max(...rest.moments);
    rate.forEach((value, i) => {
      expect(Math.abs(value / kappa + variances[i]!)).toBeLessThan(5e-3 * scale);
    });
    const p = rest.preconditioner as Float32Array;
    p.forEach((value, i) => {
      // Σᵢᵢ = η²/4 − gᵢ²/(4Pᵢ²).
      const square = rest.factor.reduce((sum, column) => sum + column[i]! ** 2, 0);
      const expected = lr ** 2 / 4 - given.gradient[i]! ** 2 / (4 * value ** 2);
      expect(Math.abs((lr ** 2 / 4) * square - expected)).toBeLessThan(5e-3);
    });
    // ½⟨H, Σ⟩ and tr(HΣH), from Σ itself.
    const half = rest.factor.reduce((sum, column) => {
      const image = landscape.product(weights, column);
      return sum + (lr ** 2 / 8) * image.reduce((s, value, i) => s + value * column[i]!, 0);
    }, 0);
    expect(Math.abs(rest.excess / half - 1)).toBeLessThan(5e-3);
    const total = variances.reduce((sum, value) => sum + value, 0);
    expect(Math.abs(rest.variance / total - 1)).toBeLessThan(5e-3);
    expect(rest.error).toBeLessThan(tolerance);
  });

  it("pulls along ½∇⟨H, Σ⟩", async () => {
    const given = at(landscape, weights);
    const rest = await elementwiseEquilibrium({ ...given, tolerance, start: none });
    const energy = (w: readonly number[]) =>
      rest.factor.reduce((sum, column) => {
        const image = landscape.product(w, column);
        return sum + (lr ** 2 / 8) * image.reduce((s, value, i) => s + value * column[i]!, 0);
      }, 0);
    const h = 1e-4;
    rest.force.forEach((value, i) => {
      const shifted = (by: number) => weights.map((w, j) => (i === j ? w + by : w));
      const slope = (energy(shifted(h)) - energy(shifted(-h))) / (2 * h);
      expect(Math.abs(value - given.gradient[i]! - slope)).toBeLessThan(1e-4);
    });
  });

  it("holds the top effective eigenvalue at 2 and lowers the loss", async () => {
    const optimizer = rmsprop.with({ lr: 0.05 });
    const objective = objectiveOf(codimensionTwo(0.05));
    const problem = problemOf({ objective, optimizer });
    const { rows } = await follow(stationary, problem, [0.05, 0.05, 2, 2, 0.1], 40);
    // The gradient alone is large enough at the start.
    expect(top(rows)[0]).toBeLessThan(1.9);
    for (const value of top(rows).slice(1)) expect(Math.abs(value - 2)).toBeLessThan(1e-3);
    const losses = numbers(rows, "train_loss");
    losses.slice(1).forEach((loss, t) => {
      expect(loss).toBeLessThan(losses[t]!);
    });
    expect(Math.max(...numbers(rows, "equilibrium_error"))).toBeLessThan(1e-3);
  });

  it("says when P̄ is not known well enough", async () => {
    const given = at(landscape, weights);
    const failure = elementwiseEquilibrium({ ...given, tolerance: 1e-12, start: none });
    await expect(failure).rejects.toThrow("the stationary preconditioner is known to");
  });
});

describe.each([
  ["scalar_rmsprop", scalarRmsprop],
  ["rmsprop", rmsprop],
])("the stationary flow of %s", (_, kind) => {
  const start = [0.05, 6, ...Array<number>(10).fill(0.1)];
  const problem = () =>
    problemOf({
      objective: objectiveOf(minimalInTwelve(0.01)),
      optimizer: kind.with({ lr: 0.05 }),
      eigenvalues: { above: 1.2 },
    });

  it("goes on from what was saved to the same rows", async () => {
    const whole = await follow(stationary, problem(), start, 12);
    expect(await followInPieces(stationary, problem(), start, 12)).toEqual(whole);
    expect(numbers(whole.rows, "critical").some((count) => count > 0)).toBe(true);
  });

  it("counts its work", async () => {
    const given = problem();
    const { rows } = await follow(stationary, given, start, 5);
    const { spent } = given.objective as ReturnType<typeof objectiveOf>;
    const sum = (column: string) => numbers(rows, column).reduce((a, b) => a + b, 0);
    expect(sum("hvps")).toBe(spent.products);
    expect(sum("third_derivatives")).toBe(spent.thirdDerivatives);
  });

  it("ends where something overflows, with a row that says so", async () => {
    const overflowing = { ...problem(), objective: objectiveOf(minimalInTwelve(0.01)) };
    const { rows } = await follow(
      stationary,
      overflowing,
      start.map(() => 1e30),
      3,
    );
    expect(rows).toHaveLength(1);
  });
});

it("follows its differential equation to second order", async () => {
  // L = ½(y + z²)x² − ε(y + 2z) at x = 0: S = y + z², ∇S = (1, 2z), and x stays 0.
  const [force, rate, time] = [1, 2, 4];
  const slope = ([y, z]: readonly [number, number]): [number, number] => {
    const sharpness = y + z * z;
    const variance = rate ** 2 / 4 - (5 * force ** 2) / sharpness ** 2;
    const along = (g: number, normal: number) => (-2 / sharpness) * (g + (variance / 2) * normal);
    return [along(-force, 1), along(-2 * force, 2 * z)];
  };
  const steps = 400;
  let exact: [number, number] = [4, 0.5];
  for (let i = 0; i < steps; i++) {
    const h = time / steps;
    const shifted = (k: readonly number[], by: number) =>
      exact.map((value, j) => value + by * k[j]!) as [number, number];
    const a = slope(exact);
    const b = slope(shifted(a, h / 2));
    const c = slope(shifted(b, h / 2));
    const d = slope(shifted(c, h));
    exact = shifted(
      a.map((value, j) => (value + 2 * b[j]! + 2 * c[j]! + d[j]!) / 6),
      h,
    );
  }
  const errors: number[] = [];
  for (const substeps of [2, 4, 8]) {
    const optimizer = scalarRmsprop.with({ lr: rate });
    const objective = objectiveOf(curved(force));
    const problem = problemOf({ objective, optimizer, settings: { substeps } });
    const { rows, weights } = await follow(stationary, problem, [0, 4, 0.5], time + 1);
    expect(new Set(numbers(rows, "critical"))).toEqual(new Set([1]));
    const [x, y, z] = weights.at(-1)!;
    expect(x).toBe(0);
    errors.push(Math.hypot(y! - exact[0], z! - exact[1]));
  }
  for (const i of [1, 2]) {
    expect(Math.abs(Math.log2(errors[i - 1]! / errors[i]!) - 2)).toBeLessThan(0.3);
  }
});
