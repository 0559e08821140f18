/**
 * The programs of an objective, as graphs of named inputs: weights `w0…`, data `x0…`, results
 * `r0…` and slopes `s0…` kept of a point, and directions `v0.0…` (vector, parameter) or, of several
 * stacked along a leading axis, `v.0…`. An output of the parameters' shapes is a list of outputs in
 * their order.
 *
 * The work that depends on the weights alone is done once at a point: one pass yields the loss,
 * the gradient and the results of which all else is made elementwise; the slopes are what the
 * derivatives along any vectors need besides. Each derivative then does only the work that
 * depends on its vectors. Programs for several vectors are those for one product and one third
 * derivative, copied or batched; whatever is equal is computed once: k first-order passes serve
 * all k(k+1)/2 third derivatives.
 */
import { batched } from "./batching.js";
import type { GraphBuilder } from "./builder.js";
import { type KernelGraph, type NodeId, operands } from "./graph.js";
import { differentiation } from "./jvp.js";
import { kernelNamed } from "./kernels/index.js";
import type { Kernel } from "./kernels/kernel.js";
import { SimplifyingBuilder } from "./simplify.js";

export const weightName = (parameter: number) => `w${parameter}`;
export const dataName = (index: number) => `x${index}`;
export const resultName = (index: number) => `r${index}`;
export const slopeName = (index: number) => `s${index}`;
export const vectorName = (vector: number, parameter: number) => `v${vector}.${parameter}`;
export const stackName = (parameter: number) => `v.${parameter}`;

export interface Linearization {
  /** w, x → loss, gradient, r */
  readonly pass: KernelGraph;
  /** w, x, r → s */
  readonly slopes: KernelGraph;
  /** w, x, r, s, v0 → H v0 */
  readonly product: KernelGraph;
  /** w, x, r, s, v0, v1 → ∇(v0ᵀ H v1) */
  readonly thirdDerivative: KernelGraph;
}

/**
 * @param gradient  w, x → loss, gradient
 * @param keep      whether programs share the work that depends on the weights alone; otherwise
 *                  nothing is kept, and each computes all that it needs from w, x and v
 */
export function linearize(gradient: KernelGraph, keep: boolean): Linearization {
  const g = new SimplifyingBuilder();
  const ids = g.include(gradient);
  const outputs = gradient.outputs.map((id) => ids[id]!);
  const [, ...gradientNodes] = outputs;
  const weights = gradientNodes.map((id, i) => g.input(weightName(i), g.shape(id)));
  const vector = (index: number) =>
    weights.map((id, i) => g.input(vectorName(index, i), g.shape(id)));
  const [v0, v1] = [vector(0), vector(1)];
  const { along } = differentiation(g, weights);
  const product = along(v0).derivatives(gradientNodes);
  const thirdDerivative = along(v1).derivatives(product);

  const { results, slopes } = keep
    ? chooseKept(g, product, thirdDerivative, weights, [...v0, ...v1])
    : { results: [], slopes: [] };
  const named = (kept: readonly NodeId[], nameOf: (index: number) => string) =>
    kept.map((id, i) => [id, nameOf(i)] as const);
  const cut = new Map([...named(results, resultName), ...named(slopes, slopeName)]);
  return {
    pass: g.finish([...outputs, ...results]),
    slopes: g.finish(slopes, new Map(named(results, resultName))),
    product: g.finish(product, cut),
    thirdDerivative: g.finish(thirdDerivative, cut),
  };
}

/** w, x, r, s, v0…v₍ₖ₋₁₎ → H v0, …, H v₍ₖ₋₁₎ */
export function productsGraph({ product }: Linearization, k: number): KernelGraph {
  return copies(product, singles(k));
}

/** w, x, r, s, v0…v₍ₖ₋₁₎ → h₀₀, h₁₀, h₁₁, h₂₀, …, where h_ij = ∇(vᵢᵀ H vⱼ) */
export function thirdDerivativesGraph({ thirdDerivative }: Linearization, k: number): KernelGraph {
  return copies(thirdDerivative, pairs(k));
}

