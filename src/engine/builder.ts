import {
  type Attributes,
  type DType,
  type GraphNode,
  type KernelGraph,
  type NodeId,
  operands,
  type Shape,
} from "./graph.js";
import { kernelNamed } from "./kernels/index.js";

/** Appends nodes one by one and checks their shapes; a node once added never changes. */
export class GraphBuilder {
  readonly #nodes: GraphNode[] = [];
  readonly #inputs: NodeId[] = [];

  node(id: NodeId): GraphNode {
    const node = this.#nodes[id];
    if (node === undefined) throw new RangeError(`the graph has no node ${id}`);
    return node;
  }

  shape(id: NodeId): Shape {
    return this.node(id).shape;
  }

  input(name: string, shape: Shape): NodeId {
    const id = this.append({ kind: "input", name, shape, dtype: "float32" });
    this.#inputs.push(id);
    return id;
  }

  constant(values: Float32Array, shape: Shape, dtype: DType = "float32"): NodeId {
    return this.append({ kind: "constant", values, shape, dtype });
  }

  /** @throws RangeError when the kernel is unknown or its inputs' shapes don't fit. */
  kernel(kernel: string, inputs: readonly NodeId[], attributes: Attributes = {}): NodeId {
    const { shape, dtype } = kernelNamed(kernel).infer(
      inputs.map((id) => this.node(id)),
      attributes,
    );
    return this.append({ kind: "kernel", kernel, inputs, attributes, shape, dtype });
  }

  /** Adds a graph's nodes, its inputs included, and returns the new id of each. */
  include(graph: KernelGraph): readonly NodeId[] {
    const ids: NodeId[] = [];
    for (const node of graph.nodes) {
      switch (node.kind) {
        case "input":
          ids.push(this.input(node.name, node.shape));
          break;
        case "constant":
          ids.push(this.constant(node.values, node.shape, node.dtype));
          break;
        case "kernel":
          ids.push(
            this.kernel(
              node.kernel,
              node.inputs.map((id) => ids[id]!),
              node.attributes,
            ),
          );
      }
    }
    return ids;
  }

  /** The graph of these outputs: their ancestors and all inputs, renumbered in order. */
  finish(outputs: readonly NodeId[]): KernelGraph {
    const alive = new Set([...this.#inputs, ...this.ancestors(outputs)]);
    const renumbered = new Map<NodeId, NodeId>();
    const nodes: GraphNode[] = [];
    this.#nodes.forEach((node, id) => {
      if (!alive.has(id)) return;
      renumbered.set(id, nodes.length);
      nodes.push(
        node.kind === "kernel"
          ? { ...node, inputs: node.inputs.map((input) => renumbered.get(input)!) }
          : node,
      );
    });
    return {
      nodes,
      inputs: this.#inputs.map((id) => renumbered.get(id)!),
      outputs: outputs.map((id) => renumbered.get(id)!),
    };
  }

  /** The nodes that `targets` depend on and themselves, ascending; `stop` ends the search. */
  ancestors(targets: readonly NodeId[], stop: (id: NodeId) => boolean = () => false): NodeId[] {
    const found = new Set<NodeId>();
    const open = [...targets];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (found.has(id) || stop(id)) continue;
      found.add(id);
      open.push(...operands(this.node(id)));
    }
    return [...found].sort((a, b) => a - b);
  }

  protected append(node: GraphNode): NodeId {
    this.#nodes.push(node);
    return this.#nodes.length - 1;
  }
}
