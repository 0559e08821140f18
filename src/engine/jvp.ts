/**
 * Forward-mode differentiation of kernel graphs. The tangent of a node is the sum, over its
 * inputs, of the kernel's derivative applied to the input's tangent; walking the graph once in
 * order gives the derivative of every node along one direction (Griewank & Walther, "Evaluating
 * Derivatives", 2008, ch. 3).
 *
 * Applied to a gradient graph it yields Hessian-vector products, H u = D_u g; applied again along
 * another direction, third derivatives, D_v D_u g = ∇(uᵀ H v): the forward-over-reverse scheme.
 * Tangents are nodes of the same builder as what they differentiate, and every direction keeps
 * those it has found, so that the second pass along v meets the first-order tangents already there.
 */
import type { GraphBuilder } from "./builder.js";
import { fill } from "./emit.js";
import type { GraphNode, NodeId } from "./graph.js";
import { kernelNamed } from "./kernels/index.js";
import type { Tangent } from "./kernels/kernel.js";

/** One direction of differentiation: which nodes move, and how everything else follows. */
export interface Direction {
  /** The derivative of each node along the direction; zeros where it doesn't depend on it. */
  derivatives(nodes: readonly NodeId[]): NodeId[];
}

/** @param seeds  each input that moves, and its velocity; other inputs and constants stay. */
export function direction(g: GraphBuilder, seeds: ReadonlyMap<NodeId, NodeId>): Direction {
  const tangents = new Map<NodeId, Tangent>(seeds);

  function tangentOf(id: NodeId, node: GraphNode): Tangent {
    if (node.kind !== "kernel") return null;
    const incoming = node.inputs.map((input) => tangents.get(input) ?? null);
    if (incoming.every((tangent) => tangent === null)) return null;
    return kernelNamed(node.kernel).jvp(g, { ...node, id }, incoming);
  }

  return {
    derivatives(nodes) {
      for (const id of g.ancestors(nodes, (seen) => tangents.has(seen)))
        tangents.set(id, tangentOf(id, g.node(id)));
      return nodes.map((id) => tangents.get(id) ?? fill(g, g.shape(id), 0));
    },
  };
}
