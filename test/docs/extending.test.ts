/** The examples of docs/extending.md are real: they are what the page shows, and they work. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { check } from "../../src/dsl/index.js";
import { central } from "../../src/dynamics/processes/central.js";
import { discrete } from "../../src/dynamics/processes/discrete.js";
import { stable } from "../../src/dynamics/processes/stable.js";
import { loadTfjs, openEngine } from "../../src/engine/index.js";
import { buildModel } from "../../src/models/build.js";
import { layers } from "../../src/models/index.js";
import { minimal } from "../support/landscapes.js";
import { objectiveOf, polynomial } from "../support/polynomial.js";
import { follow, followInPieces, numbers, problemOf, top } from "../support/process.js";
import { adagradNorm } from "./examples/adagrad-norm.js";
import { gain } from "./examples/gain.js";
import { modified } from "./examples/modified.js";
import { vocabulary } from "./examples/vocabulary.js";
import { fencesOf, root } from "./pages.js";

const shown = fencesOf("docs/extending.md").filter(({ language }) => language === "ts");

test("the page shows the examples as they are", () => {
  expect(shown.map(({ name }) => name).sort()).toEqual([
    "test/docs/examples/adagrad-norm.ts",
    "test/docs/examples/gain.ts",
    "test/docs/examples/modified.ts",
  ]);
  for (const { name, text } of shown) expect(text, name).toBe(readFileSync(root + name, "utf8"));
});

describe("the layer", () => {
  const chain = [
    { maker: "gain", settings: { initial: 0.5 } },
    { maker: "tanh", settings: {} },
  ];
  const model = buildModel([...layers, gain], [3], chain);

  test("scales what it is given, and has derivatives to third order", async () => {
    const tf = await loadTfjs();
    const engine = await openEngine("onnx", { threads: 1, precision: "float64" });
    const x = Float64Array.of(1, -2, 0.5);
    // L = Σ tanh(wᵢxᵢ): its derivatives are those of tanh, times powers of xᵢ.
    const objective = await engine.compile({
      parameters: model.parameters,
      data: [{ name: "x", shape: [1, 3], values: x }],
      loss: (weights, [inputs]) => tf.sum(model.apply(tf, weights, inputs!)),
    });
    const point = objective.at(Float64Array.of(0.5, 0.25, -1));
    const { loss, gradient } = await point.lossAndGradient();
    const y = [0.5, -0.5, -0.5].map(Math.tanh);
    expect(loss).toBeCloseTo(y[0]! + y[1]! + y[2]!, 12);
    y.forEach((value, i) => {
      expect(gradient[i]).toBeCloseTo((1 - value ** 2) * x[i]!, 12);
    });
    const ones = Float64Array.of(1, 1, 1);
    const [product] = await point.products([ones]);
    const [[third]] = (await point.thirdDerivatives([ones])) as [[Float64Array]];
    y.forEach((value, i) => {
      const slope = 1 - value ** 2;
      expect(product![i]).toBeCloseTo(-2 * value * slope * x[i]! ** 2, 12);
      expect(third[i]).toBeCloseTo((4 * value ** 2 - 2 * slope) * slope * x[i]! ** 3, 12);
    });
    await objective.dispose();
  });

  test("starts where its setting says, and refuses a single number", () => {
    expect(model.parameters[0]).toMatchObject({
      shape: [3],
      initial: { form: "constant", value: 0.5 },
    });
    expect(gain.output({ initial: 1 }, [])).toHaveProperty("misfit");
  });
});

describe("the optimizer", () => {
  const optimizer = adagradNorm.with({ lr: 0.5, start: 1 });
  const g = Float32Array.of(3, 4);

  test("takes the first step by hand", () => {
    const state = optimizer.update(optimizer.initial(2), g);
    expect(state).toEqual({ t: 1, moments: Float64Array.of(26) });
    expect(optimizer.preconditioner(state)).toBeCloseTo(Math.sqrt(26) / 0.5, 14);
  });

  test("moves as its flow does: the rate, its curvature and that of P", () => {
    const state = { t: 1, moments: Float64Array.of(9) };
    const after = optimizer.update(state, g);
    expect(after.moments[0]! - state.moments[0]!).toBe(optimizer.rate(after, g)[0]);
    expect(optimizer.curvature(state, g, g)[0]).toBe(2 * 25);
    const at = (nu: number) =>
      optimizer.preconditioner({ t: 1, moments: Float64Array.of(nu) }) as number;
    const rate = optimizer.preconditionerRate(state, { moments: Float64Array.of(1), time: 0 });
    expect(rate).toBeCloseTo((at(9 + 1e-4) - at(9 - 1e-4)) / 2e-4, 8);
  });

  test("has a central flow that is at the edge exactly, and that the optimizer follows", async () => {
    const objective = objectiveOf(minimal(0.1));
    const problem = problemOf({ objective, optimizer: adagradNorm.with({ lr: 0.8, start: 5 }) });
    const along = (kind: typeof modified) => follow(kind, problem, [0.02, 12.2], 300);
    const [flow, steps, free] = [await along(central), await along(discrete), await along(stable)];
    const late = top(flow.rows).slice(40);
    expect(Math.max(...late.map((value) => Math.abs(value - 2)))).toBeLessThan(1e-3);
    const y = ({ weights }: typeof flow) => weights.map((each) => each[1]!);
    const apart = (other: typeof flow) =>
      Math.max(...y(other).map((value, i) => Math.abs(value - y(flow)[i]!)));
    expect(apart(steps)).toBeLessThan(apart(free) / 10);
    // In the mean over a few cycles of its bursts, ν grows as the flow predicts.
    const nu = ({ rows }: typeof flow) => numbers(rows, "nu_mean").reduce((a, b) => a + b) / 300;
    expect(Math.abs(nu(steps) / nu(flow) - 1)).toBeLessThan(0.01);
    expect(Math.abs(nu(free) / nu(flow) - 1)).toBeGreaterThan(0.1);
  });
});

describe("the process", () => {
  const bowl = objectiveOf(
    polynomial("xy", [
      [1, "xx"],
      [0.5, "yy"],
      [0.125, "xxyy"],
    ]),
  );
  const start = [1, -0.5];

  async function distances(lr: number): Promise<{ modified: number; stable: number }> {
    const length = Math.round(1 / lr) + 1;
    const problem = problemOf({ objective: bowl, lr, settings: { substeps: 16 } });
    const reached = async (kind: typeof modified) =>
      (await follow(kind, problem, start, length)).weights.at(-1)!;
    const goal = await reached(discrete);
    const from = (w: Float32Array) => Math.hypot(w[0]! - goal[0]!, w[1]! - goal[1]!);
    // So many more substeps than η needs that the error of Euler's method does not count.
    const fine = problemOf({ objective: bowl, lr, settings: { substeps: 512 } });
    const flow = (await follow(stable, fine, start, length)).weights.at(-1)!;
    return { modified: from(await reached(modified)), stable: from(flow) };
  }

  test("follows gradient descent to second order, where gradient flow does to first", async () => {
    const [coarse, fine] = [await distances(1 / 8), await distances(1 / 16)];
    expect(coarse.stable / fine.stable).toBeGreaterThan(1.7);
    expect(coarse.stable / fine.stable).toBeLessThan(2.6);
    expect(coarse.modified / fine.modified).toBeGreaterThan(3.5);
    expect(fine.modified).toBeLessThan(fine.stable / 10);
  });

  test("goes on from what it saved to the same rows", async () => {
    const problem = problemOf({ objective: bowl, lr: 0.125 });
    const whole = await follow(modified, problem, start, 8);
    const pieces = await followInPieces(modified, problem, start, 8);
    expect(pieces).toEqual(whole);
    expect(numbers(whole.rows, "modified_loss")[0]).toBeGreaterThan(
      numbers(whole.rows, "train_loss")[0]!,
    );
  });
});

test("the language speaks of them as of its own", () => {
  const flow = (optimizer: string) => `
    dataset points = moons
    model net = dense(8) -> gain -> tanh -> dense(outputs)
    flow a {
      dataset = points  model = net  loss = mse  optimizer = ${optimizer}  steps = 5
      modified
    }`;
  const codesOf = (text: string) =>
    check({ name: "a.cflow", text }, vocabulary).diagnostics.map(({ code }) => code);
  expect(codesOf(flow("gd(0.1)"))).toEqual([]);
  expect(codesOf(flow("adagrad_norm(0.1)"))).toEqual(["CF1406"]);
});
