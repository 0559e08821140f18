/** The comparison of preconditioners along a flow; the solver itself is tested in `stationary/`. */
import { describe, expect, it } from "vitest";
import { gd } from "../../src/dynamics/optimizers/gd.js";
import { rmsprop } from "../../src/dynamics/optimizers/rmsprop.js";
import { central } from "../../src/dynamics/processes/central.js";
import { minimalInTwelve } from "../support/landscapes.js";
import { objectiveOf } from "../support/polynomial.js";
import { follow, followInPieces, numbers, problemOf } from "../support/process.js";

const start = [0.5, 3, ...Array.from({ length: 10 }, (_, i) => 0.1 * (i - 4))];

function problem(optimizer = rmsprop.with({ lr: 0.02, beta2: 0.9 })) {
  const objective = objectiveOf(minimalInTwelve(0.01));
  const eigenvalues = { raw: 1 };
  const preconditioners = { every: 3, tolerance: 1e-3, coordinates: 5 };
  return { ...problemOf({ objective, optimizer, eigenvalues }), preconditioners };
}

describe("preconditioners", () => {
  it("are compared on every n-th step, and in the order that the program gives them", async () => {
    const { rows } = await follow(central, problem(), start, 10);
    const measured = rows.filter((_, step) => step % 3 === 0);
    for (const column of ["stationary_cosine", "speed", "speed_stationary", "speed_gd"]) {
      expect(numbers(measured, column).every(Number.isFinite)).toBe(true);
    }
    for (const cosine of numbers(measured, "stationary_cosine")) {
      expect(cosine).toBeGreaterThan(0);
      expect(cosine).toBeLessThanOrEqual(1 + 1e-12);
    }
    // ν and ν̄ at the weights 0, 3, 6, 8 and 11.
    const [nu, rest] = ["preconditioner_nu", "stationary_nu"].map((column) =>
      measured.map((row) => row[column] as readonly number[]),
    );
    for (const list of [...nu!, ...rest!]) {
      expect(list).toHaveLength(5);
      expect(list.every((value) => value > 0)).toBe(true);
    }
    const others = rows.filter((_, step) => step % 3 !== 0);
    expect(others.every((row) => row.stationary_cosine === undefined)).toBe(true);
  });

  it("have at all weights the ν whose cosine is told", async () => {
    const all = problem();
    all.preconditioners.coordinates = start.length;
    const { rows } = await follow(central, all, start, 7);
    for (const row of rows.filter((_, step) => step % 3 === 0)) {
      const [a, b] = [row.preconditioner_nu, row.stationary_nu] as [number[], number[]];
      const of = (u: readonly number[], v: readonly number[]) =>
        u.reduce((sum, value, i) => sum + value * v[i]!, 0);
      expect(of(a, b) / Math.sqrt(of(a, a) * of(b, b))).toBeCloseTo(
        row.stationary_cosine as number,
        12,
      );
    }
  });

  it("go on from what was saved, to the same numbers", async () => {
    const [whole, pieces] = [
      await follow(central, problem(), start, 8),
      await followInPieces(central, problem(), start, 8),
    ];
    expect(pieces).toEqual(whole);
  });

  it("of gradient descent have nothing to be compared with", async () => {
    const { rows } = await follow(central, problem(gd.with({ lr: 0.05 })), start, 2);
    expect(rows.every((row) => row.speed === undefined)).toBe(true);
  });
});
