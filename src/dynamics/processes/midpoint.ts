/**
 * The optimizer averaged over its period-two oscillation: w*ₜ = (wₜ₋₁ + 2wₜ + wₜ₊₁)/4, where
 * everything is measured. Row 0 is w₀ itself.
 */
import { z } from "zod";
import { commonRow, isFiniteRow } from "../observe.js";
import { trackSpectrum } from "../spectrum.js";
import { distance, midpointOf, stepAlong } from "../weights.js";
import { commonSeries, flat, type ProcessKind, readTracked } from "./process.js";

export const midpoint: ProcessKind = {
  name: "midpoint",
  doc: "The optimizer with its period-two oscillation averaged out.",
  settings: z.strictObject({}),
  positional: [],
  version: 1,
  priority: 2,
  series: commonSeries,
  reads: readTracked,
  async begin(problem, start, saved) {
    const { objective, preconditioner } = problem;
    const spectrum = trackSpectrum(problem, saved);
    let current = flat(saved, "weights") ?? start;
    let previous = flat(saved, "previous_weights");
    let lastMiddle = flat(saved, "middle");
    let step = (saved?.values.step as number) ?? 0;
    let next: Float32Array;
    let middle: Float32Array;
    let hvps = 0;
    return {
      weights: () => middle,
      async measure() {
        const { gradient } = await objective.at(current).lossAndGradient();
        next = stepAlong(current, gradient, preconditioner, -1);
        middle = previous ? midpointOf(previous, current, next) : current;
        const stepNorm = lastMiddle ? distance(middle, lastMiddle) : 0;
        const point = objective.at(middle);
        const measured = await point.lossAndGradient();
        const row = await commonRow(problem, middle, { step, stepNorm, ...measured });
        if (!isFiniteRow(row)) return row;
        const eigenvalues = await spectrum.measure(point, step);
        hvps = eigenvalues.products;
        return { ...row, ...eigenvalues.columns };
      },
      async advance() {
        [previous, current, lastMiddle] = [current, next, middle];
        step++;
        return { hvps };
      },
      save: () => ({
        tensors: [
          ...Object.entries({ weights: current, previous_weights: previous, middle: lastMiddle })
            // Before the first step there is nothing behind.
            .flatMap(([name, values]) =>
              values ? [{ name, shape: [values.length], values }] : [],
            ),
          ...spectrum.save(),
        ],
        values: { step },
      }),
    };
  },
};
