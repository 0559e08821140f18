/** Datasets and initial weights: what is kept, and files that change between plan and run. */
import { rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { StepFailure } from "../../src/runtime/step.js";
import { temporaryFolder } from "../data/folder.js";
import { inputsOf, nothing, runStep, stepsOf } from "../support/steps.js";

const folder = temporaryFolder();
const numbers = (length: number, first = 0) =>
  Float32Array.from({ length }, (_, i) => (first + i) / 8);

/** One text for each test, with files of its own. */
function prepare(name: string) {
  folder.npy(`${name}-x.npy`, [4, 2], numbers(8));
  folder.npy(`${name}-y.npy`, [4], numbers(4));
  folder.npy(`${name}-w.npy`, [9], numbers(9));
  return stepsOf(
    `dataset own = arrays {
      x_train = "${name}-x.npy"  y_train = "${name}-y.npy"
      x_test = "${name}-x.npy"   y_test = "${name}-y.npy"
    }
    flow f {
      dataset = own  model = dense(2) -> tanh -> dense(outputs)  loss = mse
      optimizer = gd { lr = 0.1 }  weights = npy("${name}-w.npy", layout = "torch")  steps = 3
      discrete
    }
    flow drawn {
      dataset = own  model = dense(2) -> tanh -> dense(outputs)  loss = mse
      optimizer = gd { lr = 0.1 }  steps = 3  seed = 5
      discrete
    }`,
    folder.path,
  );
}

describe("a dataset", () => {
  it("keeps examples and notes how many", async () => {
    const { files, notes } = await runStep(prepare("kept").get("own")!, {});
    const x = { shape: [4, 2], values: numbers(8) };
    const y = { shape: [4, 1], values: numbers(4) };
    expect(files).toEqual({
      examples: [
        { name: "x_train", ...x },
        { name: "y_train", ...y },
        { name: "x_test", ...x },
        { name: "y_test", ...y },
      ],
    });
    expect(notes).toEqual({ train: 4, test: 4 });
  });
});

describe("initial weights", () => {
  it("come from a file, in the engine's order", async () => {
    const { files, notes } = await runStep(prepare("read").get("f.init")!, {});
    // PyTorch's first weight is [out, in]: its second and third entry change places; the second has
    // one row.
    const values = numbers(9);
    [values[1], values[2]] = [values[2]!, values[1]!];
    expect(files).toEqual({ weights: [{ name: "weights", shape: [9], values }] });
    expect(notes).toEqual({ weights: 9 });
  });

  it("are drawn from the seed", async () => {
    const step = prepare("drawn").get("drawn.init")!;
    const { files } = await runStep(step, {});
    expect(await runStep(step, {})).toMatchObject({ files });
    const other = { ...step, parameters: { ...step.parameters, seed: 6 } };
    expect((await runStep(other, {})).files).not.toEqual(files);
    expect(files.weights![0]!.values).toHaveLength(9);
  });
});

describe("a file that changed after the plan was made", () => {
  async function failure(name: string, stepName: string, change: () => void) {
    const step = prepare(name).get(stepName)!;
    change();
    const written = nothing();
    const error = await runStep(step, {}, written).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(StepFailure);
    expect(written.files).toEqual({});
    return error as StepFailure;
  }

  it("fails the dataset", async () => {
    const error = await failure("new", "own", () => folder.npy("new-x.npy", [4, 2], numbers(8, 1)));
    expect(error.message).toBe("the file of 'x_train' changed after the run was planned");
    expect(error.help).toBe("run again");
  });

  it("fails the dataset if it is gone", async () => {
    const error = await failure("gone", "own", () => rmSync(`${folder.path}/gone-y.npy`));
    expect(error.message).toContain("there is no file 'gone-y.npy'");
  });

  it("fails the initial weights", async () => {
    const change = () => folder.npy("same-w.npy", [9], numbers(9, 1));
    const error = await failure("same", "f.init", change);
    expect(error.message).toBe("the file of 'path' changed after the run was planned");
  });

  it("fails the initial weights if it has another size", async () => {
    const change = () => folder.npy("longer-w.npy", [11], numbers(11));
    const error = await failure("longer", "f.init", change);
    expect(error.message).toBe("'longer-w.npy' holds 11 values, but the model has 9 parameters");
  });

  it("does not touch what was read before", async () => {
    const steps = prepare("before");
    const step = steps.get("f.discrete")!;
    const inputs = await inputsOf(step, steps);
    folder.npy("before-x.npy", [4, 2], numbers(8, 1));
    expect((await runStep(step, { inputs })).rows).toHaveLength(3);
  });
});