/** As `productsGraph`, where a parameter's vectors are one input, of a leading axis, and results too. */
export function batchedProductsGraph({ product }: Linearization, k: number): KernelGraph {
  return batches(product, singles(k), k);
}

/** As `thirdDerivativesGraph`, likewise. */
export function batchedThirdDerivativesGraph(
  { thirdDerivative }: Linearization,
  k: number,
): KernelGraph {
  return batches(thirdDerivative, pairs(k), k);
}

/** By instance, the vectors that take the places of a graph's own v0, v1. */
type Choices = readonly (readonly number[])[];

const singles = (k: number): Choices => Array.from({ length: k }, (_, i) => [i]);

const pairs = (k: number): Choices =>
  singles(k).flatMap(([i]) => Array.from({ length: i! + 1 }, (_, j) => [i!, j]));

/** The graph once for each choice. */
function copies(graph: KernelGraph, choices: Choices): KernelGraph {
  const g = new SimplifyingBuilder();
  const outputs = choices.flatMap((vectors) => {
    const ids = g.include(graph, (name) => {
      const own = parseVectorName(name);
      return own === undefined ? name : vectorName(vectors[own.place]!, own.parameter);
    });
    return graph.outputs.map((id) => ids[id]!);
  });
  return g.finish(outputs);
}

/** The graph once for all choices. */
function batches(graph: KernelGraph, choices: Choices, k: number): KernelGraph {
  const rows = choices[0]!.map((_, place) => choices.map((vectors) => vectors[place]!));
  return batched(graph, choices.length, (name) => {
    const own = parseVectorName(name);
    return own && { name: stackName(own.parameter), count: k, rows: rows[own.place]! };
  });
}

function parseVectorName(name: string) {
  const [, place, parameter] = /^v(\d+)\.(\d+)$/.exec(name) ?? [];
  return place === undefined ? undefined : { place: Number(place), parameter: Number(parameter) };
}

interface Kept {
  /** Of kernels that aren't elementwise. */
  readonly results: readonly NodeId[];
  /** Elementwise expressions of results, as products need them. */
  readonly slopes: readonly NodeId[];
}

/** What to keep of a point: the border of what depends on the weights but not on the vectors. */
function chooseKept(
  g: GraphBuilder,
  product: readonly NodeId[],
  thirdDerivative: readonly NodeId[],
  weights: readonly NodeId[],
  vectors: readonly NodeId[],
): Kept {
  const all = g.ancestors([...product, ...thirdDerivative]);
  const [moving, varying] = [dependents(g, all, weights), dependents(g, all, vectors)];
  // Reshaping costs less than keeping a second copy; truth values are as cheap to have again.
  const isFixed = (id: NodeId) =>
    moving.has(id) &&
    !varying.has(id) &&
    ![undefined, "Reshape"].includes(kernelOf(g, id)?.name) &&
    g.node(id).dtype === "float32";
  const isResult = (id: NodeId) => isFixed(id) && !kernelOf(g, id)?.pointwise;

  const border = g.ancestors(product, isFixed).filter(isFixed);
  const slopes = new Set(border.filter((id) => !isResult(id)));
  const made = g.ancestors([...slopes], isResult);
  const third = g.ancestors(thirdDerivative, (id) => isResult(id) || slopes.has(id));
  const results = new Set([...border, ...made, ...third].filter(isResult));
  return { results: [...results].sort((a, b) => a - b), slopes: [...slopes] };
}

/** Those of `ids` (ascending, with all their operands) that depend on `sources`, and these. */
function dependents(
  g: GraphBuilder,
  ids: readonly NodeId[],
  sources: readonly NodeId[],
): ReadonlySet<NodeId> {
  const found = new Set(sources);
  for (const id of ids)
    if (operands(g.node(id)).some((operand) => found.has(operand))) found.add(id);
  return found;
}

function kernelOf(g: GraphBuilder, id: NodeId): Kernel | undefined {
  const node = g.node(id);
  return node.kind === "kernel" ? kernelNamed(node.kernel) : undefined;
}
