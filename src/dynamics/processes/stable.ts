/**
 * The stable flow dw/dt = −P⁻¹∇L(w): what the optimizer would do if it never oscillated. Euler with
 * max(substeps, ⌈2 S_eff⌉) substeps a step, where S_eff is the top effective eigenvalue; once S_eff
 * exceeds `max_sharpness` the flow stops for good (arXiv:2410.24206, the authors' discretization).
 */
import { z } from "zod";
import type { SeriesRow } from "../../runtime/step.js";
import { eigenvalueSettings } from "../blocks.js";
import { commonRow, isFiniteRow } from "../observe.js";
import { trackSpectrum } from "../spectrum.js";
import { distance, stepAlong } from "../weights.js";
import { commonSeries, flat, type ProcessKind } from "./process.js";

const settings = z.strictObject({
  substeps: z.int().positive().default(4).describe("Least number of Euler substeps a step."),
  max_sharpness: z
    .number()
    .positive()
    .default(100)
    .describe("Stop once the top effective eigenvalue exceeds this."),
});

export const stable: ProcessKind = {
  name: "stable",
  doc: "The flow along the preconditioned gradient, without oscillations (gradient flow for `gd`).",
  settings,
  positional: [],
  version: 1,
  priority: 3,
  series: [
    ...commonSeries,
    { name: "substeps", kind: "scalar", doc: "Euler substeps taken; not measured once stopped." },
  ],
  reads: ({ eigenvalues, snapshots }) => ({
    eigenvalues: { tolerance: eigenvalueSettings.parse(eigenvalues ?? {}).tolerance },
    ...(snapshots && { snapshots }),
  }),
  async begin(problem, start, saved) {
    const { objective, preconditioner } = problem;
    const { substeps, max_sharpness } = settings.parse(problem.settings);
    const { tolerance } = eigenvalueSettings.parse(problem.eigenvalues ?? {});
    // Only the top eigenvalue decides the substeps.
    const spectrum = trackSpectrum(
      { ...problem, eigenvalues: eigenvalueSettings.parse({ tolerance, most: 1 }) },
      saved,
    );
    let weights = flat(saved, "weights") ?? start;
    let step = (saved?.values.step as number) ?? 0;
    let stepNorm = (saved?.values.step_norm as number) ?? 0;
    // The row that repeats once the flow has stopped.
    let frozen = (saved?.values.frozen as SeriesRow | undefined) ?? undefined;
    let gradient: Float32Array;
    let sharpness: number;
    let hvps = 0;

    async function euler(count: number): Promise<Float32Array> {
      let moved = stepAlong(weights, gradient, preconditioner, -1 / count);
      for (let substep = 1; substep < count; substep++) {
        const { gradient: here } = await objective.at(moved).lossAndGradient();
        moved = stepAlong(moved, here, preconditioner, -1 / count);
      }
      return moved;
    }

    return {
      weights: () => weights,
      async measure() {
        if (frozen) return { ...frozen, step, step_norm: 0 };
        const point = objective.at(weights);
        const measured = await point.lossAndGradient();
        gradient = measured.gradient;
        const row = await commonRow(problem, weights, { step, stepNorm, ...measured });
        if (!isFiniteRow(row)) return row;
        const eigenvalues = await spectrum.measure(point, step);
        sharpness = eigenvalues.values[0]!;
        hvps = eigenvalues.products;
        const complete = { ...row, ...eigenvalues.columns };
        if (sharpness > max_sharpness) frozen = complete;
        return complete;
      },
      async advance() {
        step++;
        if (frozen) {
          const spent = hvps;
          hvps = 0;
          return { hvps: spent, substeps: null };
        }
        const count = Math.max(substeps, Math.ceil(2 * sharpness));
        const next = await euler(count);
        stepNorm = distance(next, weights);
        weights = next;
        return { hvps, substeps: count };
      },
      save: () => ({
        tensors: [
          { name: "weights", shape: [weights.length], values: weights },
          ...spectrum.save(),
        ],
        values: {
          step,
          step_norm: stepNorm,
          ...(frozen && { frozen: jsonRow(frozen) }),
        },
      }),
    };
  },
};

function jsonRow(row: SeriesRow): Record<string, number | null | readonly number[]> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value instanceof Float64Array ? [...value] : value,
    ]),
  );
}
