/**
 * The dual of RMSProp's stationary preconditioner (arXiv:2410.24206, the convex program of its
 * stationary flow) as a smooth function on spheres. With field bᵢ = |gᵢ|/η the program and its dual are
 *   min_P  Σ Pᵢ + bᵢ²/Pᵢ          s.t.  H ⪯ 2 diag(P),
 *   max_Z  ⟨H, Z⟩ + 2 Σ bᵢ√(1 − 2Zᵢᵢ)   s.t.  Z ⪰ 0, Zᵢᵢ ≤ ½.
 * Put Z = ½WWᵀ with W ∈ R^{n×r} (Burer & Monteiro, Math. Program. 95, 2003) and sᵢ = √(1 − 2Zᵢᵢ): the
 * constraints say that the rows xᵢ = (Wᵢ, sᵢ) are unit vectors, and the dual becomes
 *   F(x) = ½⟨W, HW⟩ + 2 Σ bᵢsᵢ.
 * Its Euclidean gradient has rows Gᵢ = ((HW)ᵢ, 2bᵢ). Where F is stationary, Gᵢ = 2Pᵢxᵢ, so that
 *   Pᵢ = ½‖Gᵢ‖,  or with ν = η²P² and Σ = ½η²Z:  ν = g² + diag(HΣH),
 * the fixed point of ν under oscillations of covariance Σ. This form of P needs no division by a
 * vanishing sᵢ, and is never below bᵢ.
 */
import { dot } from "../../linalg/dot.js";
import type { BlockOperator } from "../../linalg/operator.js";
import { retracted, rowProducts } from "./spheres.js";

export interface Dual {
  /** H. */
  readonly operator: BlockOperator;
  /** b = |g|/η, n entries. */
  readonly field: Float32Array;
}

/** F and what follows from the one block of products that it costs. */
export interface Evaluation {
  /** x: the columns of W, then s. */
  readonly point: Float32Array;
  readonly value: number;
  /** HW. */
  readonly images: readonly Float32Array[];
  /** The part of G tangent to the spheres at x. */
  readonly gradient: Float32Array;
  /** Pᵢ = ½‖Gᵢ‖. */
  readonly preconditioner: Float64Array;
  /** Σ(‖Gᵢ‖ − ⟨xᵢ, Gᵢ⟩)/Σ‖Gᵢ‖: mean of 1 − cos of the angle of Gᵢ and xᵢ, which vanishes at a solution. */
  readonly misalignment: number;
}

/** Of F: rounding of float32 products can change it by as large a share. */
const rounding = 2 ** -20;

/** The least rise of F that can be told from rounding. */
export function hiddenRise({ value }: Evaluation): number {
  return rounding * Math.abs(value);
}

/** W as its columns. */
export function factorOf({ field }: Dual, point: Float32Array): Float32Array[] {
  const n = field.length;
  return Array.from({ length: point.length / n - 1 }, (_, j) => point.slice(j * n, (j + 1) * n));
}

/** The point with factor W; rows longer than 1 are cut to 1. */
export function pointOf({ field }: Dual, factor: readonly Float32Array[]): Float32Array {
  const n = field.length;
  const point = new Float32Array(n * (factor.length + 1));
  factor.forEach((column, j) => {
    point.set(column, j * n);
  });
  const squares = rowProducts(point, point, n);
  const last = factor.length * n;
  for (let i = 0; i < n; i++) point[last + i] = Math.sqrt(Math.max(0, 1 - squares[i]!));
  return retracted(point, point, 0, n);
}

/** Costs r products. Values that are not finite show in `value`. */
export async function evaluate(dual: Dual, point: Float32Array): Promise<Evaluation> {
  const { field, operator } = dual;
  const n = field.length;
  const factor = factorOf(dual, point);
  const images = factor.length === 0 ? [] : await operator(factor);
  const ascent = new Float32Array(point.length);
  images.forEach((image, j) => {
    ascent.set(image, j * n);
  });
  const last = factor.length * n;
  for (let i = 0; i < n; i++) ascent[last + i] = 2 * field[i]!;

  const along = rowProducts(point, ascent, n);
  const squares = rowProducts(ascent, ascent, n);
  const gradient = new Float32Array(point.length);
  // ‖Gᵢ‖ − ⟨xᵢ, Gᵢ⟩ = ‖tangent part‖²/(‖Gᵢ‖ + ⟨xᵢ, Gᵢ⟩), without the cancellation.
  const sideways = new Float64Array(n);
  for (let from = 0; from < point.length; from += n) {
    for (let i = 0; i < n; i++) {
      const entry = ascent[from + i]! - along[i]! * point[from + i]!;
      gradient[from + i] = entry;
      sideways[i]! += entry * entry;
    }
  }
  const preconditioner = new Float64Array(n);
  let missed = 0;
  let total = 0;
  let spins = 0;
  for (let i = 0; i < n; i++) {
    const length = Math.sqrt(squares[i]!);
    preconditioner[i] = length / 2;
    total += length;
    spins += field[i]! * point[last + i]!;
    if (length > 0) {
      missed += along[i]! > 0 ? sideways[i]! / (length + along[i]!) : length - along[i]!;
    }
  }
  let curvature = 0;
  factor.forEach((column, j) => {
    curvature += dot(column, images[j]!);
  });
  return {
    point,
    value: curvature / 2 + 2 * spins,
    images,
    gradient,
    preconditioner,
    misalignment: total > 0 ? missed / total : 0,
  };
}
