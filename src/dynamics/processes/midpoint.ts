/**
 * The optimizer averaged over its period-two oscillation: w*ₜ = (wₜ₋₁ + 2wₜ + wₜ₊₁)/4, where
 * everything is measured. Row 0 is w₀ itself.
 */
import { z } from "zod";
import type { Vector } from "../../linalg/vector.js";
import { commonRow, isFiniteRow } from "../observe.js";
import type { Start } from "../problem.js";
import { trackSpectrum } from "../spectrum.js";
import { distance, midpointOf, stepAlong } from "../weights.js";
import { savedPosition, savedVector, startingPosition } from "./position.js";
import { commonSeries, type ProcessKind, readTracked } from "./process.js";

export const midpoint: ProcessKind = {
  name: "midpoint",
  doc: "The optimizer with its period-two oscillation averaged out.",
  settings: z.strictObject({}),
  positional: [],
  version: 4,
  priority: 2,
  series: commonSeries,
  reads: readTracked,
  async begin(problem, start, saved) {
    const { objective, optimizer } = problem;
    const spectrum = trackSpectrum(problem, saved);
    // The optimizer's own way, of which midpoints are made.
    let current: Start = startingPosition(start, saved);
    let step = (saved?.values.step as number) ?? 0;
    let previous = saved && (savedVector(saved, "previous_weights") as Vector | undefined);
    let lastMiddle = saved && (savedVector(saved, "middle") as Vector | undefined);
    let next: Start;
    let middle: Vector;
    let hvps = 0;
    return {
      weights: () => middle,
      async measure() {
        const { weights } = current;
        const { gradient } = await objective.at(weights).lossAndGradient();
        const state = optimizer.update(current.state, gradient);
        const preconditioner = optimizer.preconditioner(state);
        next = { weights: stepAlong(weights, gradient, preconditioner, -1), state };
        middle = previous ? midpointOf(previous, weights, next.weights) : weights;
        const stepNorm = lastMiddle ? distance(middle, lastMiddle) : 0;
        const point = objective.at(middle);
        const measured = await point.lossAndGradient();
        const seen = { step, stepNorm, ...measured, state, preconditioner };
        const row = await commonRow(problem, middle, seen);
        if (!isFiniteRow(row)) return row;
        const eigenvalues = await spectrum.measure(point, step, preconditioner);
        hvps = eigenvalues.products;
        return { ...row, ...eigenvalues.columns };
      },
      async advance() {
        [previous, current, lastMiddle] = [current.weights, next, middle];
        step++;
        return { hvps };
      },
      save() {
        const { tensors, values } = savedPosition({ ...current, step, stepNorm: 0 }, spectrum);
        const behind = Object.entries({ previous_weights: previous, middle: lastMiddle });
        return {
          tensors: [
            ...tensors,
            // Before the first step there is nothing behind.
            ...behind.flatMap(([name, vector]) =>
              vector ? [{ name, shape: [vector.length], values: vector }] : [],
            ),
          ],
          values,
        };
      },
    };
  },
};
