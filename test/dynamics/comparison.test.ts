/** Distances and displacements of processes, on landscapes where they can be worked out. */
import { describe, expect, it } from "vitest";
import { compareWeights, comparisonSeries } from "../../src/dynamics/comparison.js";
import { rmsprop } from "../../src/dynamics/optimizers/rmsprop.js";
import { central } from "../../src/dynamics/processes/central.js";
import { discrete } from "../../src/dynamics/processes/discrete.js";
import { codimensionTwo, minimal } from "../support/landscapes.js";
import { objectiveOf } from "../support/polynomial.js";
import { follow, numbers, problemOf, spectra, startAt } from "../support/process.js";

const names = (processes: readonly string[]) => comparisonSeries(processes).map(({ name }) => name);

describe("what is compared", () => {
  it("is every pair of processes, and the optimizer with the flow that predicts it", () => {
    expect(names(["discrete", "midpoint", "central", "stable"])).toEqual([
      "step",
      "distance_discrete_midpoint",
      "distance_discrete_central",
      "distance_discrete_stable",
      "distance_midpoint_central",
      "distance_midpoint_stable",
      "distance_central_stable",
      "discrete_displacements",
      "midpoint_displacements",
    ]);
    expect(names(["discrete", "stable"])).toEqual(["step", "distance_discrete_stable"]);
  });

  it("has a column for each series, with null where a process ended before", () => {
    const processes = ["discrete", "central", "stable"];
    const weights: Record<string, Float32Array> = {
      discrete: Float32Array.of(4, 5),
      central: Float32Array.of(1, 1),
    };
    const row = compareWeights(processes, (name) => weights[name], [Float32Array.of(2, -1)]);
    expect(row).toEqual({
      distance_discrete_central: 5,
      distance_discrete_stable: null,
      distance_central_stable: null,
      discrete_displacements: [2],
    });
    expect(["step", ...Object.keys(row)]).toEqual(names(processes));
  });
});

describe("directions of the central flow", () => {
  /** (PV)ᵀ P⁻¹ (PV) = VᵀPV of the two critical eigenvectors, and what Σ is along them. */
  async function atEdge(optimizer = rmsprop.with({ lr: 0.5, beta2: 0.9 })) {
    const objective = objectiveOf(codimensionTwo(0.01));
    const problem = problemOf({ objective, optimizer });
    const nu = [4, 4.2, 0.3, 0.4, 0.5];
    const start = {
      ...startAt(problem, [0, 0, 8, 8, 0]),
      state: { t: 4, moments: Float64Array.from(nu) },
    };
    const process = await central.begin(problem, start, undefined);
    const row = await process.measure();
    return { row, directions: process.directions!() as readonly Float32Array[], problem, start };
  }

  it("are P-orthonormal, and as many as eigenvalues are critical", async () => {
    const { row, directions, problem, start } = await atEdge();
    const gradient = Float32Array.from(codimensionTwo(0.01).gradient([0, 0, 8, 8, 0]));
    const state = problem.optimizer.update(start.state, gradient);
    const p = problem.optimizer.preconditioner(state) as Float32Array;
    expect(directions).toHaveLength(row.critical as number);
    expect(row.critical).toBe(2);
    directions.forEach((a, i) => {
      directions.forEach((b, j) => {
        const product = a.reduce((sum, value, m) => sum + (value * b[m]!) / p[m]!, 0);
        expect(product).toBeCloseTo(i === j ? 1 : 0, 5);
      });
    });
  });

  it("have the trace of Σ that their variances give", async () => {
    // tr Σ = Σᵢ xᵢ ‖vᵢ‖² with V = P⁻¹(PV).
    const objective = objectiveOf(codimensionTwo(0.01));
    const lr = 0.25;
    const problem = problemOf({ objective, lr });
    const process = await central.begin(problem, startAt(problem, [0, 0, 8, 8, 0]), undefined);
    const row = await process.measure();
    const squares = (process.directions!() as readonly Float32Array[]).map((each) =>
      each.reduce((sum, value) => sum + (value * lr) ** 2, 0),
    );
    const [x] = spectra([row], "oscillation_variances");
    const sum = x!.reduce((total, value, i) => total + value * squares[i]!, 0);
    expect(row.oscillation_trace).toBeCloseTo(sum, 8);
    expect(sum).toBeGreaterThan(0);
  });

  it("see the optimizer oscillate with the variance that is predicted", async () => {
    const lr = 0.3;
    const length = 1000;
    const problem = problemOf({ objective: objectiveOf(minimal(0.01)), lr });
    const optimizer = await follow(discrete, problem, [0.01, 6.4], length);
    const process = await central.begin(problem, startAt(problem, [0.01, 6.4]), undefined);
    const rows = [];
    const squares: number[] = [];
    for (let step = 0; step < length; step++) {
      const measured = await process.measure();
      const weights = new Map([
        ["discrete", optimizer.weights[step]!],
        ["central", process.weights()],
      ]);
      const row = compareWeights(
        [...weights.keys()],
        (name) => weights.get(name),
        process.directions!() as readonly Float32Array[],
      );
      const [first] = row.discrete_displacements as number[];
      if (step >= length / 2) squares.push(first! ** 2);
      rows.push({ ...measured, ...(await process.advance()) });
    }
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const predicted = mean(
      spectra(rows.slice(length / 2), "oscillation_variances").map(([x]) => x!),
    );
    expect(Math.abs(mean(squares) / predicted - 1)).toBeLessThan(0.2);
    expect(numbers(rows, "critical").at(-1)).toBe(1);
  });
});
