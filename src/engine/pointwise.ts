/**
 * Preaccumulation of elementwise expressions. Where y = F(s) elementwise, however many kernels F
 * is made of, ẏ = F′(s)·ṡ: one product along each direction instead of several a kernel, with
 * F′(s) formed once for all of them. The reverse pass of an activation, δ = a̅·f′(z), is such an
 * expression of two arguments. (Griewank & Walther, "Evaluating Derivatives", 2008, ch. 10.)
 *
 * The slopes are made by the kernels' own derivative rules, with ones as the argument's tangent.
 */
import type { GraphBuilder } from "./builder.js";
import { fill } from "./emit.js";
import type { GraphNode, KernelNode, NodeId } from "./graph.js";
import { kernelNamed } from "./kernels/index.js";
import type { Tangent } from "./kernels/kernel.js";

/** With more arguments an expression has more slopes than the product rule has terms. */
const MOST_ARGUMENTS = 2;

export interface PointwiseExpressions {
  /**
   * The nodes of which a node is seen as an elementwise function: itself where its own kernel's
   * rule is to be used, and none where it doesn't depend on the variables.
   */
  argumentsOf(id: NodeId): readonly NodeId[];
  /** ∂node/∂argument, element by element; null where it is zero. */
  slope(id: NodeId, argument: NodeId): Tangent;
}

export function pointwiseExpressions(
  g: GraphBuilder,
  variables: readonly NodeId[],
): PointwiseExpressions {
  const argumentsById = new Map<NodeId, readonly NodeId[]>(variables.map((id) => [id, [id]]));
  const slopes = new Map<string, Tangent>();

  function argumentsOf(id: NodeId): readonly NodeId[] {
    for (const open of g.ancestors([id], (seen) => argumentsById.has(seen)))
      if (!argumentsById.has(open)) argumentsById.set(open, choose(open, g.node(open)));
    return argumentsById.get(id)!;
  }

  function choose(id: NodeId, node: GraphNode): readonly NodeId[] {
    if (node.kind !== "kernel") return [];
    const sets = node.inputs.map((input) => argumentsById.get(input)!);
    const union = [...new Set(sets.flat())];
    const { pointwise } = kernelNamed(node.kernel);
    if (union.length === 0 || !pointwise) return union.length === 0 ? [] : [id];
    if (sets.some((set) => set.length === union.length)) return union;
    // A sum of different things is a fresh start: its slopes would be those of its terms.
    return pointwise === "linear" || union.length > MOST_ARGUMENTS ? [id] : union;
  }

  function slope(id: NodeId, argument: NodeId): Tangent {
    if (id === argument) return fill(g, g.shape(id), 1);
    const own = argumentsOf(id);
    if (own.includes(id) || !own.includes(argument)) return null;
    const key = `${id} ${argument}`;
    let result = slopes.get(key);
    if (result === undefined) {
      const node = g.node(id) as KernelNode;
      const incoming = node.inputs.map((input) => slope(input, argument));
      result = incoming.every((tangent) => tangent === null)
        ? null
        : kernelNamed(node.kernel).jvp(g, { ...node, id }, incoming);
      slopes.set(key, result);
    }
    return result;
  }

  return { argumentsOf, slope };
}
