/** Every kind of figure on series whose curves are known, and on flows that lack what it shows. */
import { describe, expect, it } from "vitest";
import type { Curve, Figure } from "../../src/report/figure.js";
import { figureKinds, figureOf, figuresOf } from "../../src/report/figures/index.js";
import type { FlowResults } from "../../src/report/flow-results.js";
import { flowOf } from "./series.js";

const rows = 100;

/** Curves by label: their roles and styles, how many, and the first one's values by x. */
function seen({ curves }: Figure) {
  const found: Record<string, { look: string; count: number; values: Map<number, number | null> }> =
    {};
  for (const curve of curves) {
    const { label, role, style } = curve;
    const look = style ? `${role}, ${style}` : role;
    found[label] ??= { look, count: 0, values: valuesOf(curve) };
    expect(found[label].look).toBe(look);
    found[label].count++;
  }
  return found;
}

function valuesOf({ x, y }: Curve): Map<number, number | null> {
  expect(y.length).toBe(x.length);
  return new Map(Array.from(x, (step, i) => [step, y[i]!]));
}

function drawn(name: string, flow: FlowResults): Figure {
  return figureOf(figureKinds.find((kind) => kind.name === name)!, flow)!;
}

const alternating = (step: number) => (step % 2 === 0 ? 3 : 1);
const looks = (figure: Figure) =>
  Object.fromEntries(Object.entries(seen(figure)).map(([label, { look }]) => [label, look]));

describe("the loss", () => {
  const flow = flowOf(rows, {
    discrete: { train_loss: alternating },
    central: { train_loss: () => 1, predicted_loss: () => 2 },
    stable: { train_loss: () => 0.1 },
  });

  it("is the optimizer's, and smoothed where an average says something", () => {
    const { optimizer, "optimizer, smoothed": smoothed } = seen(drawn("loss", flow));
    expect([optimizer!.look, smoothed!.look]).toEqual(["optimizer, faint", "optimizer"]);
    expect([...optimizer!.values.values()].slice(0, 3)).toEqual([3, 1, 3]);
    expect([...smoothed!.values.keys()]).toEqual(Array.from({ length: 60 }, (_, i) => i + 20));
    // The Gaussian is cut at the ends of the series, within which the two values nearly cancel.
    for (const value of smoothed!.values.values()) expect(value).toBeCloseTo(2, 2);
  });

  it("is what the central flow predicts, not what it has itself", () => {
    const found = seen(drawn("loss", flow));
    expect(found["central flow's prediction"]!.values.get(50)).toBe(2);
    expect(found["stable flow"]!.look).toBe("stable");
  });

  it("is on a logarithmic scale if it spans a decade and is positive", () => {
    expect(drawn("loss", flow).y.scale).toBe("log");
    const falling = (to: number) =>
      flowOf(rows, { stable: { train_loss: (step) => 3 - step * to } });
    expect(drawn("loss", falling(0.02)).y.scale).toBe("linear");
    expect(drawn("loss", falling(0.04)).y.scale).toBe("linear");
  });
});

describe("eigenvalues", () => {
  const spectrum = (step: number) => (step < 50 ? [step / 20] : [2, 1.5]);
  const flow = flowOf(rows, {
    discrete: { effective_eigenvalues: () => [9] },
    midpoint: { effective_eigenvalues: spectrum },
    central: { effective_eigenvalues: spectrum },
    stable: { effective_eigenvalues: () => [7, 5] },
  });

  it("are the midpoints', if there are any, beside the flows'", () => {
    const figure = drawn("eigenvalues", flow);
    expect(looks(figure)).toEqual({
      "optimizer's midpoints": "midpoint",
      "central flow": "central",
      "stable flow's largest": "stable",
    });
    expect(figure.levels).toEqual([{ label: "critical", value: 2 }]);
    const { midpoint: _, ...others } = Object.fromEntries(flow.processes);
    const without = drawn("eigenvalues", { ...flow, processes: new Map(Object.entries(others)) });
    expect(Object.keys(seen(without))[0]).toBe("optimizer");
  });

  it("have gaps where fewer are tracked, and one of the stable flow stands for all", () => {
    const found = seen(drawn("eigenvalues", flow));
    expect(found["central flow"]!.count).toBe(2);
    expect(found["stable flow's largest"]!.count).toBe(1);
    const second = drawn("eigenvalues", flow).curves.filter(({ role }) => role === "central")[1]!;
    expect(valuesOf(second).get(49)).toBeNull();
    expect(valuesOf(second).get(50)).toBe(1.5);
  });

  it("are not drawn at steps at which none were measured", () => {
    const every = flowOf(rows, {
      central: { effective_eigenvalues: (step) => (step % 10 === 0 ? [2] : null) },
    });
    const { values } = seen(drawn("eigenvalues", every))["central flow"]!;
    expect([...values.keys()]).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
  });
});

