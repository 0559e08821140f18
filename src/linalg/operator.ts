/** A symmetric linear operator on Rⁿ, applied to a block of vectors at once. */
export type BlockOperator = (vectors: readonly Float32Array[]) => Promise<Float32Array[]>;

/** A positive diagonal preconditioner P: one number for P = p·I, or its diagonal. */
export type Preconditioner = number | Float32Array;
