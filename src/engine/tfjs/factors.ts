/**
 * For the WebAssembly backend, whose matrix product uses its fast library only for operands as
 * they lie: transposing an operand first is ten times faster there than the product's own flag.
 */
import { GraphBuilder } from "../builder.js";
import { transposeMatrix } from "../emit.js";
import type { Attributes, KernelGraph, NodeId } from "../graph.js";

class PlainFactorBuilder extends GraphBuilder {
  readonly #transposed = new Map<NodeId, NodeId>();

  override kernel(kernel: string, inputs: readonly NodeId[], attributes: Attributes = {}): NodeId {
    if (kernel !== "BatchMatMul") return super.kernel(kernel, inputs, attributes);
    const [a, b] = inputs as [NodeId, NodeId];
    const { transposeA, transposeB } = attributes;
    const factors = [transposeA ? this.#transpose(a) : a, transposeB ? this.#transpose(b) : b];
    return super.kernel(kernel, factors, { transposeA: false, transposeB: false });
  }

  #transpose(id: NodeId): NodeId {
    let result = this.#transposed.get(id);
    if (result === undefined) {
      result = transposeMatrix(this, id);
      this.#transposed.set(id, result);
    }
    return result;
  }
}

/** The same graph with matrix products of untransposed operands only. */
export function withPlainFactors(graph: KernelGraph): KernelGraph {
  const g = new PlainFactorBuilder();
  const ids = g.include(graph);
  return g.finish(graph.outputs.map((id) => ids[id]!));
}
