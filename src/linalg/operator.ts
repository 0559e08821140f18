import type { Vector } from "./vector.js";

/** A symmetric linear operator on Rⁿ, applied to a block of vectors at once; the results are the caller's own. */
export type BlockOperator = (vectors: readonly Vector[]) => Promise<Vector[]>;

/** A positive diagonal preconditioner P: one number for P = p·I, or its diagonal. */
export type Preconditioner = number | Vector;
