/** Gradient descent on a quadratic, where wₜ = (I − ηH)ᵗ w₀. */
import { describe, expect, it } from "vitest";
import { discrete } from "../../src/dynamics/processes/discrete.js";
import { objectiveOf, polynomial } from "../support/polynomial.js";
import { follow, numbers, problemOf, spectra } from "../support/process.js";

// H = [[1, ½], [½, 1]] has eigenvalues 3/2 on (1, 1)/√2 and ½ on (1, −1)/√2. With η = ½ the factors
// are ¼ and ¾, so iterates are exact in float32 as long as 3ᵗ has at most 24 bits.
const tilted = polynomial("xy", [
  [0.5, "xx"],
  [0.5, "yy"],
  [0.5, "xy"],
]);
const length = 13;
const { rows, weights } = await follow(
  discrete,
  problemOf({ objective: objectiveOf(tilted), lr: 0.5 }),
  [1, 0],
  length,
);
/** Coordinates along the two eigenvectors. */
const along = (t: number) => [0.25 ** t * Math.SQRT1_2, 0.75 ** t * Math.SQRT1_2] as const;
const half = 2 ** -24;

describe("discrete", () => {
  it("has the closed form's iterates exactly", () => {
    weights.forEach((w, t) => {
      const [p, q] = [0.25 ** t / 2, 0.75 ** t / 2];
      expect([...w]).toEqual([p + q, p - q]);
    });
  });

  it("describes the start of step i in row i", () => {
    expect(numbers(rows, "step")).toEqual([...Array(length).keys()]);
    rows.forEach((row, t) => {
      const [p, q] = along(t);
      const loss = 0.5 * (1.5 * p ** 2 + 0.5 * q ** 2);
      const squared = (1.5 * p) ** 2 + (0.5 * q) ** 2;
      expect(Math.abs((row.train_loss as number) / loss - 1)).toBeLessThan(2 * half);
      // The two entries of the gradient are rounded once each.
      expect(Math.abs((row.grad_norm_sq as number) / squared - 1)).toBeLessThan(4 * half);
    });
  });

  it("measures the step that led to the row", () => {
    const norms = numbers(rows, "step_norm");
    expect(norms[0]).toBe(0);
    norms.slice(1).forEach((norm, t) => {
      const [p, q] = along(t);
      expect(norm).toBeCloseTo(Math.hypot(0.75 * p, 0.25 * q), 12);
    });
  });

  it("has the eigenvalues of ηH and of H", () => {
    const effective = spectra(rows, "effective_eigenvalues");
    for (const [largest] of effective) expect(largest).toBeCloseTo(0.75, 12);
    const doubled = effective.map((values) => values.map((value) => 2 * value));
    expect(spectra(rows, "hessian_eigenvalues")).toEqual(doubled);
  });
});
