/** Processes as steps, on a model of nine weights: rows, snapshots, notes, Ctrl-C and going on. */
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { processKinds } from "../../src/dynamics/index.js";
import { commonSeries } from "../../src/dynamics/processes/process.js";
import type * as engine from "../../src/engine/index.js";
import { Interrupted } from "../../src/runtime/step.js";
import { temporaryFolder } from "../data/folder.js";
import { inputsOf, nothing, runStep, stepsOf, type Written } from "../support/steps.js";

/** Objectives and maps that were compiled, in which batches, and how many were given back. */
const engineUse = vi.hoisted(() => ({
  compiled: 0,
  disposed: 0,
  batches: new Set<number | undefined>(),
}));

vi.mock("../../src/engine/index.js", async (original) => {
  const actual = await original<typeof engine>();
  const counted = async <T extends { dispose(): Promise<void> }>(made: Promise<T>) => {
    const compiled = await made;
    engineUse.compiled++;
    const dispose = async () => {
      engineUse.disposed++;
      await compiled.dispose();
    };
    return { ...compiled, dispose };
  };
  const openEngine: typeof actual.openEngine = async (name, options) => {
    const { compile, compileMap, ...rest } = await actual.openEngine(name, options);
    return {
      ...rest,
      compile(source, given) {
        engineUse.batches.add(given?.batch);
        return counted(compile(source, given));
      },
      compileMap(source, given) {
        engineUse.batches.add(given?.batch);
        return counted(compileMap(source, given));
      },
    };
  };
  return { ...actual, openEngine };
});

// Workers live on for other steps: nothing may stay behind, however a step ends.
afterEach(() => {
  expect(engineUse.compiled).toBeGreaterThan(0);
  expect(engineUse.disposed).toBe(engineUse.compiled);
});

const folder = temporaryFolder();
const wave = (length: number) =>
  Float32Array.from({ length }, (_, i) => Math.round(8 * Math.sin(i)) / 8);
folder.npy("x.npy", [6, 2], wave(12));
folder.npy("y.npy", [6], wave(6));
folder.npy("labels.npy", [6], Int32Array.of(0, 1, 0, 1, 1, 0));

const length = 9;
const text = (settings: { lr?: number; y?: string; test?: boolean; more?: string } = {}) => {
  const { lr = 2.5, y = "y", test = true, more = "" } = settings;
  return `
    dataset own = arrays {
      x_train = "x.npy"  y_train = "${y}.npy"
      ${test ? `x_test = "x.npy"  y_test = "${y}.npy"` : ""}
    }
    flow f {
      dataset = own  model = dense(2) -> tanh -> dense(outputs)  loss = mse
      optimizer = gd { lr = ${lr} }  steps = ${length}  seed = 3  ${more}
      eigenvalues { above = 0.5  every = 2 }
      snapshots { every = 4 }
      discrete  midpoint  central { substeps = 2 }  stable
    }
    flow adaptive {
      dataset = own  model = dense(2) -> tanh -> dense(outputs)  loss = mse
      optimizer = rmsprop { lr = 0.05 }  steps = ${length}  seed = 3
      eigenvalues { above = 0.5  every = 2 }
      snapshots { every = 4 }
      ablated { substeps = 2 }  stationary
    }`;
};

const steps = stepsOf(text(), folder.path);
const inputs = {
  ...(await inputsOf(steps.get("f.discrete")!, steps)),
  ...(await inputsOf(steps.get("adaptive.ablated")!, steps)),
};
const start = inputs["f.init"]!.files.weights![0]!;

