/** The equilibrium of an optimizer's adaptive state along a path of weights, each warm-started from the last. */
import type { Point } from "../../engine/objective.js";
import { dot } from "../../linalg/dot.js";
import type { Vector } from "../../linalg/vector.js";
import { type SeriesRow, StepFailure, type TensorColumn } from "../../runtime/step.js";
import { dropOf, eigenvalueSettings } from "../blocks/eigenvalues.js";
import type { Problem } from "../problem.js";
import type { SavedState } from "../processes/process.js";
import { savedBlock, savedColumns } from "../saved-block.js";
import { trackSpectrum } from "../spectrum.js";
import { noTrail, savedTrail, trailColumns } from "../trail.js";
import { elementwiseEquilibrium, type Factor } from "./elementwise.js";
import type { Equilibrium } from "./equilibrium.js";
import { scalarEquilibrium } from "./scalar.js";

export interface Rest extends Equilibrium {
  /** Hessian-vector products spent. */
  readonly products: number;
}

export interface RestFinder {
  /** @param t  time, in gradients seen: learning rates may depend on it */
  at(point: Point<Vector>, t: number): Promise<Rest>;
  /** Columns of eigenvalues at the point of the last `at`, where the flow asks for them. */
  spectrum(step: number): Promise<{ readonly columns: SeriesRow; readonly products: number }>;
  /** What the next call starts from. */
  save(): readonly TensorColumn[];
}

export interface RestOptions {
  /** Relative duality gap of P̄. */
  readonly tolerance: number;
  /** Effective eigenvalues above this share a scalar optimizer's oscillations. */
  readonly critical: number;
  readonly dt: number;
}

/** Throws if the optimizer adapts nothing: the language refuses that. */
export function restFinder(
  problem: Problem,
  options: RestOptions,
  saved: SavedState | undefined,
): RestFinder {
  const { adaptive } = problem.optimizer;
  if (!adaptive) {
    const missing = "the optimizer has no `adaptive`: no state of it is known to come to rest";
    throw new StepFailure(missing, "stationary goes with scalar_rmsprop and rmsprop");
  }
  return adaptive.scope === "elementwise"
    ? elementwiseFinder(problem, options, saved)
    : scalarFinder(problem, options, saved);
}

const factorPrefix = "stationary_factor.";
const guardName = "stationary_guard.";

function elementwiseFinder(
  problem: Problem,
  { tolerance }: RestOptions,
  saved: SavedState | undefined,
): RestFinder {
  const { optimizer } = problem;
  const spectrum = trackSpectrum(problem, saved);
  let known: Factor = {
    factor: savedBlock(saved, factorPrefix),
    guard: savedBlock(saved, guardName)[0],
  };
  let last: { readonly point: Point<Vector>; readonly rest: Rest };
  return {
    async at(point, t) {
      const { gradient } = await point.lossAndGradient();
      const learningRate = optimizer.adaptive!.learningRate(t);
      const rest = await elementwiseEquilibrium({
        ...{ point, gradient, learningRate, tolerance, start: known },
      });
      known = rest;
      last = { point, rest };
      return rest;
    },
    spectrum: (step) => spectrum.measure(last.point, step, last.rest.preconditioner),
    save: () => [
      ...spectrum.save(),
      ...savedColumns(known.factor, factorPrefix),
      ...savedColumns(known.guard ? [known.guard] : [], guardName),
    ],
  };
}

const vectorName = "hessian_eigenvector";
const sharpnessName = "sharpness";

function scalarFinder(
  { objective, optimizer, eigenvalues }: Problem,
  { critical, dt }: RestOptions,
  saved: SavedState | undefined,
): RestFinder {
  const tracked = eigenvalueSettings.parse(eigenvalues ?? {});
  const above = Math.min(tracked.above, critical);
  const { initial, most: max, tolerance } = tracked;
  let trail = savedTrail(saved, vectorName);
  let sharpness = saved?.tensors.find(({ name }) => name === sharpnessName)?.values[0];
  let columns: SeriesRow = {};
  return {
    async at(point, t) {
      const { followEigenpairs } = await import("../following.js");
      const { gradient } = await point.lossAndGradient();
      const learningRate = optimizer.adaptive!.learningRate(t);
      const pencil = {
        ...{ size: objective.size, operator: point.products, preconditioner: 1 },
        like: gradient,
      };
      let products = 0;
      if (sharpness === undefined) {
        const one = { above: Number.POSITIVE_INFINITY, initial: 1, tolerance };
        const { found: top, trail: begun } = await followEigenpairs(one, pencil, noTrail);
        products += top.products;
        trail = begun;
        if (top.outcome !== "not finite") sharpness = top.values[0]!;
      }
      // Thresholds are of P⁻¹H; the P of the last sharpness is near enough to compare with them.
      const norm = Math.sqrt(dot(gradient, gradient));
      const near = Math.max(norm / learningRate, (sharpness ?? 0) / 2);
      const thresholds = { above: above * near, drop: dropOf({ ...tracked, above }) * near };
      const { found, trail: next } = await followEigenpairs(
        { ...thresholds, initial, max, tolerance },
        pencil,
        trail,
      );
      trail = next;
      products += found.products;
      const known = found.outcome === "not finite" ? undefined : found;
      const values = known?.values ?? Float64Array.of(Number.NaN);
      const { vectors } = trail;
      sharpness = values[0]!;
      const rest = await scalarEquilibrium({
        ...{ point, gradient, learningRate, values, vectors, critical, dt },
      });
      const p = rest.preconditioner as number;
      columns = {
        effective_eigenvalues: values.map((value) => value / p),
        hessian_eigenvalues: values,
        eigenpair_residual: known ? Math.max(...known.residuals) / p : null,
      };
      return { ...rest, products };
    },
    spectrum: async () => ({ columns: eigenvalues ? columns : {}, products: 0 }),
    save: () => [
      ...trailColumns(trail, vectorName),
      ...(sharpness === undefined
        ? []
        : [{ name: sharpnessName, shape: [], values: Float64Array.of(sharpness) }]),
    ],
  };
}
