import { sizeOf } from "./graph.js";
import type { TensorShape, Vector } from "./objective.js";

/** How the parameters lie, one after another, in a flat vector. */
export class Layout {
  readonly size: number;
  /** Of each parameter's part. */
  readonly sizes: readonly number[];

  constructor(parameters: readonly TensorShape[]) {
    this.sizes = parameters.map(({ shape }) => sizeOf(shape));
    this.size = this.sizes.reduce((sum, size) => sum + size, 0);
  }

  /** The parameters' parts of a vector: views, not copies. @throws RangeError for another length. */
  split(vector: Vector): Vector[] {
    if (vector.length !== this.size)
      throw new RangeError(
        `a vector of ${vector.length} elements was given; the parameters have ${this.size}`,
      );
    let end = 0;
    return this.sizes.map((size) => {
      end += size;
      return vector.subarray(end - size, end);
    });
  }

  /** Adds a vector's parts to `named`, under names by parameter. */
  addParts(
    named: Map<string, Vector>,
    vector: Vector,
    nameOf: (parameter: number) => string,
  ): Map<string, Vector> {
    for (const [parameter, part] of this.split(vector).entries())
      named.set(nameOf(parameter), part);
    return named;
  }
}
