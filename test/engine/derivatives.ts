/** Derivatives of a problem in double precision: by finite differences, and by the rules. */

import { sizeOf } from "../../src/engine/graph.js";
import type { LossSource } from "../../src/engine/objective.js";
import { linearize, productsGraph, thirdDerivativesGraph } from "../../src/engine/programs.js";
import { traceGradient } from "../../src/engine/trace.js";
import { difference, evaluate, type Flat } from "./reference.js";

export interface Derivatives {
  loss(w: Float64Array): number;
  gradient: Flat;
  /** H vᵢ by the rules. */
  products(w: Float64Array, vectors: readonly Float64Array[]): Float64Array[];
  /** h_ij for j ≤ i, in rows, by the rules. */
  thirdDerivatives(w: Float64Array, vectors: readonly Float64Array[]): Float64Array[];
}

/** The inputs of a source's graphs, by name. */
export function namedInputs(
  { parameters, data }: LossSource,
  w: Float64Array,
  vectors: readonly Float64Array[] = [],
): Map<string, ArrayLike<number>> {
  const inputs = new Map<string, ArrayLike<number>>();
  for (const [i, { values }] of data.entries()) inputs.set(`x${i}`, values);
  [w, ...vectors].forEach((vector, v) => {
    let start = 0;
    parameters.forEach(({ shape }, i) => {
      const size = sizeOf(shape);
      inputs.set(v === 0 ? `w${i}` : `v${v - 1}.${i}`, vector.subarray(start, start + size));
      start += size;
    });
  });
  return inputs;
}

export async function derivatives(source: LossSource): Promise<Derivatives> {
  const sizes = source.parameters.map(({ shape }) => sizeOf(shape));
  const gradientGraph = await traceGradient(source);
  const linear = linearize(gradientGraph, true);

  const named = (w: Float64Array, vectors: readonly Float64Array[]) =>
    namedInputs(source, w, vectors);
  const join = (parts: readonly Float64Array[]) => Float64Array.from(parts.flatMap((p) => [...p]));
  const grouped = (outputs: readonly Float64Array[]) =>
    Array.from({ length: outputs.length / sizes.length }, (_, i) =>
      join(outputs.slice(i * sizes.length, (i + 1) * sizes.length)),
    );
  const linearized = (w: Float64Array, vectors: readonly Float64Array[]) => {
    const inputs = named(w, vectors);
    const results = evaluate(linear.pass, inputs).slice(1 + sizes.length);
    for (const [i, values] of results.entries()) inputs.set(`r${i}`, values);
    for (const [i, values] of evaluate(linear.slopes, inputs).entries())
      inputs.set(`s${i}`, values);
    return inputs;
  };

  return {
    loss: (w) => evaluate(gradientGraph, named(w, []))[0]![0]!,
    gradient: (w) => join(evaluate(gradientGraph, named(w, [])).slice(1)),
    products: (w, vectors) =>
      grouped(evaluate(productsGraph(linear, vectors.length), linearized(w, vectors))),
    thirdDerivatives: (w, vectors) =>
      grouped(evaluate(thirdDerivativesGraph(linear, vectors.length), linearized(w, vectors))),
  };
}

/** The gradient by finite differences of the loss. */
export function gradientByDifferences({ loss }: Derivatives, w: Float64Array): Float64Array {
  return w.map((_, i) => {
    const basis = new Float64Array(w.length);
    basis[i] = 1;
    return difference((at) => Float64Array.of(loss(at)), basis)(w)[0]!;
  });
}
