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
 *
 * Elementwise expressions are not differentiated kernel by kernel along each direction: their
 * local derivatives are formed first, once for all directions (`pointwise.ts`).
 */
import type { GraphBuilder } from "./builder.js";
import { broadcastTo, fill, mul, plus } from "./emit.js";
import type { NodeId } from "./graph.js";
import { kernelNamed } from "./kernels/index.js";
import type { Tangent } from "./kernels/kernel.js";
import { pointwiseExpressions } from "./pointwise.js";

export interface Differentiation {
  /** @param velocities  how fast each variable moves, of its shape */
  along(velocities: readonly NodeId[]): Direction;
}

/** One direction of differentiation: which nodes move, and how everything else follows. */
export interface Direction {
  /** The derivative of each node along the direction; zeros where it doesn't depend on it. */
  derivatives(nodes: readonly NodeId[]): NodeId[];
}

/** Differentiates nodes of `g` with respect to inputs of it; other inputs and constants stay. */
export function differentiation(g: GraphBuilder, variables: readonly NodeId[]): Differentiation {
  const expressions = pointwiseExpressions(g, variables);

  function tangentOf(id: NodeId, tangents: ReadonlyMap<NodeId, Tangent>): Tangent {
    const node = g.node(id);
    const arguments_ = expressions.argumentsOf(id);
    if (node.kind !== "kernel" || arguments_.length === 0) return null;
    if (arguments_.includes(id)) {
      const incoming = node.inputs.map((input) => tangents.get(input) ?? null);
      return incoming.every((tangent) => tangent === null)
        ? null
        : kernelNamed(node.kernel).jvp(g, { ...node, id }, incoming);
    }
    const terms = arguments_.map((argument) => {
      const slope = expressions.slope(id, argument);
      const tangent = tangents.get(argument) ?? null;
      return slope === null || tangent === null ? null : mul(g, slope, tangent);
    });
    const tangent = terms.reduce((sum, term) => plus(g, sum, term), null);
    return tangent === null ? null : broadcastTo(g, tangent, node.shape);
  }

  return {
    along(velocities) {
      const tangents = new Map<NodeId, Tangent>(
        variables.map((variable, i) => [variable, velocities[i]!]),
      );
      return {
        derivatives(nodes) {
          for (const id of g.ancestors(nodes, (seen) => tangents.has(seen)))
            if (!tangents.has(id)) tangents.set(id, tangentOf(id, tangents));
          return nodes.map((id) => tangents.get(id) ?? fill(g, g.shape(id), 0));
        },
      };
    },
  };
}
