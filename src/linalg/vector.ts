/** Long vectors: of weights, gradients, eigenvectors. Their precision is the flow's. */
export type Vector = Float32Array | Float64Array;
export type Precision = "float32" | "float64";

export function zeros(length: number, precision: Precision): Vector {
  return precision === "float64" ? new Float64Array(length) : new Float32Array(length);
}

/** Zeros of the precision of another vector, and of its length unless another is given. */
export function zerosLike(vector: Vector, length: number = vector.length): Vector {
  return vector instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
}

/** The spacing of numbers at 1, as this vector holds them. */
export function roundoffOf(vector: Vector): number {
  return vector instanceof Float64Array ? 2 ** -52 : 2 ** -23;
}

/** What a vector is made like that nothing says more of. */
export const single: Vector = new Float32Array(0);
