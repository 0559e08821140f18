/** What a flow looks at besides its processes' own rows: outputs, coordinates, and each other. */
import { beforeAll, describe, expect, it } from "vitest";
import { loadTfjs } from "../../src/engine/index.js";
import { modelOf } from "../../src/steps/model.js";
import { temporaryFolder } from "../data/folder.js";
import { inputsOf, runStep, stepsOf, type Written } from "../support/steps.js";

const folder = temporaryFolder();
const wave = (length: number, turn = 1) =>
  Float32Array.from({ length }, (_, i) => Math.round(8 * Math.sin(turn * i)) / 8);
folder.npy("x.npy", [6, 2], wave(12));
folder.npy("y.npy", [6, 2], wave(12, 2));

const length = 7;
const text = (optimizer: string) => `
  dataset own = arrays {
    x_train = "x.npy"  y_train = "y.npy"  x_test = "x.npy"  y_test = "y.npy"
  }
  flow f {
    dataset = own  model = dense(2) -> tanh -> dense(outputs)  loss = mse
    optimizer = ${optimizer}  steps = ${length}  seed = 3
    eigenvalues { above = 0.5 }
    outputs { train = [4, 1]  test = 2 }
    coordinates { at = [11, 0] }
    compare { every = 3 }
    discrete
    central
    stable
  }`;

async function ran(optimizer: string, names: readonly string[]): Promise<Map<string, Written>> {
  const steps = stepsOf(text(optimizer), folder.path);
  const done = new Map<string, Written>();
  for (const name of names) {
    const step = steps.get(name)!;
    done.set(name, await runStep(step, { inputs: await inputsOf(step, steps) }));
  }
  return done;
}

const descent = "gd { lr = 1.6 }";
let gd: Map<string, Written>;
let rmsprop: Map<string, Written>;
beforeAll(async () => {
  const processes = ["f.discrete", "f.central", "f.stable"];
  gd = await ran(descent, processes);
  const compare = stepsOf(text(descent), folder.path).get("f.compare")!;
  gd.set("f.compare", await runStep(compare, { inputs: Object.fromEntries(gd) }));
  rmsprop = await ran("rmsprop { lr = 0.01 }", ["f.discrete"]);
});

const snapshotsOf = (written: Written, name: string) =>
  written.snapshots.filter((each) => each.name === name);

describe("outputs on chosen examples", () => {
  it("are the model's, one example after the other", async () => {
    const { rows, snapshots } = gd.get("f.discrete")!;
    const step = stepsOf(text(descent), folder.path).get("f.discrete")!;
    const model = modelOf(step.parameters.model!);
    const tf = await loadTfjs();
    const weights = snapshots[0]!.tensor.values as Float32Array;
    let taken = 0;
    const parameters = model.parameters.map(({ shape }) => {
      const size = shape.reduce((a, b) => a * b, 1);
      taken += size;
      return tf.tensor(weights.slice(taken - size, taken), [...shape]);
    });
    const expected = model
      .apply(tf, parameters, tf.tensor2d(wave(12), [6, 2]))
      .arraySync() as number[][];
    const near = (found: unknown, rows: number[]) => {
      const values = rows.flatMap((row) => expected[row]!);
      expect(found).toHaveLength(values.length);
      values.forEach((value, i) => {
        expect((found as number[])[i]).toBeCloseTo(value, 6);
      });
    };
    near(rows[0]!.train_outputs, [4, 1]);
    near(rows[0]!.test_outputs, [0, 1]);
    expect(rows.at(-1)!.train_outputs).not.toEqual(rows[0]!.train_outputs);
  });
});

describe("coordinates", () => {
  it("are squares of the gradient's entries, part of its norm", () => {
    for (const row of gd.get("f.discrete")!.rows) {
      const squares = row.grad_sq_coordinates as number[];
      expect(squares).toHaveLength(2);
      const sum = squares[0]! + squares[1]!;
      expect(sum).toBeGreaterThan(0);
      expect(sum).toBeLessThan(row.grad_norm_sq as number);
      expect(row.nu_coordinates).toBeNull();
    }
  });

  it("have the optimizer's ν, where it has one a weight", () => {
    // ν₀ = (1 − β₂)g₀², and then ν_t = β₂ν_{t−1} + (1 − β₂)g_t².
    let nu = [0, 0];
    for (const row of rmsprop.get("f.discrete")!.rows) {
      const squares = row.grad_sq_coordinates as number[];
      nu = nu.map((value, i) => 0.99 * value + 0.01 * squares[i]!);
      (row.nu_coordinates as number[]).forEach((value, i) => {
        expect(Math.abs(value / nu[i]! - 1)).toBeLessThan(1e-12);
      });
    }
  });

  it("are predicted with the part that oscillations make", () => {
    const { rows } = gd.get("f.central")!;
    let more = 0;
    for (const row of rows) {
      const predicted = row.predicted_grad_sq_coordinates as number[];
      predicted.forEach((value, i) => {
        const square = (row.grad_sq_coordinates as number[])[i]!;
        expect(value).toBeGreaterThanOrEqual(square);
        if (value > square) more++;
      });
      const all = (row.predicted_grad_norm_sq as number) - (row.grad_norm_sq as number);
      const part = predicted.reduce((sum, value) => sum + value, 0);
      const squares = (row.grad_sq_coordinates as number[]).reduce((sum, value) => sum + value, 0);
      expect(part - squares).toBeLessThanOrEqual(all * (1 + 1e-5));
    }
    expect(more).toBeGreaterThan(0);
  });
});

describe("a comparison", () => {
  it("has a row a step, and distances where weights were kept", () => {
    const { rows, columns } = gd.get("f.compare")!;
    expect(rows).toHaveLength(length);
    for (const row of rows) expect(Object.keys(row)).toEqual(columns.map(({ name }) => name));
    const [a, b] = ["f.discrete", "f.stable"].map((name) =>
      snapshotsOf(gd.get(name)!, "snapshots"),
    );
    expect(a!.map(({ step }) => step)).toEqual([0, 3, 6]);
    rows.forEach((row, step) => {
      expect(row.step).toBe(step);
      const place = a!.findIndex((each) => each.step === step);
      expect(row.distance_discrete_stable === null).toBe(place < 0);
      if (place < 0) return;
      const [x, y] = [a![place]!.tensor.values, b![place]!.tensor.values];
      const squares = [...x].map((value, i) => (value - y[i]!) ** 2);
      const expected = Math.sqrt(squares.reduce((sum, value) => sum + value, 0));
      expect(row.distance_discrete_stable).toBeCloseTo(expected, 10);
    });
  });

  it("has as many displacements as the flow has directions at that step", () => {
    const { rows } = gd.get("f.compare")!;
    const directions = snapshotsOf(gd.get("f.central")!, "directions");
    expect(directions.length).toBeGreaterThan(0);
    for (const step of [0, 3, 6]) {
      const here = directions.filter((each) => each.step === step);
      expect(here).toHaveLength(gd.get("f.central")!.rows[step]!.critical as number);
      expect(rows[step]!.discrete_displacements).toHaveLength(here.length);
    }
    expect(rows[0]!.distance_discrete_central).toBe(0);
  });

  it("goes on to the same rows", async () => {
    const compare = stepsOf(text(descent), folder.path).get("f.compare")!;
    const inputs = Object.fromEntries(gd);
    const whole = gd.get("f.compare")!;
    const resume = whole.checkpoints.get(4)!;
    const rest = await runStep(compare, { inputs, resume });
    expect([...whole.rows.slice(0, 4), ...rest.rows]).toEqual(whole.rows);
  });
});