describe("sharpness", () => {
  const sizes = (mean: number, harmonic = mean) => ({
    step_size_mean: () => mean,
    step_size_harmonic_mean: () => harmonic,
    hessian_eigenvalues: () => [40, 30],
  });

  it("has its threshold where there is one step size that stays", () => {
    const figure = drawn("sharpness", flowOf(rows, { central: sizes(0.05), ablated: sizes(0.05) }));
    expect(figure.levels).toEqual([{ label: "2/η", value: 40 }]);
    const found = seen(figure);
    expect(found["central flow"]!.count).toBe(2);
    expect(found["ablated flow's largest"]!.count).toBe(1);
    expect(drawn("sharpness", flowOf(rows, { central: sizes(0.05, 0.04) })).levels).toEqual([]);
    const moving = { ...sizes(0.05), step_size_mean: (step: number) => step };
    const both = { ...moving, step_size_harmonic_mean: moving.step_size_mean };
    expect(drawn("sharpness", flowOf(rows, { central: both })).levels).toEqual([]);
  });
});

describe("oscillations", () => {
  const predicted = { oscillation_variances: (step: number) => (step < 10 ? [] : [0.5, 0.1]) };
  const compare = {
    discrete_displacements: (step: number) =>
      step % 5 > 0 ? null : step < 10 ? [] : [step % 2 === 0 ? 0.7 : -0.7, 0.2, 9],
  };

  it("are squares of displacements, smoothed, one for each predicted variance", () => {
    const flow = flowOf(rows, { central: predicted }, { compare });
    const found = seen(drawn("oscillations", flow));
    expect(found["central flow's prediction"]).toMatchObject({ look: "central", count: 2 });
    const measured = found["optimizer, smoothed"]!;
    expect(measured).toMatchObject({ look: "optimizer", count: 2 });
    expect([...measured.values.keys()]).toEqual(Array.from({ length: 12 }, (_, i) => 20 + 5 * i));
    for (const value of measured.values.values()) expect(value).toBeCloseTo(0.49, 10);
  });

  it("are predicted without a comparison, but not where nothing turns critical", () => {
    expect(looks(drawn("oscillations", flowOf(rows, { central: predicted })))).toEqual({
      "central flow's prediction": "central",
    });
    const calm = flowOf(rows, { central: { oscillation_variances: () => [] } }, { compare });
    expect(drawn("oscillations", calm)).toBeUndefined();
  });
});

describe("outputs", () => {
  /** Of two examples, with four outputs each. */
  const of = (start: number) => Array.from({ length: 8 }, (_, i) => start + i);
  const flow = (train: number[], test: number[], count = 8) =>
    flowOf(
      rows,
      {
        discrete: {
          train_outputs: () => of(0).slice(0, count),
          test_outputs: () => (test.length > 0 ? of(100).slice(0, count) : null),
        },
        central: { train_outputs: () => of(0).slice(0, count) },
      },
      { examples: { train, test } },
    );

  it("are of test examples if there are any, and of so many as can be told apart", () => {
    const test = drawn("outputs", flow([0, 1], [3, 7]));
    expect(test.y.label).toBe("outputs on test example 3");
    expect(looks(test)).toEqual({ optimizer: "optimizer, faint" });
    expect(seen(test).optimizer).toMatchObject({ count: 4 });
    expect(seen(test).optimizer!.values.get(0)).toBe(100);
    const train = drawn("outputs", flow([5, 6], []));
    expect(train.y.label).toBe("outputs on train example 5");
    expect(seen(train)["central flow"]).toMatchObject({ count: 4, look: "central" });
    const single = drawn("outputs", flow([5, 6], [], 2));
    expect(single.y.label).toBe("outputs on train examples 5, 6");
    expect(seen(single).optimizer!.count).toBe(2);
  });

  it("need to know of which examples they are", () => {
    const { examples: _, ...unknown } = flow([0, 1], []);
    expect(drawn("outputs", unknown)).toBeUndefined();
  });
});

