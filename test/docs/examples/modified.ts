import { z } from "zod";
import { commonRow, isFiniteRow } from "../../../src/dynamics/observe.js";
import { advanced } from "../../../src/dynamics/optimizers/optimizer.js";
import { flowPosition, movedTo, savedPosition } from "../../../src/dynamics/processes/position.js";
import {
  commonSeries,
  type ProcessKind,
  readTracked,
} from "../../../src/dynamics/processes/process.js";
import { trackSpectrum } from "../../../src/dynamics/spectrum.js";
import { stepAlong } from "../../../src/dynamics/weights.js";
import type { Vector } from "../../../src/linalg/vector.js";

const settings = z.strictObject({
  substeps: z.int().positive().default(4).describe("Substeps a step, of two evaluations each."),
});

/**
 * Gradient flow on L + ¼η‖∇L‖² (arXiv:2009.11162), dw/dt = −η(g + ½ηHg): with a step's length in
 * it, it follows gradient descent to second order in η, as long as that does not oscillate.
 */
export const modified: ProcessKind = {
  name: "modified",
  doc: "Gradient flow on L + ¼η‖∇L‖², which stays near gradient descent until that oscillates.",
  settings,
  positional: [],
  version: 1,
  priority: 3,
  series: [...commonSeries, { name: "modified_loss", kind: "scalar", doc: "L + ¼η‖∇L‖²." }],
  reads: readTracked,
  accepts: (optimizer) =>
    optimizer === "gd"
      ? undefined
      : { misfit: "modified is a flow of gradient descent", help: "use gd, or the flow stable" },
  async begin(problem, start, saved) {
    const { objective, optimizer } = problem;
    const { substeps } = settings.parse(problem.settings);
    const spectrum = trackSpectrum(problem, saved);
    let position = await flowPosition(problem, start, saved);
    let hvps = 0;

    /** g + ½ηHg; P is 1/η. */
    async function force(weights: Vector): Promise<Vector> {
      const point = objective.at(weights);
      const { gradient } = await point.lossAndGradient();
      const [product] = await point.products([gradient]);
      hvps++;
      return stepAlong(gradient, product!, optimizer.preconditioner(position.state), 0.5);
    }

    return {
      weights: () => position.weights,
      async measure() {
        const { weights, state, step, stepNorm } = position;
        const point = objective.at(weights);
        const measured = await point.lossAndGradient();
        const preconditioner = optimizer.preconditioner(state) as number;
        const seen = { step, stepNorm, ...measured, state, preconditioner };
        const row = await commonRow(problem, weights, seen);
        const excess = (row.grad_norm_sq as number) / (4 * preconditioner);
        const complete = { ...row, modified_loss: measured.loss + excess };
        if (!isFiniteRow(complete)) return complete;
        const { columns, products } = await spectrum.measure(point, step, preconditioner);
        hvps = products;
        return { ...complete, ...columns };
      },
      async advance() {
        const { state } = position;
        const preconditioner = optimizer.preconditioner(state);
        const dt = 1 / substeps;
        let { weights } = position;
        for (let substep = 0; substep < substeps; substep++) {
          // The midpoint method, of second order.
          const middle = stepAlong(weights, await force(weights), preconditioner, -dt / 2);
          weights = stepAlong(weights, await force(middle), preconditioner, -dt);
        }
        position = movedTo({ weights, state: advanced(state, state.moments, 1) }, position);
        return { hvps };
      },
      save: () => savedPosition(position, spectrum),
    };
  },
};
