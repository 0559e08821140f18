/** Flows in float64, and in batches: the same flows, to what rounding allows. */
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../data/folder.js";
import { numbers, spectra } from "../support/process.js";
import { inputsOf, runStep, stepsOf, type Written } from "../support/steps.js";

const folder = temporaryFolder();
const wave = (length: number, turn: number) =>
  Float32Array.from({ length }, (_, i) => Math.round(64 * Math.sin(turn * i)) / 64);
const examples = 10;
folder.npy("x.npy", [examples, 2], wave(2 * examples, 1));
folder.npy("y.npy", [examples, 2], wave(2 * examples, 2));
folder.npy(
  "w.npy",
  [12],
  Float64Array.from({ length: 12 }, (_, i) => Math.sin(i + 1) / 3),
);

const length = 12;
const text = (settings: string, optimizer = "gd { lr = 1.6 }") => `
  dataset own = arrays { x_train = "x.npy"  y_train = "y.npy"  x_test = "x.npy"  y_test = "y.npy" }
  flow f {
    dataset = own  model = dense(2) -> tanh -> dense(outputs)  loss = mse
    optimizer = ${optimizer}  weights = npy("w.npy")  steps = ${length}  ${settings}
    eigenvalues { above = 0.5 }
    discrete  midpoint  central  stable
  }`;

const stepOf = (settings: string, process: string, optimizer?: string) => {
  const steps = stepsOf(text(settings, optimizer), folder.path);
  return { steps, step: steps.get(`f.${process}`)! };
};

async function ran(settings: string, process: string, optimizer?: string): Promise<Written> {
  const { steps, step } = stepOf(settings, process, optimizer);
  return runStep(step, { inputs: await inputsOf(step, steps) });
}

/** Gradient descent of the same network in plain double precision. */
function losses(): number[] {
  const x = wave(2 * examples, 1);
  const y = wave(2 * examples, 2);
  let w = Array.from({ length: 12 }, (_, i) => Math.sin(i + 1) / 3);
  const lossOf = (v: readonly number[]) => {
    let sum = 0;
    for (let n = 0; n < examples; n++) {
      const hidden = [0, 1].map((j) =>
        Math.tanh(x[2 * n]! * v[j]! + x[2 * n + 1]! * v[2 + j]! + v[4 + j]!),
      );
      for (const j of [0, 1]) {
        const output = hidden[0]! * v[6 + j]! + hidden[1]! * v[8 + j]! + v[10 + j]!;
        sum += (output - y[2 * n + j]!) ** 2 / 2;
      }
    }
    return sum / examples;
  };
  const found: number[] = [];
  for (let step = 0; step < length; step++) {
    found.push(lossOf(w));
    const h = 1e-4;
    // A difference of sixth order: its error is h⁶ of a seventh derivative, its rounding 1e-16/h.
    const slope = (i: number) => {
      const at = (k: number) => lossOf(w.map((value, j) => (i === j ? value + k * h * 10 : value)));
      const [a, b, c] = [1, 2, 3].map((k) => at(k) - at(-k)) as [number, number, number];
      return (45 * a - 9 * b + c) / (600 * h);
    };
    w = w.map((value, i) => value - 1.6 * slope(i));
  }
  return found;
}

describe("float64", () => {
  it("is the flow in double precision, all of it", async () => {
    const exact = losses();
    const double = numbers((await ran("precision = float64", "discrete")).rows, "train_loss");
    const single = numbers((await ran("", "discrete")).rows, "train_loss");
    const errors = (found: readonly number[]) =>
      Math.max(...found.map((loss, t) => Math.abs(loss / exact[t]! - 1)));
    expect(errors(double)).toBeLessThan(1e-10);
    expect(errors(single)).toBeLessThan(1e-4);
    expect(errors(single)).toBeGreaterThan(1e-8);
  });

  it.each(["midpoint", "central", "stable"])("agrees with float32 along %s", async (process) => {
    const [double, single] = [await ran("precision = float64", process), await ran("", process)];
    const [a, b] = [double, single].map(({ rows }) => numbers(rows, "train_loss"));
    a!.forEach((loss, t) => {
      expect(Math.abs(loss / b![t]! - 1)).toBeLessThan(1e-4);
    });
    expect(a).not.toEqual(b);
    const residuals = numbers(double.rows, "eigenpair_residual");
    expect(Math.max(...residuals)).toBeLessThan(1e-2);
  });

  it("has P of RMSProp in double precision, too", async () => {
    const rmsprop = "rmsprop { lr = 0.05 }";
    const [double, single] = [
      await ran("precision = float64", "central", rmsprop),
      await ran("", "central", rmsprop),
    ];
    const [a, b] = [double, single].map(({ rows }) => spectra(rows, "effective_eigenvalues"));
    a!.forEach(([top], t) => {
      expect(Math.abs(top! / b![t]![0]! - 1)).toBeLessThan(1e-3);
    });
  });

  it("goes on from a checkpoint to the same rows", async () => {
    const { steps, step } = stepOf("precision = float64", "central");
    const inputs = await inputsOf(step, steps);
    const whole = await runStep(step, { inputs });
    const resume = whole.checkpoints.get(5)!;
    const weights = resume.tensors.find(({ name }) => name === "weights")!;
    expect(weights.values).toBeInstanceOf(Float64Array);
    const rest = await runStep(step, { inputs, resume });
    expect([...whole.rows.slice(0, 5), ...rest.rows]).toEqual(whole.rows);
  });

  it("is another identity, but float32 is none of its own", () => {
    const of = (settings: string) => stepOf(settings, "central").step;
    expect(of("precision = float64").fingerprint).not.toBe(of("").fingerprint);
    expect(of("precision = float64").engine).toEqual({ name: "onnx", precision: "float64" });
    expect(of("precision = float32").fingerprint).toBe(of("").fingerprint);
  });
});

describe("batches", () => {
  it.each([1, 3, 10, 64])("of %i change nothing but rounding", async (batch) => {
    const [batched, whole] = [
      await ran(`precision = float64  batch = ${batch}`, "central"),
      await ran("precision = float64", "central"),
    ];
    for (const column of ["train_loss", "test_loss", "grad_norm_sq", "predicted_loss"]) {
      const [a, b] = [batched, whole].map(({ rows }) => numbers(rows, column));
      a!.forEach((value, t) => {
        expect(Math.abs(value / b![t]! - 1)).toBeLessThan(1e-6);
      });
    }
  });
});