describe("step sizes", () => {
  const adapting = (factor: number) => ({
    step_size_mean: (step: number) => factor * (step + 1),
    step_size_harmonic_mean: (step: number) => factor * (step + 1),
    hessian_eigenvalues: (step: number) => (step === 0 ? [-1] : [4]),
  });

  it("stand against 2/S along the central flow, where S is positive", () => {
    const figure = drawn(
      "step-size",
      flowOf(rows, { discrete: adapting(1), central: adapting(2), ablated: adapting(3) }),
    );
    const found = seen(figure);
    expect(looks(figure)).toEqual({
      optimizer: "optimizer",
      "central flow": "central",
      "ablated flow": "ablated",
      "2/S along the central flow": "central, dashed",
    });
    expect(found["2/S along the central flow"]!.values.get(0)).toBeUndefined();
    expect(found["2/S along the central flow"]!.values.get(1)).toBe(0.5);
    expect(found["ablated flow"]!.values.get(9)).toBe(30);
  });

  it("say nothing if they stay, or if coordinates have their own", () => {
    const constant = { step_size_mean: () => 1, step_size_harmonic_mean: () => 1 };
    expect(drawn("step-size", flowOf(rows, { discrete: constant }))).toBeUndefined();
    const own = { ...adapting(1), step_size_harmonic_mean: (step: number) => step / 2 };
    expect(drawn("step-size", flowOf(rows, { discrete: own }))).toBeUndefined();
  });
});

describe("single weights", () => {
  /** The third is of an input that is always 0. */
  const values = (factor: number) => () => [factor, 8 * factor, 0, 4 * factor, 2 * factor];

  it("are three, spread by size, of which ν is positive", () => {
    const flow = flowOf(rows, {
      discrete: { nu_coordinates: values(1), nu_mean: () => 3 },
      central: { nu_coordinates: values(1), nu_mean: () => 3 },
    });
    const figure = drawn("nu", flow);
    expect(figure.y.label).toBe("ν of single weights");
    const firsts = figure.curves.filter(({ role }) => role === "central").map(({ y }) => y[0]);
    expect(firsts).toEqual([8, 4, 2]);
  });

  it("give way to the mean of ν where they are not kept", () => {
    const figure = drawn("nu", flowOf(rows, { stationary: { nu_mean: () => 3 } }));
    expect(figure.y.label).toBe("mean of ν");
    expect(looks(figure)).toEqual({ "stationary flow": "stationary" });
  });

  it("have squared gradients, whose averages are predicted", () => {
    const flow = flowOf(rows, {
      discrete: { grad_sq_coordinates: (step) => values(alternating(step))() },
      central: { predicted_grad_sq_coordinates: values(2) },
    });
    const found = seen(drawn("squared-gradients", flow));
    expect(found["central flow's prediction"]).toMatchObject({ count: 3, look: "central" });
    expect(found["central flow's prediction"]!.values.get(0)).toBe(16);
    expect(found["optimizer, smoothed"]!.values.get(50)).toBeCloseTo(16, 3);
  });
});

it("the gradient's norm is measured, predicted, and small along the flows themselves", () => {
  const flow = flowOf(rows, {
    discrete: { grad_norm_sq: alternating },
    central: { grad_norm_sq: () => 0.1, predicted_grad_norm_sq: () => 2 },
    stable: { grad_norm_sq: () => 0.2 },
  });
  const figure = drawn("gradient-norm", flow);
  expect(figure.y.scale).toBe("log");
  expect(looks(figure)).toEqual({
    optimizer: "optimizer, faint",
    "optimizer, smoothed": "optimizer",
    "central flow's prediction": "central",
    "along the central flow": "central, dashed",
    "stable flow": "stable",
  });
  expect(seen(figure)["along the central flow"]!.values.get(7)).toBe(0.1);
});

it("distances are to the midpoints, or else to the optimizer", () => {
  const compare = {
    distance_discrete_central: () => 2,
    distance_discrete_stable: () => 3,
    distance_midpoint_central: (step: number) => (step % 10 === 0 ? step : null),
    distance_central_stable: () => 4,
  };
  const figure = drawn("distance", flowOf(rows, {}, { compare }));
  expect(figure.y.label).toBe("distance to the optimizer's midpoints");
  expect([...seen(figure)["central flow"]!.values.keys()]).toHaveLength(10);
  expect(looks(figure)).toEqual({ "central flow": "central" });
  const { distance_midpoint_central: _, ...others } = compare;
  const plain = drawn("distance", flowOf(rows, {}, { compare: others }));
  expect(looks(plain)).toEqual({ "central flow": "central", "stable flow": "stable" });
});

