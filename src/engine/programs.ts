/**
 * The programs of an objective, as graphs of named inputs: weights `w0…`, data `x0…`, and for
 * derivatives the directions `v0.0…` (direction, parameter). Outputs are in the parameters' order.
 */
import type { GraphBuilder } from "./builder.js";
import type { KernelGraph, NodeId } from "./graph.js";
import { type Direction, direction } from "./jvp.js";
import { SimplifyingBuilder } from "./simplify.js";

export const weightName = (parameter: number) => `w${parameter}`;
export const dataName = (index: number) => `x${index}`;
const vectorName = (vector: number, parameter: number) => `v${vector}.${parameter}`;

/**
 * H vᵢ for k vectors. The vectors share all work that depends on the weights alone.
 *
 * @param gradient  weights, data → loss, gradient
 * @returns         weights, data, v₀…v₍ₖ₋₁₎ → H v₀, …, H v₍ₖ₋₁₎
 */
export function productsGraph(gradient: KernelGraph, k: number): KernelGraph {
  const { g, slopes, directions } = along(gradient, k);
  return g.finish(directions.flatMap((v) => v.derivatives(slopes)));
}

/**
 * All h_ij = ∇(vᵢᵀ H vⱼ), j ≤ i, of k vectors. Each product H vᵢ is differentiated along every vⱼ;
 * the k first-order passes are shared by all k(k+1)/2 second-order ones.
 *
 * @param gradient  weights, data → loss, gradient
 * @returns         weights, data, v₀…v₍ₖ₋₁₎ → h₀₀, h₁₀, h₁₁, h₂₀, …
 */
export function thirdDerivativesGraph(gradient: KernelGraph, k: number): KernelGraph {
  const { g, slopes, directions } = along(gradient, k);
  return g.finish(
    directions.flatMap((u, i) => {
      const product = u.derivatives(slopes);
      return directions.slice(0, i + 1).flatMap((v) => v.derivatives(product));
    }),
  );
}

interface Along {
  readonly g: GraphBuilder;
  /** The gradient's nodes. */
  readonly slopes: readonly NodeId[];
  readonly directions: readonly Direction[];
}

function along(gradient: KernelGraph, k: number): Along {
  const g = new SimplifyingBuilder();
  const ids = g.include(gradient);
  const [, ...slopes] = gradient.outputs.map((id) => ids[id]!);
  const weights = slopes.map((_, parameter) => ids[gradient.inputs[parameter]!]!);
  const directions = Array.from({ length: k }, (_, vector) => {
    const seeds = weights.map(
      (weight, parameter) =>
        [weight, g.input(vectorName(vector, parameter), g.shape(weight))] as const,
    );
    return direction(g, new Map(seeds));
  });
  return { g, slopes, directions };
}
