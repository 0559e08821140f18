/** Steps on landscapes, through the engine: gradient descent and the flow where both are known. */
import { describe, expect, it } from "vitest";
import { StepFailure } from "../../src/runtime/step.js";
import { temporaryFolder } from "../data/folder.js";
import { minimalText, quartic, quarticText } from "../support/landscapes.js";
import { inputsOf, runStep, stepsOf, type Written } from "../support/steps.js";

const folder = temporaryFolder();

async function run(text: string, name: string): Promise<Written> {
  const steps = stepsOf(text, folder.path);
  const step = steps.get(name)!;
  return runStep(step, { inputs: await inputsOf(step, steps) });
}

const flow = (rest: string) => `flow toy { ${rest} snapshots { every = 1 } }`;
const weights = ({ snapshots }: Written) => snapshots.map(({ tensor }) => [...tensor.values]);

describe("gradient descent on L = S/2 w² − Q/4 w⁴", () => {
  const [lr, s, q] = [0.5, 4.4, 2];
  const exact = quartic(s, q);

  it("takes the steps that it takes by hand, in float32", async () => {
    const written = await run(
      `${quarticText(s, q)}
      ${flow(`landscape = quartic  optimizer = gd(${lr})  weights = at([0.3])  steps = 6  discrete`)}`,
      "toy.discrete",
    );
    let w = Math.fround(0.3);
    for (const [found] of weights(written)) {
      // A dozen roundings a step, multiplied by at most |1 − ηS| = 1.2 in each of six steps.
      expect(Math.abs(found! - w)).toBeLessThan(100 * 2 ** -24);
      w -= lr * exact.gradient([w])[0]!;
    }
    expect(weights(written)).toHaveLength(6);
  });

  it("ends in oscillations of period two, of amplitude √(S/Q − 2/(ηQ))", async () => {
    const written = await run(
      `${quarticText(s, q)}
      ${flow(`landscape = quartic  optimizer = gd(${lr})  weights = at([0.3])  steps = 80  discrete`)}`,
      "toy.discrete",
    );
    const amplitude = Math.sqrt(s / q - 2 / (lr * q));
    const [last, before] = weights(written)
      .map(([w]) => w!)
      .reverse();
    // The distance falls by |5 − 2ηS| = 0.6 a step, to far below what float32 resolves.
    expect(Math.abs(Math.abs(last!) - amplitude)).toBeLessThan(8 * 2 ** -24);
    expect(last! + before!).toBeCloseTo(0, 6);
    const row = written.rows.at(-1)!;
    expect(row.train_loss).toBeCloseTo(exact.value([amplitude]), 6);
    // It is sent to its mirror image: η|g| = 2|w|.
    expect(row.grad_norm_sq).toBeCloseTo((2 * amplitude) ** 2 / lr ** 2, 5);
  });
});

describe("rows on a landscape", () => {
  const text = (rest = "") => `${minimalText(0.01)}
    ${flow(`landscape = minimal  optimizer = gd(0.3)  weights = at([0.01, 6.4])  steps = 3 ${rest}
      discrete  central`)}`;

  it("have no accuracies and no test loss", async () => {
    for (const name of ["toy.discrete", "toy.central"]) {
      const { rows } = await run(text(), name);
      expect(rows).toHaveLength(3);
      for (const row of rows) {
        expect([row.train_accuracy, row.test_loss, row.test_accuracy]).toEqual([null, null, null]);
        expect(row.train_loss).toBeTypeOf("number");
      }
    }
  });

  it("start at the point, or where the warmup leads", async () => {
    const start = [Math.fround(0.01), Math.fround(6.4)];
    const plain = await run(text(), "toy.discrete");
    expect(weights(plain)[0]).toEqual(start);
    const init = await run(text(), "toy.init");
    expect(init.files.weights).toEqual([
      { name: "weights", shape: [2], values: Float64Array.of(0.01, 6.4) },
    ]);
    const warm = await run(text("warmup = 2"), "toy.discrete");
    expect(weights(warm)[0]).toEqual(weights(plain)[2]);
  });
});

describe("a start from a file", () => {
  const text = `landscape bowl(x, y) = x ^ 2 + 2 * y ^ 2
    ${flow('landscape = bowl  optimizer = gd(0.1)  weights = npy("w.npy")  steps = 2  discrete')}`;

  it("is read as it is", async () => {
    folder.npy("w.npy", [2], Float32Array.of(3, -1));
    const written = await run(text, "toy.discrete");
    expect(weights(written)[0]).toEqual([3, -1]);
    expect(written.rows[0]!.train_loss).toBe(11);
  });

  it("fails if it has become another length", async () => {
    folder.npy("w.npy", [2], Float32Array.of(3, -1));
    const init = stepsOf(text, folder.path).get("toy.init")!;
    folder.npy("w.npy", [3], Float32Array.of(3, -1, 0));
    const error = await runStep(init, {}).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(StepFailure);
    expect(error.message).toBe("'w.npy' holds 3 values, but the landscape has 2 variables");
  });
});

it("numbers are a model's weights, too", async () => {
  folder.npy("x.npy", [2, 1], Float32Array.of(1, 2));
  folder.npy("y.npy", [2], Float32Array.of(1, 1));
  const text = `dataset own = arrays { x_train = "x.npy"  y_train = "y.npy" }
    flow fit { dataset = own  model = dense(outputs)  loss = mse  optimizer = gd(0.1)
      weights = at([2, -0.5])  steps = 1  discrete }`;
  const { rows } = await run(text, "fit.discrete");
  // 2x − ½ misses 1 by ½ and 2½: half the mean square is 3.25/2.
  expect(rows[0]!.train_loss).toBe(1.625);
});