it("preconditioners have a cosine and speeds at the steps at which they are compared", () => {
  const at = (value: number) => (step: number) => (step % 50 === 0 ? value : null);
  const flow = flowOf(rows, {
    central: {
      stationary_cosine: at(0.9),
      speed: at(1),
      speed_stationary: at(2),
      speed_first_term: at(3),
      speed_gd: at(0.5),
      preconditioner_nu: (step) => (step % 50 === 0 ? [1e-4, 2e-4] : null),
      stationary_nu: (step) => (step % 50 === 0 ? [3e-4, 4e-4] : null),
    },
  });
  expect(
    drawn("stationary-nu", flow).curves.map(({ role, y }) => [role, ...Array.from(y)]),
  ).toEqual([
    ["central", 1e-4, 1e-4],
    ["central", 2e-4, 2e-4],
    ["stationary", 3e-4, 3e-4],
    ["stationary", 4e-4, 4e-4],
  ]);
  const cosine = drawn("cosine", flow);
  expect([...seen(cosine)["central flow"]!.values]).toEqual([
    [0, 0.9],
    [50, 0.9],
  ]);
  expect(cosine.levels[0]!.value).toBe(1);
  expect(drawn("speeds", flow).curves.map(({ role, y }) => [role, y[1]])).toEqual([
    ["central", 1],
    ["stationary", 2],
    ["other", 3],
    ["other", 0.5],
  ]);
});

it("an ablation compares losses along the flows themselves", () => {
  const flow = flowOf(rows, {
    central: { train_loss: () => 1, predicted_loss: () => 9 },
    ablated: { train_loss: () => 2 },
  });
  expect(drawn("ablation", flow).curves.map(({ role, y }) => [role, y[0]])).toEqual([
    ["central", 1],
    ["ablated", 2],
  ]);
  expect(drawn("ablation", flowOf(rows, { central: { train_loss: () => 1 } }))).toBeUndefined();
});

it("a cost is what is spent a step, on average, of processes that spend anything", () => {
  const flow = flowOf(rows, {
    discrete: { hvps: () => 0 },
    central: { hvps: alternating, third_derivatives: () => 6 },
  });
  const found = seen(drawn("cost", flow));
  expect(Object.keys(found)).toEqual(["central flow", "central flow's third derivatives"]);
  expect(found["central flow"]!.values.get(50)).toBeCloseTo(2, 4);
  expect(found["central flow's third derivatives"]!.look).toBe("central, dashed");
});

it("times are what a step took, in the middle of each part, as far as there are rows", () => {
  const paces = new Map([
    [
      "central",
      [
        { first: 0, rows: 64, seconds: 6.4 },
        { first: 64, rows: 64, seconds: 0.64 },
        { first: 128, rows: 3, seconds: 9 },
      ],
    ],
    // Of a process whose rows are not there nothing is shown.
    ["stable", [{ first: 0, rows: 64, seconds: 1 }]],
  ]);
  const central = { train_loss: () => 1 };
  const figure = drawn("time", flowOf(rows, { discrete: central, central }, { paces }));
  expect(figure.curves.map(({ label }) => label)).toEqual(["central flow"]);
  expect(figure.curves[0]!.x).toEqual([31.5, 95.5]);
  expect(figure.curves[0]!.y).toEqual([100, 10]);
  expect(drawn("time", flowOf(rows, { central }))).toBeUndefined();
});

it("flows of which nothing is kept, or nothing measured, have no figures", () => {
  expect(figuresOf(flowOf(rows, {}))).toEqual([]);
  const unmeasured = { discrete: { train_loss: () => null, effective_eigenvalues: () => null } };
  expect(figuresOf(flowOf(rows, unmeasured))).toEqual([]);
});

it("kinds have names of their own that files can have, and say what they need", () => {
  const names = figureKinds.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, title, caption, needs } of figureKinds) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(caption).toMatch(/\.$/);
    expect(title + needs).not.toMatch(/\.$/);
  }
});
