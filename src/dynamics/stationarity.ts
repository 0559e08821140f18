/**
 * How far RMSProp's preconditioner P is from the stationary one P̄ of the current weights, to which it
 * converges along a central flow, and what each is worth: the optimization speeds gᵀP⁻¹g of P, of P̄,
 * of the least P̂ that keeps the effective Hessian at 2, and of gradient descent at its own edge,
 * P = S/2 (arXiv:2410.24206, part III; `stationary/`).
 */
import type { Point } from "../engine/objective.js";
import type { Preconditioner } from "../linalg/operator.js";
import type { Vector } from "../linalg/vector.js";
import type { SeriesRow, TensorColumn } from "../runtime/step.js";
import { placesOf } from "./coordinates.js";
import type { OptimizerState } from "./optimizers/optimizer.js";
import type { Problem } from "./problem.js";
import type { SavedState } from "./processes/process.js";
import { savedBlock, savedColumns } from "./saved-block.js";

export interface StationarityObserver {
  measure(given: {
    readonly point: Point<Vector>;
    readonly step: number;
    readonly gradient: Vector;
    readonly state: OptimizerState;
    readonly preconditioner: Preconditioner;
    /** S, the top eigenvalue of H. */
    readonly sharpness: number | undefined;
  }): Promise<{ readonly columns: SeriesRow; readonly products: number }>;
  /** What the next measurement starts from. */
  save(): readonly TensorColumn[];
}

const prefix = "stationary_factor.";

export function observeStationarity(
  { optimizer, preconditioners: settings }: Problem,
  saved: SavedState | undefined,
): StationarityObserver {
  let factor = savedBlock(saved, prefix);
  return {
    async measure({ point, step, gradient, state, preconditioner, sharpness }) {
      const { adaptive } = optimizer;
      if (!settings || step % settings.every !== 0) return none;
      if (adaptive?.scope !== "elementwise" || typeof preconditioner === "number") return none;
      const learningRate = adaptive.learningRate(state.t);
      const places = placesOf({ count: settings.coordinates }, gradient.length);
      /** (ηP)² at the places: ν̂, where ε is negligible. */
      const nuAt = (p: Vector) => places.map((i) => (learningRate * p[i]!) ** 2);
      const { firstTermPreconditioner, optimizationSpeed, stationaryPreconditioner } = await import(
        "./stationary/index.js"
      );
      const { tolerance } = settings;
      const bar = await stationaryPreconditioner(point.products, gradient, learningRate, {
        tolerance,
        ...(factor.length > 0 && { start: factor }),
      });
      const hat = await firstTermPreconditioner(point.products, gradient, { tolerance });
      const products = bar.products + hat.products;
      if (bar.outcome === "not finite" || hat.outcome === "not finite")
        return { ...none, products };
      factor = bar.factor;
      const edge = sharpness !== undefined && sharpness > 0 ? sharpness / 2 : undefined;
      return {
        columns: {
          stationary_cosine: cosineOfSquares(preconditioner, bar.preconditioner),
          preconditioner_nu: nuAt(preconditioner),
          stationary_nu: nuAt(bar.preconditioner),
          speed: optimizationSpeed(gradient, preconditioner),
          speed_stationary: optimizationSpeed(gradient, bar.preconditioner),
          speed_first_term: optimizationSpeed(gradient, hat.preconditioner),
          speed_gd: edge === undefined ? null : optimizationSpeed(gradient, edge),
        },
        products,
      };
    },
    save: () => savedColumns(factor, prefix),
  };
}

const none = { columns: {}, products: 0 };

/** Cosine of the angle between P² and P̄², that is between ν̂ and ν̄ where ε is negligible. */
function cosineOfSquares(a: Vector, b: Vector): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [p, q] = [a[i]! ** 2, b[i]! ** 2];
    ab += p * q;
    aa += p * p;
    bb += q * q;
  }
  return ab / Math.sqrt(aa * bb);
}
