/** The top eigenpairs of the effective Hessian along a process, warm-started from row to row. */
import type { Point } from "../engine/objective.js";
import type { Preconditioner } from "../linalg/operator.js";
import type { Vector } from "../linalg/vector.js";
import type { SeriesRow, TensorColumn } from "../runtime/step.js";
import { dropOf } from "./blocks/eigenvalues.js";
import type { Problem } from "./problem.js";
import type { SavedState } from "./processes/process.js";
import { savedTrail, trailColumns } from "./trail.js";

export interface Spectrum {
  /** λ of P⁻¹H, descending; empty where nothing was measured. */
  readonly values: Float64Array;
  /** U with UᵀPU = I. */
  readonly vectors: readonly Vector[];
  /** H U. */
  readonly images: readonly Vector[];
  /** More eigenvalues than may be tracked are above the threshold. */
  readonly saturated: boolean;
  /** Hessian-vector products spent. */
  readonly products: number;
  readonly columns: SeriesRow;
}

export interface SpectrumTracker {
  /** Measures at a point if the flow asks for it at this step. */
  measure(point: Point<Vector>, step: number, preconditioner: Preconditioner): Promise<Spectrum>;
  /** What the next measurement starts from. */
  save(): readonly TensorColumn[];
}

const effectiveName = "eigenvector";
const rawName = "hessian_eigenvector";

/** Steps between two looks for eigenvalues that rise unseen from below the tracked ones. */
const exploringInterval = 4;

export function trackSpectrum(
  { objective, eigenvalues: settings }: Problem,
  saved: SavedState | undefined,
): SpectrumTracker {
  let effective = savedTrail(saved, effectiveName);
  let raw = savedTrail(saved, rawName);
  return {
    async measure(point, step, preconditioner) {
      if (!settings || step % settings.every !== 0) return unmeasured;
      // Loaded when first used: what only checks or plans does without.
      const { followEigenpairs } = await import("./following.js");
      const { above, initial, most: max, tolerance } = settings;
      const drop = dropOf(settings);
      const explore = step % exploringInterval === 0;
      const { gradient: like } = await point.lossAndGradient();
      const pencil = { size: objective.size, operator: point.products, like };
      const { found, trail } = await followEigenpairs(
        { above, drop, initial, max, tolerance, explore },
        { ...pencil, preconditioner },
        effective,
      );
      effective = trail;
      if (found.outcome === "not finite") return { ...notFinite, products: found.products };
      const columns = {
        effective_eigenvalues: found.values,
        eigenpair_residual: Math.max(...found.residuals),
      };
      if (typeof preconditioner === "number") {
        const values = found.values.map((value) => value * preconditioner);
        return { ...found, columns: { ...columns, hessian_eigenvalues: values } };
      }
      // P⁻¹H has other eigenvectors than H: these are solved for as many as asked.
      if (settings.raw === 0) {
        return { ...found, columns: { ...columns, hessian_eigenvalues: null } };
      }
      // Above −∞ all of them count, and `max` says how many.
      const count = { above: Number.NEGATIVE_INFINITY, initial: settings.raw, max: settings.raw };
      const { found: hessian, trail: rawTrail } = await followEigenpairs(
        { ...count, tolerance, explore },
        { ...pencil, preconditioner: 1 },
        raw,
      );
      raw = rawTrail;
      const products = found.products + hessian.products;
      if (hessian.outcome === "not finite") return { ...notFinite, products };
      return { ...found, products, columns: { ...columns, hessian_eigenvalues: hessian.values } };
    },
    save: () => [...trailColumns(effective, effectiveName), ...trailColumns(raw, rawName)],
  };
}

const unmeasured: Spectrum = {
  values: new Float64Array(0),
  vectors: [],
  images: [],
  saturated: false,
  products: 0,
  columns: { effective_eigenvalues: null, hessian_eigenvalues: null, eigenpair_residual: null },
};

/** The Hessian overflowed where loss and gradient did not yet: the process has diverged. */
const notFinite: Spectrum = {
  ...unmeasured,
  columns: {
    effective_eigenvalues: [Number.NaN],
    hessian_eigenvalues: [Number.NaN],
    eigenpair_residual: Number.NaN,
  },
};
