/**
 * The programs of an objective, as graphs of named inputs: weights `w0…`, data `x0…`, residuals
 * `r0…`, and the directions of derivatives `v0.0…` (direction, parameter). Each parameter-shaped
 * result is a list of outputs in the parameters' order.
 */
import type { GraphBuilder } from "./builder.js";
import { uniformValue } from "./emit.js";
import { type KernelGraph, type NodeId, operands } from "./graph.js";
import { type Direction, differentiation } from "./jvp.js";
import { SimplifyingBuilder } from "./simplify.js";

export const weightName = (parameter: number) => `w${parameter}`;
export const dataName = (index: number) => `x${index}`;
const residualName = (index: number) => `r${index}`;
const vectorName = (vector: number, parameter: number) => `v${vector}.${parameter}`;

/**
 * The gradient linearized at a point: one pass there yields the loss, the gradient, and the
 * residuals, which are all that products need beside the weights. Each product then does only
 * the work that depends on its vector.
 */
export interface Linearization {
  /** weights, data → loss, gradient, residuals */
  readonly pass: KernelGraph;
  /** weights, data, residuals, v₀ → H v₀ */
  readonly product: KernelGraph;
}

/** @param gradient  weights, data → loss, gradient */
export function linearize(gradient: KernelGraph): Linearization {
  const { g, given, outputs, directions } = along(gradient, 1);
  const [, ...slopes] = outputs;
  const product = directions[0]!.derivatives(slopes);
  const residuals = boundary(g, product, given);
  const names = residuals.map((id, i) => [id, residualName(i)] as const);
  const vector = [...g.inputs()].filter(([id]) => !given.has(id));
  return {
    pass: g.finish([...outputs, ...residuals], given),
    product: g.finish(product, new Map([...given, ...names, ...vector])),
  };
}

/**
 * H vᵢ for k vectors.
 *
 * @returns  weights, data, residuals, v₀…v₍ₖ₋₁₎ → H v₀, …, H v₍ₖ₋₁₎
 */
export function productsGraph({ product }: Linearization, k: number): KernelGraph {
  const g = new SimplifyingBuilder();
  const products = Array.from({ length: k }, (_, vector) => {
    const ids = g.include(product, (name) => name.replace(/^v0\./, `v${vector}.`));
    return product.outputs.map((id) => ids[id]!);
  });
  return g.finish(products.flat());
}

/**
 * All h_ij = ∇(vᵢᵀ H vⱼ), j ≤ i, of k vectors. Each product H vᵢ is differentiated along every vⱼ;
 * the k first-order passes are shared by all k(k+1)/2 second-order ones.
 *
 * @param gradient  weights, data → loss, gradient
 * @returns         weights, data, v₀…v₍ₖ₋₁₎ → h₀₀, h₁₀, h₁₁, h₂₀, …
 */
export function thirdDerivativesGraph(gradient: KernelGraph, k: number): KernelGraph {
  const { g, outputs, directions } = along(gradient, k);
  const [, ...slopes] = outputs;
  return g.finish(
    directions.flatMap((u, i) => {
      const product = u.derivatives(slopes);
      return directions.slice(0, i + 1).flatMap((v) => v.derivatives(product));
    }),
  );
}

interface Along {
  readonly g: GraphBuilder;
  /** The weights and data. */
  readonly given: ReadonlyMap<NodeId, string>;
  /** The loss and the gradient. */
  readonly outputs: readonly NodeId[];
  readonly directions: readonly Direction[];
}

function along(gradient: KernelGraph, k: number): Along {
  const g = new SimplifyingBuilder();
  const ids = g.include(gradient);
  const given = g.inputs();
  const outputs = gradient.outputs.map((id) => ids[id]!);
  const weights = [...given.keys()].slice(0, outputs.length - 1);
  const { along } = differentiation(g, weights);
  const directions = Array.from({ length: k }, (_, vector) =>
    along(weights.map((id, parameter) => g.input(vectorName(vector, parameter), g.shape(id)))),
  );
  return { g, given, outputs, directions };
}

/** What targets need of the kernels that depend on `given` inputs alone. */
function boundary(
  g: GraphBuilder,
  targets: readonly NodeId[],
  given: ReadonlyMap<NodeId, string>,
): NodeId[] {
  const varying = new Set<NodeId>();
  const needed = new Set<NodeId>();
  for (const id of g.ancestors(targets)) {
    const node = g.node(id);
    const varies =
      (node.kind === "input" && !given.has(id)) || operands(node).some((x) => varying.has(x));
    if (!varies) continue;
    varying.add(id);
    for (const operand of operands(node)) {
      const { kind } = g.node(operand);
      if (!varying.has(operand) && kind === "kernel" && uniformValue(g, operand) === undefined)
        needed.add(operand);
    }
  }
  return [...needed].sort((a, b) => a - b);
}
