/** Overflow ends a process with a row that says so: no exception, no endless loop, no silent zero. */
import { describe, expect, it } from "vitest";
import { isFiniteRow } from "../../src/dynamics/observe.js";
import { central } from "../../src/dynamics/processes/central.js";
import { discrete } from "../../src/dynamics/processes/discrete.js";
import { midpoint } from "../../src/dynamics/processes/midpoint.js";
import { stable } from "../../src/dynamics/processes/stable.js";
import type { Objective, Point } from "../../src/engine/objective.js";
import { minimal } from "../support/landscapes.js";
import { objectiveOf, polynomial } from "../support/polynomial.js";
import { follow, numbers, problemOf, top } from "../support/process.js";

const kinds = [discrete, midpoint, central, stable];

describe.each(kinds)("$name", (kind) => {
  it("ends with the row at which the loss overflows", async () => {
    // L = −x⁴ has no critical curvature, and falls to −∞ in finite time.
    const objective = objectiveOf(polynomial("x", [[-1, "xxxx"]]));
    const { rows } = await follow(kind, problemOf({ objective, lr: 0.25 }), [1], 100);
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.length).toBeLessThan(20);
    expect(rows.slice(0, -1).every(isFiniteRow)).toBe(true);
    const last = rows.at(-1)!;
    expect(Number.isFinite(last.train_loss)).toBe(false);
    expect(last).toMatchObject({ step: rows.length - 1, effective_eigenvalues: null });
  });

  it("says so where only the Hessian overflows", async () => {
    // Loss 1e34 and slope 4e37 are float32 numbers, the curvature 1.2e41 is not.
    const objective = objectiveOf(polynomial("x", [[1e46, "xxxx"]]));
    const { rows } = await follow(kind, problemOf({ objective, lr: 1e-45 }), [1e-3], 5);
    expect(rows).toHaveLength(1);
    expect(Number.isFinite(rows[0]!.train_loss)).toBe(true);
    expect(top(rows)).toEqual([Number.NaN]);
    expect(top(rows, "hessian_eigenvalues")).toEqual([Number.NaN]);
  });
});

describe("the central flow", () => {
  // Its points in order: the gradient that its state starts from, then one a substep.
  const edge = objectiveOf(minimal(0.01));
  const start = [0, 6.7];
  const run = (objective: Objective) =>
    follow(central, problemOf({ objective, lr: 0.3, settings: { substeps: 2 } }), start, 5);

  it("says so where third derivatives overflow", async () => {
    const { rows } = await run(
      changed(edge, 1, (point) => ({
        ...point,
        thirdDerivatives: async () => [[Float32Array.of(Number.POSITIVE_INFINITY, 0)]],
      })),
    );
    expect(rows).toHaveLength(1);
    expect(numbers(rows, "predicted_loss")).toEqual([Number.NaN]);
    expect(numbers(rows, "predicted_grad_norm_sq")).toEqual([Number.NaN]);
    expect(top(rows, "oscillation_variances")).toEqual([Number.NaN]);
    expect(Number.isFinite(rows[0]!.train_loss)).toBe(true);
  });

  it.each<[string, Partial<Point>]>([
    ["third derivatives", { thirdDerivatives: async () => [[Float32Array.of(Number.NaN, 0)]] }],
    [
      "the Hessian",
      { products: async () => [Float32Array.of(Number.NaN, 0), Float32Array.of(0, 0)] },
    ],
  ])("is nowhere once %s overflow in a later substep", async (_, overflow) => {
    const { rows } = await run(changed(edge, 2, (point) => ({ ...point, ...overflow })));
    expect(rows).toHaveLength(2);
    expect(rows[0]!.complementarity_residual).toBeNaN();
    expect(rows[1]!.train_loss).toBeNaN();
  });
});

/** The objective with its n-th point replaced. */
function changed(objective: Objective, n: number, change: (point: Point) => Point): Objective {
  let points = 0;
  return {
    ...objective,
    at: (weights) => {
      const point = objective.at(weights);
      return points++ === n ? change(point) : point;
    },
  };
}
