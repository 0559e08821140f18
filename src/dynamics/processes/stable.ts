/**
 * The stable flow dw/dt = −P⁻¹∇L(w), ds/dt = f(s, ∇L(w)): what the optimizer would do if it never oscillated. Euler with
 * max(substeps, ⌈2 S_eff⌉) substeps a step, where S_eff is the top effective eigenvalue; once S_eff
 * exceeds `max_sharpness` the flow stops for good (arXiv:2410.24206, the authors' discretization).
 */
import { z } from "zod";
import type { Vector } from "../../linalg/vector.js";
import type { SeriesRow, SeriesValue, TensorColumn } from "../../runtime/step.js";
import { eigenvalueSettings } from "../blocks/eigenvalues.js";
import { commonRow, isFiniteRow } from "../observe.js";
import { advanced } from "../optimizers/optimizer.js";
import type { Start } from "../problem.js";
import { trackSpectrum } from "../spectrum.js";
import { stepAlong } from "../weights.js";
import { flowPosition, movedTo, savedPosition } from "./position.js";
import { commonSeries, type ProcessKind, readKept, type SavedState } from "./process.js";

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
  version: 4,
  priority: 3,
  series: [
    ...commonSeries,
    { name: "substeps", kind: "scalar", doc: "Euler substeps taken; not measured once stopped." },
  ],
  reads(blocks) {
    const { tolerance, raw } = eigenvalueSettings.parse(blocks.eigenvalues ?? {});
    return { eigenvalues: { tolerance, raw }, ...readKept(blocks) };
  },
  async begin(problem, start, saved) {
    const { objective, optimizer } = problem;
    const { substeps, max_sharpness } = settings.parse(problem.settings);
    const { tolerance, raw } = eigenvalueSettings.parse(problem.eigenvalues ?? {});
    // Only the top eigenvalue decides the substeps.
    const spectrum = trackSpectrum(
      { ...problem, eigenvalues: eigenvalueSettings.parse({ tolerance, raw, most: 1 }) },
      saved,
    );
    let position = await flowPosition(problem, start, saved);
    /** The row that repeats once the flow has stopped. */
    let frozen = savedRow(saved);
    let gradient: Vector;
    let sharpness: number;
    let hvps = 0;

    const moved = ({ weights, state }: Start, g: Vector, dt: number): Start => ({
      weights: stepAlong(weights, g, optimizer.preconditioner(state), -dt),
      state: advanced(state, optimizer.rate(state, g), dt),
    });
    async function euler(count: number): Promise<Start> {
      let at = moved(position, gradient, 1 / count);
      for (let substep = 1; substep < count; substep++) {
        const { gradient: here } = await objective.at(at.weights).lossAndGradient();
        at = moved(at, here, 1 / count);
      }
      return at;
    }

    return {
      weights: () => position.weights,
      async measure() {
        const { weights, state, step, stepNorm } = position;
        if (frozen) return { ...frozen, step, step_norm: stepNorm };
        const point = objective.at(weights);
        const measured = await point.lossAndGradient();
        gradient = measured.gradient;
        const preconditioner = optimizer.preconditioner(state);
        const seen = { step, stepNorm, ...measured, state, preconditioner };
        const row = await commonRow(problem, weights, seen);
        if (!isFiniteRow(row)) return row;
        const eigenvalues = await spectrum.measure(point, step, preconditioner);
        sharpness = eigenvalues.values[0]!;
        hvps = eigenvalues.products;
        const complete = { ...row, ...eigenvalues.columns };
        if (sharpness > max_sharpness) frozen = complete;
        return complete;
      },
      async advance() {
        if (frozen) {
          position = movedTo(position, position);
          const spent = hvps;
          hvps = 0;
          return { hvps: spent, substeps: null };
        }
        const count = Math.max(substeps, Math.ceil(2 * sharpness));
        position = movedTo(await euler(count), position);
        return { hvps, substeps: count };
      },
      save() {
        const { tensors, values } = savedPosition(position, spectrum);
        return { tensors: [...tensors, ...(frozen ? rowTensors(frozen) : [])], values };
      },
    };
  },
};

const prefix = "stopped.";

/** A row as tensors, which hold infinities too; what was not measured is left out. */
function rowTensors(row: SeriesRow): TensorColumn[] {
  return Object.entries(row).flatMap(([column, value]) => {
    if (value === null) return [];
    const name = `${prefix}${column}`;
    return typeof value === "number"
      ? [{ name, shape: [], values: Float64Array.of(value) }]
      : [{ name, shape: [value.length], values: Float64Array.from(value) }];
  });
}

function savedRow(saved: SavedState | undefined): SeriesRow | undefined {
  const tensors = (saved?.tensors ?? []).filter(({ name }) => name.startsWith(prefix));
  if (tensors.length === 0) return undefined;
  const row: Record<string, SeriesValue> = Object.fromEntries(
    commonSeries.map(({ name }) => [name, null]),
  );
  for (const { name, shape, values } of tensors) {
    row[name.slice(prefix.length)] = shape.length === 0 ? values[0]! : Float64Array.from(values);
  }
  return row;
}
