/** The optimizer itself: w ← w − P⁻¹∇L(w), in float32 as a training program would. */
import { z } from "zod";
import { commonRow, isFiniteRow } from "../observe.js";
import { trackSpectrum } from "../spectrum.js";
import { distance, stepAlong } from "../weights.js";
import { commonSeries, flat, type ProcessKind, readTracked } from "./process.js";

export const discrete: ProcessKind = {
  name: "discrete",
  doc: "The optimizer as it is.",
  settings: z.strictObject({}),
  positional: [],
  version: 1,
  priority: 1,
  series: commonSeries,
  reads: readTracked,
  async begin(problem, start, saved) {
    const { objective, preconditioner } = problem;
    const spectrum = trackSpectrum(problem, saved);
    let weights = flat(saved, "weights") ?? start;
    let step = (saved?.values.step as number) ?? 0;
    let stepNorm = (saved?.values.step_norm as number) ?? 0;
    let gradient: Float32Array;
    let hvps = 0;
    return {
      weights: () => weights,
      async measure() {
        const point = objective.at(weights);
        const measured = await point.lossAndGradient();
        gradient = measured.gradient;
        const row = await commonRow(problem, weights, { step, stepNorm, ...measured });
        if (!isFiniteRow(row)) return row;
        const eigenvalues = await spectrum.measure(point, step);
        hvps = eigenvalues.products;
        return { ...row, ...eigenvalues.columns };
      },
      async advance() {
        const next = stepAlong(weights, gradient, preconditioner, -1);
        stepNorm = distance(next, weights);
        weights = next;
        step++;
        return { hvps };
      },
      save: () => ({
        tensors: [
          { name: "weights", shape: [weights.length], values: weights },
          ...spectrum.save(),
        ],
        values: { step, step_norm: stepNorm },
      }),
    };
  },
};
