/** Measures of agreement on series whose errors are known, and the page that shows them. */
import { describe, expect, it } from "vitest";
import { agreementOf, integrationError, windowLength } from "../../src/report/agreement.js";
import { agreementPage } from "../../src/report/agreement-page.js";
import type { SeriesTable } from "../../src/runtime/step.js";

const rows = 250;
const critical = 50;

type Columns = Record<string, (step: number) => number | readonly number[] | null>;

function table(columns: Columns): SeriesTable {
  const column = (name: string) => Array.from({ length: rows }, (_, step) => columns[name]!(step));
  return {
    columns: [],
    rows,
    scalar: (name) => column(name) as (number | null)[],
    list: (name) =>
      column(name).map((value) => (value === null ? null : Float64Array.from(value as number[]))),
  };
}

/** An optimizer that flips between two values, and flows that are off its mean by known shares. */
const optimizer = (step: number) => (step % 2 === 0 ? 3 : 1);
const flow = (nu: (step: number) => number | null) =>
  new Map(
    Object.entries({
      discrete: table({ train_loss: optimizer, grad_norm_sq: () => 8, nu_mean: nu }),
      midpoint: table({ step_norm: () => 0.5 }),
      central: table({
        critical: (step) => (step < critical ? 0 : 2),
        predicted_loss: (step) => (step < critical ? 99 : 2.2),
        predicted_grad_norm_sq: (step) => (step < critical ? 99 : 10),
        nu_mean: () => 4.04,
        oscillation_variances: (step) => (step < critical ? [] : [0.3, 0.1]),
      }),
      stable: table({ train_loss: () => 1, grad_norm_sq: () => 2, nu_mean: () => 1 }),
      compare: table({
        discrete_displacements: (step) =>
          step % 10 > 0 ? null : step < critical ? [] : [step % 20 === 0 ? 0.6 : -0.6, 0.2],
        distance_midpoint_central: (step) => (step === 60 ? 2 : 1),
        distance_midpoint_stable: (step) => (step % 10 === 0 ? step / 10 : null),
      }),
    }),
  );

describe("agreement", () => {
  it("measures each prediction against the optimizer, once an eigenvalue is critical", () => {
    const measured = new Map(
      agreementOf(flow(() => 4)).map(({ quantity, ...errors }) => [quantity, errors]),
    );
    const near = (quantity: string, central: number, stable: number | null) => {
      const found = measured.get(quantity)!;
      expect(found.central, quantity).toBeCloseTo(central, 6);
      if (stable === null) expect(found.stable).toBeNull();
      else expect(found.stable, quantity).toBeCloseTo(stable, 6);
    };
    // The smoothed prediction still feels rows before the first critical one: only that is rough.
    const loss = measured.get("training loss, smoothed")!;
    expect(loss.stable).toBeCloseTo(0.5, 3);
    near(`squared gradient norm, in windows of ${windowLength} steps`, 0.25, 0.75);
    near("mean of ν, smoothed", 0.01, 0.75);
    // Predicted 0.4 in all, observed 0.36 + 0.04.
    near("variance along the critical eigenvectors", 0, null);
    near("largest distance to the midpoints, over their path's length", 2 / 125, 24 / 125);
  });

  it("leaves ν out where an optimizer has none", () => {
    const quantities = agreementOf(flow(() => null)).map(({ quantity }) => quantity);
    expect(quantities).not.toContain("mean of ν, smoothed");
    expect(quantities).toHaveLength(4);
  });

  it("says what a flow lacks", () => {
    const all = flow(() => null);
    const without = (name: string) => new Map([...all].filter(([each]) => each !== name));
    expect(() => agreementOf(without("compare"))).toThrow("the flow does not run compare");
    const calm = new Map(all).set("central", table({ critical: () => 0, predicted_loss: () => 1 }));
    expect(() => agreementOf(calm)).toThrow("no eigenvalue of the central flow turns critical");
  });
});

describe("integration error", () => {
  const central = (factor: number) =>
    table({
      train_loss: (step) => factor * (step + 1),
      predicted_loss: () => factor ** 2,
      hvps: () => 3,
      third_derivatives: (step) => step % 2,
    });

  it("is the mean distance over the mean magnitude, beside what it took", () => {
    const found = integrationError(central(1.01), central(1));
    expect(found.trainLoss).toBeCloseTo(0.01, 10);
    expect(found.predictedLoss).toBeCloseTo(0.0201, 10);
    expect([found.products, found.thirdDerivatives]).toEqual([750, 125]);
  });
});

it("becomes a page", () => {
  const page = agreementPage(
    [
      {
        title: "Gradient descent",
        file: "pipelines/a.cflow",
        rows: [
          { quantity: "loss", central: 0.0213, stable: 12.3 },
          { quantity: "variance", central: 0.5, stable: null },
        ],
      },
    ],
    [
      {
        title: "RMSProp",
        file: "pipelines/b.cflow",
        rows: [
          {
            method: "`heun`, 2",
            trainLoss: 1e-4,
            predictedLoss: 2e-3,
            products: 1234,
            thirdDerivatives: 5,
          },
          {
            method: "`authors`, 4",
            trainLoss: 1,
            predictedLoss: 2,
            products: 6,
            thirdDerivatives: 7,
          },
        ],
      },
    ],
  );
  expect(page).toContain("From [`pipelines/a.cflow`](../pipelines/a.cflow).");
  expect(page).toContain("| loss | 2.1% | 1,230% |\n| variance | 50% |  |");
  expect(page).toContain(
    "| [RMSProp](../pipelines/b.cflow) | `heun`, 2 | 1.0e-4 | 2.0e-3 | 1,234 | 5 |",
  );
  expect(page).toContain("|  | `authors`, 4 | 1.0e+0 | 2.0e+0 | 6 | 7 |");
  expect(page.endsWith("|\n")).toBe(true);
});
