/** The top eigenpairs of the effective Hessian along a process, warm-started from row to row. */
import type { Point } from "../engine/objective.js";
import { trackEigenpairs } from "../linalg/eigentracker.js";
import type { SeriesRow, TensorColumn } from "../runtime/step.js";
import type { Problem } from "./problem.js";
import type { SavedState } from "./processes/process.js";

export interface Spectrum {
  /** λ of P⁻¹H, descending; empty where nothing was measured. */
  readonly values: Float64Array;
  /** U with UᵀPU = I. */
  readonly vectors: readonly Float32Array[];
  /** H U. */
  readonly images: readonly Float32Array[];
  /** More eigenvalues than may be tracked are above the threshold. */
  readonly saturated: boolean;
  /** Hessian-vector products spent. */
  readonly products: number;
  readonly columns: SeriesRow;
}

export interface SpectrumTracker {
  /** Measures at a point if the flow asks for it at this step. */
  measure(point: Point, step: number): Promise<Spectrum>;
  /** What the next measurement starts from. */
  save(): readonly TensorColumn[];
}

const prefix = "eigenvector.";

export function trackSpectrum(
  { objective, preconditioner, eigenvalues: settings }: Problem,
  saved: SavedState | undefined,
): SpectrumTracker {
  let vectors: readonly Float32Array[] = (saved?.tensors ?? [])
    .filter(({ name }) => name.startsWith(prefix))
    .map(({ values }) => values as Float32Array);
  return {
    async measure(point, step) {
      if (!settings || step % settings.every !== 0) return unmeasured;
      const { above, initial, most: max, tolerance } = settings;
      const found = await trackEigenpairs(
        { above, initial, max, tolerance },
        { size: objective.size, operator: point.products, preconditioner },
        vectors,
      );
      if (found.outcome === "not finite") {
        return { ...unmeasured, columns: notFinite, products: found.products };
      }
      vectors = found.vectors;
      const { values } = found;
      // Without a scalar P the raw Hessian has other eigenvectors.
      const raw = typeof preconditioner === "number" ? values.map((v) => v * preconditioner) : null;
      const columns = { effective_eigenvalues: values, hessian_eigenvalues: raw };
      return { ...found, columns };
    },
    save: () =>
      vectors.map((values, i) => ({ name: `${prefix}${i}`, shape: [values.length], values })),
  };
}

const unmeasured: Spectrum = {
  values: new Float64Array(0),
  vectors: [],
  images: [],
  saturated: false,
  products: 0,
  columns: { effective_eigenvalues: null, hessian_eigenvalues: null },
};

/** The Hessian overflowed where loss and gradient did not yet: the process has diverged. */
const notFinite: SeriesRow = {
  effective_eigenvalues: [Number.NaN],
  hessian_eigenvalues: [Number.NaN],
};
