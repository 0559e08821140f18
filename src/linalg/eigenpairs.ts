/** What an eigensolver for the pencil (H, P) is asked, and what it answers. */
import type { BlockOperator, Preconditioner } from "./operator.js";
import type { Vector } from "./vector.js";

export interface EigenRequest {
  /** n: length of the vectors. */
  readonly size: number;
  /** Pairs wanted; at most n are given. */
  readonly count: number;
  /** H. */
  readonly operator: BlockOperator;
  /** P. */
  readonly preconditioner: Preconditioner;
  /** A vector of H's precision, if that is not float32. */
  readonly like?: Vector;
  /**
   * Vectors to start from, best guesses of U; missing or unusable ones are drawn at random. With
   * `images` (H U of an earlier result of the same H and P) they need no products.
   */
  readonly start?: {
    readonly vectors: readonly Vector[];
    readonly images?: readonly Vector[];
  };
  /**
   * A pair has converged when ‖Hu - λPu‖ ≤ tolerance·(‖Hu‖ + |λ|), norms induced by P⁻¹, or when
   * float32 can't resolve its residual (2⁻²³‖A‖). The eigenvalue is then right to about
   * residual²/gap, the eigenvector to residual/gap. Default 1e-5, as products
   * rounded to float32 leave about 1e-6. A function of λ and its place where pairs differ in what
   * they are for.
   */
  readonly tolerance?: number | ((value: number, index: number) => number);
  /**
   * Length of a random vector to add to the last start vector, which has length 1; default 0.
   * Iterations only see what their start contains: an eigenvector orthogonal to exact eigenvectors
   * of smaller eigenvalues would stay unseen.
   */
  readonly exploration?: number;
  /** Most iterations; default 200. */
  readonly iterations?: number;
  /** Seed of random vectors; default 0. */
  readonly seed?: number;
}

export interface Eigenpairs {
  /**
   * `stagnated`: residuals stopped falling above the tolerance, at what the operator's own rounding
   * allows. All the same fields either way; `residuals` says how good the pairs are.
   */
  readonly outcome: "converged" | "stagnated" | "iteration limit";
  /** λ, descending. */
  readonly values: Float64Array;
  /** U, with UᵀPU = I. */
  readonly vectors: readonly Vector[];
  /** H U. */
  readonly images: readonly Vector[];
  /** ‖Hu - λPu‖ of each pair, in the norm induced by P⁻¹: in units of λ. */
  readonly residuals: Float64Array;
  /** Products with H, counted in columns. */
  readonly products: number;
  readonly iterations: number;
}

/** A product of H, or P^{-1/2}, has entries that are not finite: there are no eigenpairs. */
export interface NotFinite {
  readonly outcome: "not finite";
  readonly source: "operator" | "preconditioner";
  readonly products: number;
  readonly iterations: number;
}
