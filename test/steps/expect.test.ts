/** Claims judged on series: verdict, notes, and what was never measured. */
import { describe, expect, it } from "vitest";
import type { SeriesRow } from "../../src/runtime/step.js";
import { nothing, runStep, stepsOf } from "../support/steps.js";

async function judged(claim: string, rows: readonly SeriesRow[]) {
  const steps = stepsOf(`
    flow f {
      dataset = mnist { classes = 2  train = 4  test = 0 }  model = flatten -> dense(outputs)
      loss = mse  optimizer = gd { lr = 0.1 }  steps = 3
      eigenvalues {}
      discrete
    }
    expect "it" { ${claim} }
  `);
  const { files, notes } = await runStep(steps.get('expect "it"')!, {
    inputs: { "f.discrete": { ...nothing(), rows } },
  });
  const verdict = Object.fromEntries(files.verdict!.map(({ name, values }) => [name, values[0]]));
  return { verdict, notes };
}

const rows = [3, 2, 1].map((train_loss, step) => ({
  step,
  train_loss,
  effective_eigenvalues: step === 1 ? null : Float64Array.of(1 + step, 0.5),
}));

describe("a claim", () => {
  it.each([
    ["final(f.discrete.train_loss) < 1.5", 1, 1.5, true],
    ["max(f.discrete.effective_eigenvalues[0]) < 2", 3, 2, false],
    ["max(f.discrete.effective_eigenvalues[1]) <= mean(f.discrete.train_loss)", 0.5, 2, true],
  ])("%s", async (claim, value, bound, holds) => {
    const found = await judged(claim, rows);
    expect(found.verdict).toEqual({ value, bound, holds: holds ? 1 : 0 });
    expect(found.notes).toEqual({ value, bound, holds });
  });

  it.each([
    ["final(f.discrete.train_loss) < 1", { value: null, bound: 1 }],
    ["1 < final(f.discrete.train_loss)", { value: 1, bound: null }],
  ])("does not hold of what diverged: %s", async (claim, notes) => {
    const diverged = [...rows, { step: 3, train_loss: Number.NaN }];
    const found = await judged(claim, diverged);
    expect(found.verdict.holds).toBe(0);
    expect(found.notes).toEqual({ ...notes, holds: false });
  });
});
