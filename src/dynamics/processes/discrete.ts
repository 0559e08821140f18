/** The optimizer itself: w ← w − P⁻¹∇L(w), in float32 as a training program would. */
import { z } from "zod";
import { commonRow, isFiniteRow } from "../observe.js";
import { trackSpectrum } from "../spectrum.js";
import { stepAlong } from "../weights.js";
import { movedTo, savedPosition, startingPosition } from "./position.js";
import { commonSeries, type ProcessKind, readTracked } from "./process.js";

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
    let position = startingPosition(start, saved);
    let gradient: Float32Array;
    let hvps = 0;
    return {
      weights: () => position.weights,
      async measure() {
        const { weights, step, stepNorm } = position;
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
        position = movedTo(stepAlong(position.weights, gradient, preconditioner, -1), position);
        return { hvps };
      },
      save: () => savedPosition(position, spectrum),
    };
  },
};
