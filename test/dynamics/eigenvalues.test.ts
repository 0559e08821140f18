/** Which rows have eigenvalues, which eigenvalues, and what they cost. */
import { describe, expect, it } from "vitest";
import { central } from "../../src/dynamics/processes/central.js";
import { discrete } from "../../src/dynamics/processes/discrete.js";
import { midpoint } from "../../src/dynamics/processes/midpoint.js";
import { stable } from "../../src/dynamics/processes/stable.js";
import { StepFailure } from "../../src/runtime/step.js";
import { codimensionTwo, minimalInTwelve } from "../support/landscapes.js";
import { objectiveOf } from "../support/polynomial.js";
import { follow, numbers, problemOf, spectra } from "../support/process.js";

const landscape = minimalInTwelve(0.01);
const start = [0.05, 6, ...Array<number>(10).fill(0.1)];
const lr = 0.3;

const columns = ["effective_eigenvalues", "hessian_eigenvalues"];

describe.each([discrete, midpoint])("$name", (kind) => {
  it("measures on every n-th step", async () => {
    const problem = problemOf({ objective: objectiveOf(landscape), lr, eigenvalues: { every: 3 } });
    const { rows } = await follow(kind, problem, start, 8);
    rows.forEach((row, t) => {
      const measured = t % 3 === 0;
      for (const column of columns) expect(row[column] === null).toBe(!measured);
      expect((row.hvps as number) > 0).toBe(measured);
    });
  });

  it("measures nothing without the block", async () => {
    const objective = objectiveOf(landscape);
    const { rows } = await follow(kind, problemOf({ objective, lr, eigenvalues: null }), start, 4);
    for (const row of rows)
      expect([row[columns[0]!], row[columns[1]!], row.hvps]).toEqual([null, null, 0]);
    expect(objective.spent.products).toBe(0);
  });
});

describe.each([discrete, midpoint, central, stable])("$name", (kind) => {
  it("counts every Hessian-vector product and third derivative", async () => {
    const objective = objectiveOf(landscape);
    const { rows } = await follow(
      kind,
      problemOf({ objective, lr }),
      [0.05, 6.7, ...start.slice(2)],
      12,
    );
    const sum = (column: string) => numbers(rows, column).reduce((a, b) => a + b, 0);
    expect(sum("hvps")).toBe(objective.spent.products);
    expect(objective.spent.products).toBeGreaterThan(12);
    const third = kind === central ? sum("third_derivatives") : 0;
    expect(third).toBe(objective.spent.thirdDerivatives);
    expect(third > 0).toBe(kind === central);
  });

  it("has raw eigenvalues λP", async () => {
    const { rows } = await follow(
      kind,
      problemOf({ objective: objectiveOf(landscape), lr }),
      start,
      3,
    );
    const [effective, raw] = columns.map((column) => spectra(rows, column));
    expect(raw).toEqual(effective!.map((values) => values.map((value) => value * (1 / lr))));
  });
});

describe("what the central flow tracks", () => {
  const both = [0, 0, 8, 8, 0];
  const run = (eigenvalues: Record<string, number> | null) => {
    const objective = objectiveOf(codimensionTwo(0.01));
    const problem = problemOf({ objective, lr: 0.25, eigenvalues, settings: { substeps: 2 } });
    return follow(central, problem, both, 20);
  };

  it("does not depend on how often the flow measures", async () => {
    expect((await run({ every: 5 })).rows).toEqual((await run({})).rows);
    expect((await run(null)).rows).toEqual((await run({})).rows);
  });

  it("is every critical eigenvalue, even if the flow asks for larger ones only", async () => {
    const { rows } = await run({ above: 3 });
    expect(new Set(numbers(rows, "critical"))).toEqual(new Set([2]));
  });

  it("fails where there may be more critical eigenvalues than it may track", async () => {
    const failure = await run({ most: 1 }).catch((error) => error);
    expect(failure).toBeInstanceOf(StepFailure);
    expect(failure.message).toBe(
      "all 1 tracked eigenvalues are above 1.95, so there may be more of them",
    );
    expect(failure.help).toBe("track more: eigenvalues { most = 2 }");
  });
});
