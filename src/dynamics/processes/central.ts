/**
 * The central flow, the optimizer's time-averaged path (arXiv:2410.24206):
 *   dw/dt = −P⁻¹[∇L + ½ ∇⟨H, Σ⟩],
 * where Σ = U X Uᵀ is the covariance of the oscillations, supported on the critical eigenvectors U of
 * P⁻¹H and just large enough that none of their eigenvalues rises past 2 (`oscillation.ts`).
 * Discretized as the authors do: Euler substeps; eigenvectors are solved for at the start of a step
 * and kept in its other substeps, where their Rayleigh quotients stand for the eigenvalues.
 */
import { z } from "zod";
import { rayleighQuotients } from "../../linalg/eigentracker.js";
import { StepFailure } from "../../runtime/step.js";
import { eigenvalueSettings } from "../blocks.js";
import { commonRow, isFiniteRow } from "../observe.js";
import { gradientVariance, type Oscillation, solveOscillation, variances } from "../oscillation.js";
import { type Spectrum, trackSpectrum } from "../spectrum.js";
import { stepAlong } from "../weights.js";
import { movedTo, savedPosition, startingPosition } from "./position.js";
import { commonSeries, type ProcessKind } from "./process.js";

const settings = z.strictObject({
  substeps: z.int().positive().default(4).describe("Euler substeps a step."),
  critical: z
    .number()
    .positive()
    .max(2)
    .default(1.95)
    .describe("Eigenvalues of the effective Hessian above this may carry oscillations."),
});

export const central: ProcessKind = {
  name: "central",
  doc: "The central flow: the optimizer's time-averaged path and the covariance of its oscillations.",
  settings,
  positional: [],
  version: 1,
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
      name: "oscillation_variances",
      kind: "spectrum",
      doc: "Eigenvalues of the oscillations' covariance Σ relative to P, descending.",
    },
    { name: "critical", kind: "scalar", doc: "Number of critical eigenvalues." },
    { name: "third_derivatives", kind: "scalar", doc: "Third derivatives ∇(uᵀHv) taken." },
    { name: "substeps", kind: "scalar", doc: "Euler substeps taken." },
    {
      name: "complementarity_residual",
      kind: "scalar",
      doc: "Largest relative violation of the conditions that define Σ, over the step.",
    },
  ],
  reads({ eigenvalues, snapshots }) {
    // It solves on every step, whatever the flow measures.
    const { every: _, ...tracked } = eigenvalueSettings.parse(eigenvalues ?? {});
    return { eigenvalues: tracked, ...(snapshots && { snapshots }) };
  },
  async begin(problem, start, saved) {
    const { objective, preconditioner } = problem;
    const { substeps, critical } = settings.parse(problem.settings);
    const tracked = eigenvalueSettings.parse(problem.eigenvalues ?? {});
    // It needs every critical eigenvalue on every step, whatever else the flow measures.
    const above = Math.min(tracked.above, critical);
    const eigenvalues = { ...tracked, above, every: 1 };
    const spectrum = trackSpectrum({ ...problem, eigenvalues }, saved);
    let position = startingPosition(start, saved);
    let vectors: readonly Float32Array[];
    let first: Oscillation;
    let hvps = 0;
    const solve = { preconditioner, critical, dt: 1 / substeps };

    return {
      weights: () => position.weights,
      async measure() {
        const { weights, step, stepNorm } = position;
        const point = objective.at(weights);
        const measured = await point.lossAndGradient();
        const row = await commonRow(problem, weights, { step, stepNorm, ...measured });
        if (!isFiniteRow(row)) return row;
        const eigen = await spectrum.measure(point, step);
        const spectral = { ...row, ...eigen.columns };
        if (!isFiniteRow(spectral)) return spectral;
        assertAllSeen(eigen, critical);
        vectors = eigen.vectors;
        hvps = eigen.products;
        const { gradient } = measured;
        first = await solveOscillation({ ...solve, point, gradient, ...eigen });
        return {
          ...spectral,
          // ½⟨H, Σ⟩ = tr X, since HU = 2PU and UᵀPU = I.
          predicted_loss: measured.loss + first.covariance.trace(),
          predicted_grad_norm_sq:
            (row.grad_norm_sq as number) + gradientVariance(first, eigen.images),
          oscillation_variances: variances(first),
          critical: first.critical,
        };
      },
      async advance() {
        let moved = stepAlong(position.weights, first.force, preconditioner, -1 / substeps);
        let thirdDerivatives = first.thirdDerivatives;
        let residual = first.residual;
        for (let substep = 1; substep < substeps; substep++) {
          const point = objective.at(moved);
          const { gradient } = await point.lossAndGradient();
          const values = await rayleighQuotients(point.products, vectors);
          hvps += vectors.length;
          const here = await solveOscillation({ ...solve, point, gradient, values, vectors });
          thirdDerivatives += here.thirdDerivatives;
          residual = Math.max(residual, here.residual);
          moved = stepAlong(moved, here.force, preconditioner, -1 / substeps);
        }
        position = movedTo(moved, position);
        return {
          hvps,
          third_derivatives: thirdDerivatives,
          substeps,
          complementarity_residual: residual,
        };
      },
      save: () => savedPosition(position, spectrum),
    };
  },
};

/** Oscillations that are left out would let their eigenvalues rise unseen. */
function assertAllSeen({ values, saturated }: Spectrum, critical: number): void {
  if (!saturated || values.at(-1)! <= critical) return;
  throw new StepFailure(
    `all ${values.length} tracked eigenvalues are above ${critical}, so there may be more of them`,
    `track more: eigenvalues { most = ${2 * values.length} }`,
  );
}
