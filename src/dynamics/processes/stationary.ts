/**
 * The stationary flow (arXiv:2410.24206): the central flow of an optimizer whose adaptive state is
 * always at rest, at the ν̄(w) to which it would converge if the weights were held fixed,
 *   dw/dt = −P̄(w)⁻¹[∇L + ½∇⟨H, Σ⟩],
 * with the covariance Σ under which ν̄ rests (`../stationary/`). Its only state is the weights: what an
 * optimizer remembers, ε and bias correction play no part. Heun's method, whose steps of length 1 would
 * neither damp nor amplify what is off along eigenvectors of effective eigenvalue 2.
 */
import { z } from "zod";
import type { Point } from "../../engine/objective.js";
import type { Vector } from "../../linalg/vector.js";
import { commonRow, isFiniteRow } from "../observe.js";
import type { Rest } from "../stationary/at-rest.js";
import type { Equilibrium } from "../stationary/equilibrium.js";
import { stepAlong } from "../weights.js";
import { movedTo, savedPosition, startingPosition } from "./position.js";
import { commonSeries, type ProcessKind, readTracked } from "./process.js";

const settings = z.strictObject({
  substeps: z
    .int()
    .min(2)
    .default(2)
    .describe("Substeps a step, of two evaluations each; with one, what is at 2 would not decay."),
  tolerance: z
    .number()
    .positive()
    .default(1e-3)
    .describe("Relative duality gap to which RMSProp's stationary preconditioner is solved."),
  critical: z
    .number()
    .positive()
    .max(2)
    .default(1.95)
    .describe("Scalar RMSProp: effective eigenvalues above this share the oscillations."),
});

export const stationary: ProcessKind = {
  name: "stationary",
  doc: "The central flow of an adaptive optimizer whose ν is always at rest.",
  settings,
  positional: [],
  version: 3,
  priority: 4,
  series: [
    ...commonSeries,
    { name: "predicted_loss", kind: "scalar", doc: "Predicted time average of the training loss." },
    {
      name: "predicted_grad_norm_sq",
      kind: "scalar",
      doc: "Predicted time average of the squared gradient norm.",
    },
    {
      name: "oscillation_trace",
      kind: "scalar",
      doc: "Trace of Σ: the mean square of oscillations.",
    },
    { name: "critical", kind: "scalar", doc: "Dimensions in which there may be oscillations." },
    {
      name: "equilibrium_error",
      kind: "scalar",
      doc: "Largest proven relative error of P̄ or Σ over the step.",
    },
    { name: "third_derivatives", kind: "scalar", doc: "Third derivatives ∇(uᵀHv) taken." },
    { name: "substeps", kind: "scalar", doc: "Substeps taken." },
  ],
  reads: readTracked,
  accepts(optimizer) {
    if (optimizer !== "gd") return undefined;
    return {
      misfit: "stationary needs an optimizer that adapts: gd has no state that could come to rest",
      help: "use scalar_rmsprop or rmsprop",
    };
  },
  async begin(problem, start, saved) {
    const { objective } = problem;
    const { substeps, tolerance, critical } = settings.parse(problem.settings);
    // Loaded when a process begins: what only checks or plans does without.
    const { restFinder } = await import("../stationary/at-rest.js");
    const finder = restFinder(problem, { tolerance, critical, dt: 1 / substeps }, saved);
    let position = startingPosition(start, saved);
    let first: Rest;
    let work: { hvps: number; third_derivatives: number; equilibrium_error: number };

    async function restAt(point: Point<Vector>, t: number): Promise<Rest> {
      const found = await finder.at(point, t);
      work.hvps += found.products;
      work.third_derivatives += found.thirdDerivatives;
      work.equilibrium_error = Math.max(work.equilibrium_error, found.error);
      return found;
    }
    const moved = (weights: Vector, { force, preconditioner }: Equilibrium, dt: number) =>
      stepAlong(weights, force, preconditioner, -dt);

    return {
      weights: () => position.weights,
      async measure() {
        const { weights, step, stepNorm, state } = position;
        work = { hvps: 0, third_derivatives: 0, equilibrium_error: 0 };
        const point = objective.at(weights);
        first = await restAt(point, state.t + 1);
        const { moments, preconditioner } = first;
        const measured = await point.lossAndGradient();
        const seen = {
          ...{ step, stepNorm, ...measured, preconditioner },
          state: { t: state.t + 1, moments },
        };
        const row = await commonRow(problem, weights, seen);
        const predicted = {
          ...row,
          predicted_loss: measured.loss + first.excess,
          predicted_grad_norm_sq: (row.grad_norm_sq as number) + first.variance,
          oscillation_trace: first.trace,
          critical: first.critical,
        };
        if (!isFiniteRow(predicted)) return predicted;
        const { columns, products } = await finder.spectrum(step);
        work.hvps += products;
        return { ...predicted, ...columns };
      },
      async advance() {
        const dt = 1 / substeps;
        const { t } = position.state;
        let { weights } = position;
        for (let substep = 0; substep < substeps; substep++) {
          const now = t + 1 + substep * dt;
          const here = substep === 0 ? first : await restAt(objective.at(weights), now);
          const there = await restAt(objective.at(moved(weights, here, dt)), now + dt);
          weights = moved(moved(weights, here, dt / 2), there, dt / 2);
        }
        const state = { t: t + 1, moments: position.state.moments };
        position = movedTo({ weights, state }, position);
        return { ...work, substeps };
      },
      save: () => savedPosition(position, finder),
    };
  },
};