describe.each(processKinds)("$name", (kind) => {
  // Some need an optimizer that adapts.
  const step = steps.get(`f.${kind.name}`) ?? steps.get(`adaptive.${kind.name}`)!;
  let whole: Written;
  beforeAll(async () => {
    whole = await runStep(step, { inputs });
  });

  it("has every column that it is documented to have, and no other", () => {
    const { columns, rows } = whole;
    expect(columns.map(({ name }) => name)).toEqual(kind.series.map(({ name }) => name));
    const types = new Map(columns.map(({ name, type }) => [name, type]));
    expect(types.get("step")).toBe("int32");
    expect(types.get("train_loss")).toBe("float64");
    expect(types.get("effective_eigenvalues")).toBe("list<float64>");
    expect(rows).toHaveLength(length);
    for (const row of rows) expect(Object.keys(row)).toEqual([...types.keys()]);
    expect(rows.map(({ step: number }) => number)).toEqual([...Array(length).keys()]);
  });

  it("measures the loss on the test set, and no accuracy of a regression", () => {
    for (const row of whole.rows) {
      // The test set is the training set; two programs of the engine may add up in other orders.
      expect(row.test_loss).toBeCloseTo(row.train_loss as number, 6);
      expect([row.train_accuracy, row.test_accuracy]).toEqual([null, null]);
    }
  });

  it("keeps weights on every fourth step, the initial ones first", () => {
    const { snapshots } = whole;
    expect(snapshots.map(({ step: at }) => at)).toEqual([0, 4, 8]);
    expect(snapshots[0]!.tensor).toEqual(start);
    for (const { tensor: weights } of snapshots) {
      expect([weights.name, weights.shape]).toEqual(["weights", [9]]);
    }
  });

  it("notes its engine and the last row's numbers, and reports progress", () => {
    const { notes, rows, progress } = whole;
    expect(notes.engine).toMatch(/^onnxruntime-node \d/);
    const last = rows.at(-1)!;
    expect(notes).toMatchObject({ last_step: length - 1, loss: last.train_loss });
    expect(notes.top_eigenvalue).toBe((last.effective_eigenvalues as Float64Array)[0]);
    expect(progress.map(({ done, total }) => [done, total])).toEqual(
      rows.map((_, i) => [i + 1, length]),
    );
    expect(progress[3]!.values.loss).toBe(rows[3]!.train_loss);
  });

  it.each([0, 1, 5])(
    "stops after %i rows when told to, and goes on as if it had not",
    async (cut) => {
      const { rows, snapshots, checkpoints } = whole;
      const before = nothing();
      const stopped = runStep(step, { inputs, abortAt: cut }, before);
      await expect(stopped).rejects.toBeInstanceOf(Interrupted);
      expect(before.rows).toHaveLength(cut);
      expect(before.final).toEqual([cut]);
      const resume = before.checkpoints.get(cut)!;
      const after = await runStep(step, { inputs, resume });
      expect([...before.rows, ...after.rows]).toEqual(rows);
      expect([...before.snapshots, ...after.snapshots]).toEqual(snapshots);
      expect(after.checkpoints.get(length)).toEqual(checkpoints.get(length));
      expect(after.final).toEqual([length]);
    },
  );
});

describe("a trajectory", () => {
  it("that diverges keeps its rows, notes where, and has no final state", async () => {
    const wild = stepsOf(text({ lr: 1e6 }), folder.path);
    const { rows, notes, final } = await runStep(wild.get("f.discrete")!, { inputs });
    const at = rows.length - 1;
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThan(length - 1);
    expect(notes.diverged_at).toBe(at);
    expect(Number.isFinite(rows[at]!.grad_norm_sq) && Number.isFinite(rows[at]!.train_loss)).toBe(
      false,
    );
    expect(rows[at]!.hvps).toBeNull();
    expect(final).toEqual([]);
  });

  it("of a classification measures accuracies", async () => {
    const sorting = stepsOf(text({ y: "labels", test: false }), folder.path);
    const step = sorting.get("f.discrete")!;
    const { rows } = await runStep(step, { inputs: await inputsOf(step, sorting) });
    for (const { train_accuracy, test_loss, test_accuracy } of rows) {
      expect([0, 1, 2, 3, 4, 5, 6].map((right) => right / 6)).toContain(train_accuracy);
      expect([test_loss, test_accuracy]).toEqual([null, null]);
    }
  });

  it("without a test set has no test loss, and has the columns all the same", async () => {
    const plain = stepsOf(text({ test: false }), folder.path);
    const step = plain.get("f.discrete")!;
    const { rows } = await runStep(step, { inputs: await inputsOf(step, plain) });
    expect(Object.keys(rows[0]!)).toEqual(commonSeries.map(({ name }) => name));
    expect(rows[0]!.test_loss).toBeNull();
  });

  it("in batches computes none of it of more examples at a time", async () => {
    const labelled = stepsOf(text({ y: "labels", more: "batch = 4" }), folder.path);
    const step = labelled.get("f.discrete")!;
    engineUse.batches.clear();
    await runStep(step, { inputs: await inputsOf(step, labelled) });
    expect([...engineUse.batches]).toEqual([4]);
  });
});
