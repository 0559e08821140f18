/**
 * Follows every eigenvalue of P^{-1/2} H P^{-1/2} above a threshold along a trajectory. One more
 * eigenvalue than lie above it is kept, so that the next to cross is seen coming; the number grows
 * when that one crosses too (arXiv:2410.24206, reference code). It shrinks once the last but one has
 * fallen below a lower threshold: the gap between the two keeps it from flickering.
 *
 * That last one is a guard. Started from the last vectors alone, iterations stay in the space they
 * know, and an eigenvalue that rises past the guard from below could stay unseen for long; so a
 * random vector is mixed into the guard at some points. In return the guard, which nothing but the
 * threshold is compared to, need not converge as far.
 *
 * The only memory is the last vectors: whoever keeps them can go on later with identical results.
 */

import { combine, symmetricGram } from "./blocks.js";
import { maxAbs, symmetricEigen } from "./dense.js";
import { dot } from "./dot.js";
import type { Eigenpairs, EigenRequest, NotFinite } from "./eigenpairs.js";
import { largestEigenpairs } from "./lobpcg.js";
import type { BlockOperator } from "./operator.js";
import type { Vector } from "./vector.js";

/** For eigenvalues at or below the threshold: they are right to about this share, mostly its square. */
const guardTolerance = 3e-4;
/** The same between explorations, for all but the largest eigenvalue, which is what people look at. */
const looseTolerance = 1e-2;
/** Length of the random vector, of the guard's own: a newcomer is then found within a few points. */
const exploration = 0.1;

export interface TrackerSettings {
  /** Track every eigenvalue above this. */
  readonly above: number;
  /** Eigenvalues at first, and the fewest to keep. */
  readonly initial: number;
  /** Keep no more than one eigenvalue below this; by default none is dropped. */
  readonly drop?: number;
  /** Most eigenvalues; default 64. */
  readonly max?: number;
  /** As of `EigenRequest`; eigenvalues at or below `above` converge to 3e-4, or this if larger. */
  readonly tolerance?: number;
  readonly iterations?: number;
  readonly seed?: number;
  /**
   * Whether to mix a random vector into the guard, which by default is so. Without, eigenvalues at or
   * below `above`, but for the largest, converge to 1e-2.
   */
  readonly explore?: boolean;
}

export type TrackedPoint = Pick<EigenRequest, "size" | "operator" | "preconditioner" | "like">;

export interface TrackedEigenpairs extends Eigenpairs {
  /** The smallest is above the threshold still, but `max` are tracked. */
  readonly saturated: boolean;
}

/**
 * Eigenpairs at one point. `previous` are the vectors of the result before, none at first.
 * `products` and `iterations` count all solves; a growth costs products for its new vector only.
 */
export async function trackEigenpairs(
  settings: TrackerSettings,
  point: TrackedPoint,
  previous: readonly Vector[] = [],
): Promise<TrackedEigenpairs | NotFinite> {
  const { above, initial, drop, max = 64, explore = true, ...rest } = settings;
  const { tolerance: fine = 1e-5, ...solver } = rest;
  const tolerance = (value: number, index: number) => {
    if (value > above) return fine;
    return Math.max(fine, explore || index === 0 ? guardTolerance : looseTolerance);
  };
  const most = Math.min(max, point.size);
  let count = Math.min(most, Math.max(initial, previous.length));
  let start: { vectors: readonly Vector[]; images?: readonly Vector[] } = {
    vectors: previous,
  };
  let products = 0;
  let iterations = 0;
  for (;;) {
    const found = await largestEigenpairs({
      ...solver,
      ...point,
      tolerance,
      exploration: explore ? exploration : 0,
      count,
      start,
    });
    products += found.products;
    iterations += found.iterations;
    if (found.outcome === "not finite") return { ...found, products, iterations };
    const crossed = (found.values.at(-1) ?? Number.NEGATIVE_INFINITY) > above;
    if (!crossed || count === most) {
      const saturated = crossed && count < point.size;
      const kept = drop === undefined ? count : keptOf(found.values, drop, initial);
      return { ...first(found, kept), products, iterations, saturated };
    }
    start = { vectors: found.vectors, images: found.images };
    count += 1;
  }
}

/** How many of `values` to keep: those that are not below `drop`, and one more. */
function keptOf(values: Float64Array, drop: number, fewest: number): number {
  const below = values.findIndex((value) => value < drop);
  return below < 0 ? values.length : Math.max(below + 1, Math.min(fewest, values.length));
}

function first(found: Eigenpairs, count: number): Eigenpairs {
  return {
    ...found,
    values: found.values.slice(0, count),
    vectors: found.vectors.slice(0, count),
    images: found.images.slice(0, count),
    residuals: found.residuals.slice(0, count),
  };
}

/** uᵀHu for frozen P-orthonormal vectors: what eigenvalues become when eigenvectors are kept. One product a vector. */
export async function rayleighQuotients(
  operator: BlockOperator,
  vectors: readonly Vector[],
): Promise<Float64Array> {
  const images = await operator(vectors);
  return Float64Array.from(vectors, (vector, i) => dot(vector, images[i]!));
}

/**
 * Rayleigh–Ritz within the span of frozen P-orthonormal vectors: the eigenpairs that it holds, as
 * far as it can. One product a vector; NaN where a product is not finite.
 */
export async function ritzPairs(
  operator: BlockOperator,
  vectors: readonly Vector[],
): Promise<{ readonly values: Float64Array; readonly vectors: readonly Vector[] }> {
  const projected = symmetricGram(vectors, await operator(vectors));
  if (!Number.isFinite(maxAbs(projected))) {
    return { values: new Float64Array(vectors.length).fill(Number.NaN), vectors };
  }
  const { values, vectors: coordinates } = symmetricEigen(projected);
  return { values, vectors: combine(vectors, coordinates) };
}
