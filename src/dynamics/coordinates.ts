/** Single coordinates along a process: g², the optimizer's ν, and what a flow predicts of g². */
import type { Matrix } from "ml-matrix";
import type { Vector } from "../linalg/vector.js";
import type { SeriesRow } from "../runtime/step.js";
import type { CoordinateSettings } from "./blocks/coordinates.js";
import type { OptimizerState } from "./optimizers/optimizer.js";

/** Places of the weights that are looked at, among `size`. */
export function placesOf({ count, at }: CoordinateSettings, size: number): readonly number[] {
  if (at) return at;
  const most = Math.min(count, size);
  if (most === 1) return [0];
  return Array.from({ length: most }, (_, i) => Math.round((i * (size - 1)) / (most - 1)));
}

/** ν is null for an optimizer that has none a coordinate. */
export function coordinateColumns(
  places: readonly number[],
  gradient: Vector,
  { moments }: OptimizerState,
): SeriesRow {
  return {
    grad_sq_coordinates: places.map((i) => gradient[i]! ** 2),
    nu_coordinates: moments.length === gradient.length ? places.map((i) => moments[i]!) : null,
  };
}

/** E g² = g² + diag(HΣH) for Σ = UXUᵀ; `images` are HU (arXiv:2410.24206). */
export function predictedSquares(
  places: readonly number[],
  gradient: Vector,
  covariance: Matrix,
  images: readonly Vector[],
): number[] {
  return places.map((m) => {
    let sum = gradient[m]! ** 2;
    images.forEach((a, i) => {
      images.forEach((b, j) => {
        sum += covariance.get(i, j) * a[m]! * b[m]!;
      });
    });
    return sum;
  });
}
