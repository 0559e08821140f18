/**
 * The programs of an objective, as graphs of named inputs: weights `w0…`, data `x0…`, residuals
 * `r0…`, and directions `v0.0…` (vector, parameter). A result of the parameters' shapes is a list
 * of outputs in their order.
 *
 * One pass at a point yields the loss, the gradient, and the residuals: what derivatives along
 * any vectors need of the work that depends on the weights alone. Each derivative then does only
 * the work that depends on its vectors. Programs for several vectors are copies of those for one
 * product and one third derivative, in which whatever is equal is computed once: k first-order
 * passes serve all k(k+1)/2 third derivatives.
 */
import type { GraphBuilder } from "./builder.js";
import { uniformValue } from "./emit.js";
import { type KernelGraph, type NodeId, operands } from "./graph.js";
import { differentiation } from "./jvp.js";
import { kernelNamed } from "./kernels/index.js";
import { SimplifyingBuilder } from "./simplify.js";

export const weightName = (parameter: number) => `w${parameter}`;
export const dataName = (index: number) => `x${index}`;
export const residualName = (index: number) => `r${index}`;
export const vectorName = (vector: number, parameter: number) => `v${vector}.${parameter}`;

export interface Linearization {
  /** w, x → loss, gradient, residuals */
  readonly pass: KernelGraph;
  /** w, x, r, v0 → H v0 */
  readonly product: KernelGraph;
  /** w, x, r, v0, v1 → ∇(v0ᵀ H v1) */
  readonly thirdDerivative: KernelGraph;
}

/** @param gradient  w, x → loss, gradient */
export function linearize(gradient: KernelGraph): Linearization {
  const g = new SimplifyingBuilder();
  const ids = g.include(gradient);
  const outputs = gradient.outputs.map((id) => ids[id]!);
  const [, ...slopes] = outputs;
  const weights = slopes.map((id, i) => g.input(weightName(i), g.shape(id)));
  const vector = (index: number) =>
    weights.map((id, i) => g.input(vectorName(index, i), g.shape(id)));
  const [v0, v1] = [vector(0), vector(1)];
  const { along } = differentiation(g, weights);
  const product = along(v0).derivatives(slopes);
  const thirdDerivative = along(v1).derivatives(product);

  const residuals = chooseResiduals(g, product, thirdDerivative, new Set([...v0, ...v1]));
  const cut = new Map(residuals.map((id, i) => [id, residualName(i)]));
  return {
    pass: g.finish([...outputs, ...residuals]),
    product: g.finish(product, cut),
    thirdDerivative: g.finish(thirdDerivative, cut),
  };
}

/** w, x, r, v0…v₍ₖ₋₁₎ → H v0, …, H v₍ₖ₋₁₎ */
export function productsGraph({ product }: Linearization, k: number): KernelGraph {
  const each = Array.from({ length: k }, (_, i) => [i]);
  return copies(product, each);
}

/** w, x, r, v0…v₍ₖ₋₁₎ → h₀₀, h₁₀, h₁₁, h₂₀, …, where h_ij = ∇(vᵢᵀ H vⱼ) */
export function thirdDerivativesGraph({ thirdDerivative }: Linearization, k: number): KernelGraph {
  const pairs = Array.from({ length: k }, (_, i) =>
    Array.from({ length: i + 1 }, (_, j) => [i, j]),
  );
  return copies(thirdDerivative, pairs.flat());
}

/** The graph once for each choice of vectors to take the places of its own v0, v1. */
function copies(graph: KernelGraph, choices: readonly (readonly number[])[]): KernelGraph {
  const g = new SimplifyingBuilder();
  const outputs = choices.flatMap((vectors) => {
    const ids = g.include(graph, (name) =>
      name.replace(/^v(\d+)/, (_, place) => `v${vectors[Number(place)]}`),
    );
    return graph.outputs.map((id) => ids[id]!);
  });
  return g.finish(outputs);
}

/**
 * All that products need of what doesn't depend on the vectors; and of what third derivatives
 * need, the results that aren't elementwise, from which the rest is made again at little cost.
 */
function chooseResiduals(
  g: GraphBuilder,
  product: readonly NodeId[],
  thirdDerivative: readonly NodeId[],
  vectors: ReadonlySet<NodeId>,
): NodeId[] {
  const varying = new Set(vectors);
  for (const id of g.ancestors([...product, ...thirdDerivative]))
    if (operands(g.node(id)).some((operand) => varying.has(operand))) varying.add(id);

  /** A kernel's result that is fixed at a point, and not a mere constant. */
  const isFixedResult = (id: NodeId) =>
    !varying.has(id) && g.node(id).kind === "kernel" && uniformValue(g, id) === undefined;
  const isPointwise = (id: NodeId) => {
    const node = g.node(id);
    return node.kind === "kernel" && kernelNamed(node.kernel).pointwise !== undefined;
  };

  const forProducts = new Set(g.ancestors(product, isFixedResult).filter(isFixedResult));
  const isKept = (id: NodeId) => forProducts.has(id) || (isFixedResult(id) && !isPointwise(id));
  const forThird = g.ancestors(thirdDerivative, isKept).filter(isKept);
  return [...new Set([...forProducts, ...forThird])];
}
