/** The gradient flow against w(t) = exp(−ηHt) w₀, and its rules for substeps and for stopping. */
import { describe, expect, it } from "vitest";
import { stable } from "../../src/dynamics/processes/stable.js";
import { objectiveOf, polynomial } from "../support/polynomial.js";
import { follow, numbers, problemOf, top } from "../support/process.js";

describe("stable flow on a quadratic", () => {
  // ηλ is 1 and ½, so that ⌈2S⌉ = 2 asks for fewer substeps than there are.
  const rates = [1, 0.5];
  const bowl = polynomial("xy", [
    [1, "xx"],
    [0.5, "yy"],
  ]);
  const length = 6;
  const run = (substeps: number) => {
    const problem = problemOf({ objective: objectiveOf(bowl), lr: 0.5, settings: { substeps } });
    return follow(stable, problem, [1, 1], length);
  };

  it.each([4, 8, 16])("takes %i Euler substeps a step", async (substeps) => {
    const { rows, weights } = await run(substeps);
    expect(numbers(rows, "substeps")).toEqual(Array(length).fill(substeps));
    weights.forEach((w, t) => {
      rates.forEach((rate, i) => {
        const exact = (1 - rate / substeps) ** (substeps * t);
        // Gradient and weight are rounded once a substep, each by a share of 2⁻²⁴ at most.
        expect(Math.abs(w[i]! / exact - 1)).toBeLessThan(2 * substeps * t * 2 ** -24 + 1e-15);
      });
    });
  });

  it("is first order: half the substep, half the error", async () => {
    const errors = [];
    for (const substeps of [16, 32, 64]) {
      const { weights } = await run(substeps);
      const t = length - 1;
      errors.push(Math.hypot(...rates.map((rate, i) => weights[t]![i]! - Math.exp(-rate * t))));
    }
    // The next order of Euler's error is a share of about rate·t/substeps of the first.
    for (const i of [1, 2]) {
      const order = Math.log2(errors[i - 1]! / errors[i]!);
      expect(Math.abs(order - 1)).toBeLessThan(0.1);
    }
  });
});

describe("stable flow into sharp regions", () => {
  // L = ½yx² − ¾y on x = 0: the sharpness y grows by ¾ a step, however it is cut into substeps.
  const objective = objectiveOf(
    polynomial("xy", [
      [0.5, "yxx"],
      [-0.75, "y"],
    ]),
  );
  const sharpness = (t: number) => 0.6 + 0.75 * t;
  const last = 6;
  const settings = { substeps: 4, max_sharpness: sharpness(last) - 0.1 };
  const trace = follow(stable, problemOf({ objective, lr: 1, settings }), [0, 0.6], 12);

  it("takes max(substeps, ⌈2S⌉) substeps", async () => {
    const { rows } = await trace;
    const moving = rows.slice(0, last);
    top(moving).forEach((value, t) => {
      expect(value).toBeCloseTo(sharpness(t), 5);
    });
    const counts = moving.map((_, t) => Math.max(4, Math.ceil(2 * sharpness(t))));
    expect(numbers(moving, "substeps")).toEqual(counts);
    expect(new Set(counts).size).toBeGreaterThan(3);
  });

  it("stops for good once the sharpness is above max_sharpness, and repeats its row", async () => {
    const { rows, weights } = await trace;
    const [stopped, ...repeated] = rows.slice(last);
    expect(stopped).toMatchObject({ step: last, substeps: null });
    expect(top([stopped!])[0]).toBeCloseTo(sharpness(last), 5);
    repeated.forEach((row, i) => {
      expect(row).toEqual({ ...stopped, step: last + 1 + i, step_norm: 0, hvps: 0 });
    });
    for (const w of weights.slice(last)) expect(w).toEqual(weights[last]);
  });

  it("needs no block of eigenvalues", async () => {
    const problem = problemOf({ objective, lr: 1, settings, eigenvalues: null });
    expect((await follow(stable, problem, [0, 0.6], 12)).rows).toEqual((await trace).rows);
  });
});
