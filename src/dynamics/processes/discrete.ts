/** The optimizer itself: w ← w − P⁻¹∇L(w), in float32 as a training program would. */
import { z } from "zod";
import { commonRow, isFiniteRow } from "../observe.js";
import type { Start } from "../problem.js";
import { trackSpectrum } from "../spectrum.js";
import { stepAlong } from "../weights.js";
import { movedTo, savedPosition, startingPosition } from "./position.js";
import { commonSeries, type ProcessKind, readTracked } from "./process.js";

export const discrete: ProcessKind = {
  name: "discrete",
  doc: "The optimizer as it is.",
  settings: z.strictObject({}),
  positional: [],
  version: 4,
  priority: 1,
  series: commonSeries,
  reads: readTracked,
  async begin(problem, start, saved) {
    const { objective, optimizer } = problem;
    const spectrum = trackSpectrum(problem, saved);
    let position = startingPosition(start, saved);
    let next: Start;
    let hvps = 0;
    return {
      weights: () => position.weights,
      async measure() {
        const { weights, step, stepNorm } = position;
        const point = objective.at(weights);
        const measured = await point.lossAndGradient();
        const { gradient } = measured;
        // The state sees the gradient first; P is what it then says.
        const state = optimizer.update(position.state, gradient);
        const preconditioner = optimizer.preconditioner(state);
        next = { weights: stepAlong(weights, gradient, preconditioner, -1), state };
        const seen = { step, stepNorm, ...measured, state, preconditioner };
        const row = await commonRow(problem, weights, seen);
        if (!isFiniteRow(row)) return row;
        const eigenvalues = await spectrum.measure(point, step, preconditioner);
        hvps = eigenvalues.products;
        return { ...row, ...eigenvalues.columns };
      },
      async advance() {
        position = movedTo(next, position);
        return { hvps };
      },
      save: () => savedPosition(position, spectrum),
    };
  },
};
