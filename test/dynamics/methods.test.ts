/** The discretizations of flows at the edge: their measured order, their certificate, their chatter. */
import { describe, expect, it } from "vitest";
import { central } from "../../src/dynamics/processes/central.js";
import { codimensionTwo, curved } from "../support/landscapes.js";
import { objectiveOf } from "../support/polynomial.js";
import { follow, numbers, problemOf, top } from "../support/process.js";

const lr = 0.25;
const epsilon = 0.25;
const steps = 12;

/** Along the edge of `curved`, from z = 0. */
function slide(settings: Record<string, unknown>) {
  const problem = problemOf({ objective: objectiveOf(curved(epsilon)), lr, settings });
  return follow(central, problem, [0, 2 / lr, 0], steps + 1);
}

/**
 * The time at which the exact flow, the projection of −ηg on S = y + z² = 2/η, reaches z: it has
 * dz/dt = ηε(2 − 2z)/(1 + 4z²), so ηεt = −z² − 2z − 5/2 log(1 − z).
 */
const timeAt = (z: number) => (-z * z - 2 * z - 2.5 * Math.log1p(-z)) / (lr * epsilon);

async function errorAt(method: string, substeps: number): Promise<number> {
  const { weights } = await slide({ method, substeps });
  return Math.abs(timeAt(weights.at(-1)![2]!) - steps);
}

describe("the measured order", () => {
  it.each([
    ["authors", 1, [2, 4, 8]],
    ["euler", 1, [2, 4, 8]],
    ["heun", 2, [1, 2, 4]],
  ] as const)("of %s is %i", async (method, order, counts) => {
    const errors: number[] = [];
    for (const count of counts) errors.push(await errorAt(method, count));
    // Higher orders still show at these step sizes.
    for (const i of [1, 2]) {
      expect(Math.abs(Math.log2(errors[i - 1]! / errors[i]!) - order)).toBeLessThan(0.3);
    }
  });

  it("pays: heun is much better than euler at the same cost", async () => {
    const [euler, heun] = [await errorAt("euler", 4), await errorAt("heun", 2)];
    expect(heun).toBeLessThan(euler / 5);
    const work = async (method: string, substeps: number) => {
      const { rows } = await slide({ method, substeps });
      return numbers(rows, "third_derivatives");
    };
    expect(await work("heun", 2)).toEqual(await work("euler", 4));
  });
});

describe("a certified flow", () => {
  it("reports what doubling the substeps changes in a step, and takes the same steps", async () => {
    const plain = await slide({ method: "heun", substeps: 1 });
    const certified = await slide({ method: "heun", substeps: 1, certify: true });
    expect(certified.weights).toEqual(plain.weights);
    expect(plain.rows.every((row) => row.step_error === null)).toBe(true);
    const [first] = numbers(certified.rows, "step_error");
    const finer = await slide({ method: "heun", substeps: 2 });
    const apart = Math.hypot(...plain.weights[1]!.map((w, i) => w - finer.weights[1]![i]!));
    expect(first).toBeCloseTo(apart, 12);
    expect(first).toBeGreaterThan(0);
  });
});

it("only the authors' method lets two close critical eigenvalues off the edge", async () => {
  const excess = async (method: string) => {
    const objective = objectiveOf(codimensionTwo(0.01));
    const problem = problemOf({ objective, lr, settings: { method, substeps: 4 } });
    const { rows } = await follow(central, problem, [0, 0, 2 / lr, 2 / lr, 0], 60);
    return Math.max(...top(rows)) - 2;
  };
  expect(await excess("authors")).toBeGreaterThan(10 * (await excess("euler")));
});
