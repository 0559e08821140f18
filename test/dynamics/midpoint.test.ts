/** w*ₜ = (wₜ₋₁ + 2wₜ + wₜ₊₁)/4 of the discrete iterates. */
import { describe, expect, it } from "vitest";
import { discrete } from "../../src/dynamics/processes/discrete.js";
import { midpoint } from "../../src/dynamics/processes/midpoint.js";
import { minimal } from "../support/landscapes.js";
import { objectiveOf, polynomial } from "../support/polynomial.js";
import { follow, numbers, problemOf } from "../support/process.js";

describe("midpoint", () => {
  it("is the average of three discrete iterates, and w₀ at first", async () => {
    const problem = problemOf({ objective: objectiveOf(minimal(0.01)), lr: 0.3 });
    const start = [0.1, 6.6];
    const iterates = (await follow(discrete, problem, start, 31)).weights;
    const { rows, weights } = await follow(midpoint, problem, start, 30);
    expect(weights[0]).toEqual(Float32Array.from(start));
    for (let t = 1; t < 30; t++) {
      const [a, b, c] = [iterates[t - 1]!, iterates[t]!, iterates[t + 1]!];
      expect(weights[t]).toEqual(b.map((w, i) => (a[i]! + 2 * w + c[i]!) / 4));
    }
    const steps = weights.map((w, t) => {
      const before = weights[Math.max(0, t - 1)]!;
      return Math.hypot(w[0]! - before[0]!, w[1]! - before[1]!);
    });
    numbers(rows, "step_norm").forEach((norm, t) => {
      expect(norm).toBeCloseTo(steps[t]!, 12);
    });
  });

  it("damps an oscillation with ηλ = 2 − δ by δ²/(4 − 4δ)", async () => {
    // Iterates alternate with the factor r = −(1 − δ), and (1/r + 2 + r)/4 = (1 + r)²/4r = δ²/4r.
    // δ = ¼: r = −¾, all values have few bits and are exact.
    const [delta, r] = [0.25, -0.75];
    const problem = problemOf({
      objective: objectiveOf(polynomial("x", [[0.5 * (2 - delta), "xx"]])),
      lr: 1,
    });
    const { weights } = await follow(midpoint, problem, [1], 12);
    weights.slice(1).forEach(([w], t) => {
      expect(w).toBe((delta ** 2 / 4) * r ** t);
    });
  });

  it("measures at the midpoint", async () => {
    const landscape = minimal(0.01);
    const problem = problemOf({ objective: objectiveOf(landscape), lr: 0.3 });
    const { rows, weights } = await follow(midpoint, problem, [0.1, 6.6], 10);
    const losses = weights.map((w) => Math.fround(landscape.value(w)));
    expect(numbers(rows, "train_loss")).toEqual(losses);
  });
});
