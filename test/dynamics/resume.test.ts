/**
 * A process that is saved and begun anew before every row gives the same rows, to the last bit, as
 * one that runs through: nothing that decides what comes after is forgotten.
 */
import { describe, expect, it } from "vitest";
import { isFiniteRow } from "../../src/dynamics/observe.js";
import { gd } from "../../src/dynamics/optimizers/gd.js";
import { rmsprop } from "../../src/dynamics/optimizers/rmsprop.js";
import { scalarRmsprop } from "../../src/dynamics/optimizers/scalar-rmsprop.js";
import { central } from "../../src/dynamics/processes/central.js";
import { discrete } from "../../src/dynamics/processes/discrete.js";
import { midpoint } from "../../src/dynamics/processes/midpoint.js";
import type { ProcessKind } from "../../src/dynamics/processes/process.js";
import { stable } from "../../src/dynamics/processes/stable.js";
import { minimalInTwelve } from "../support/landscapes.js";
import { objectiveOf, polynomial } from "../support/polynomial.js";
import {
  follow,
  followInPieces,
  problemOf,
  reread,
  spectra,
  startAt,
  top,
} from "../support/process.js";

const kinds: readonly ProcessKind[] = [discrete, midpoint, central, stable];
const landscape = minimalInTwelve(0.05);
const start = [0.05, 6.2, ...Array<number>(10).fill(0.1)];
const lr = 0.3;
const adaptive = { beta2: 0.9, eps: 1e-3, bias_correction: true };
const optimizers = {
  gd: gd.with({ lr }),
  scalar_rmsprop: scalarRmsprop.with({ ...adaptive, lr: 0.1 }),
  rmsprop: rmsprop.with({ ...adaptive, lr: 0.02 }),
};

describe.each(kinds)("$name", (kind) => {
  it.each(Object.entries(optimizers))(
    "goes on with identical rows, weights and eigenvectors under %s",
    async (_, optimizer) => {
      const problem = problemOf({ objective: objectiveOf(landscape), optimizer });
      const whole = await follow(kind, problem, start, 40);
      const pieces = await followInPieces(kind, problem, start, 40);
      expect(pieces).toEqual(whole);
      // The way passes the edge of stability, where the number of eigenvectors grows.
      expect(Math.max(...top(whole.rows))).toBeGreaterThan(1.99);
      const last = spectra(whole.rows, "effective_eigenvalues").at(-1)!;
      expect(last.length).toBeGreaterThan(kind === stable ? 0 : 1);
    },
  );

  it("saves the same state after going on", async () => {
    const problem = problemOf({ objective: objectiveOf(landscape), lr });
    const process = await kind.begin(problem, startAt(problem, start), undefined);
    for (let t = 0; t < 3; t++) {
      await process.measure();
      await process.advance();
    }
    const state = reread(process.save());
    const again = await kind.begin(
      problem,
      startAt(
        problem,
        start.map(() => 0),
      ),
      state,
    );
    expect(reread(again.save())).toEqual(state);
    expect(state.tensors.map(({ name }) => name)).toContain("eigenvector.0");
  });

  it("goes on where weights overflowed", async () => {
    // w₁ = 4 · 3e38 is infinite in float32, and so is the length of the step that led to it.
    const objective = objectiveOf(polynomial("xy", [[-3e38, "x"]]));
    const problem = problemOf({
      objective,
      lr: 4,
      settings: kind === discrete || kind === midpoint ? {} : { substeps: 1 },
    });
    const whole = await follow(kind, problem, [0, 0], 5);
    expect(await followInPieces(kind, problem, [0, 0], 5)).toEqual(whole);
    expect(whole.rows.map(isFiniteRow)).toEqual([true, false]);
  });
});

describe("a stable flow that has stopped", () => {
  const settings = { max_sharpness: 1.95 };

  it("stays stopped", async () => {
    const problem = problemOf({ objective: objectiveOf(landscape), lr, settings });
    const whole = await follow(stable, problem, start, 30);
    expect(await followInPieces(stable, problem, start, 30)).toEqual(whole);
    expect(whole.rows.at(-1)!.substeps).toBeNull();
  });

  it("repeats measurements that JSON can't hold", async () => {
    const measured = {
      train_accuracy: null,
      test_loss: Number.POSITIVE_INFINITY,
      test_accuracy: 0.5,
    };
    const problem = {
      ...problemOf({ objective: objectiveOf(landscape), lr, settings }),
      evaluate: async () => measured,
    };
    const { rows } = await followInPieces(stable, problem, start, 30);
    expect(rows.at(-1)!.substeps).toBeNull();
    expect(rows.at(-1)).toMatchObject(measured);
  });
});
