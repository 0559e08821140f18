import {
  type Attributes,
  dtypeOf,
  type GraphNode,
  type KernelGraph,
  type NodeId,
  operands,
  type Shape,
  type Values,
} from "./graph.js";
import { kernelNamed } from "./kernels/index.js";

/** Appends nodes one by one and checks their shapes; a node once added never changes. */
export class GraphBuilder {
  readonly #nodes: GraphNode[] = [];
  readonly #inputs = new Map<string, NodeId>();

  node(id: NodeId): GraphNode {
    const node = this.#nodes[id];
    if (node === undefined) throw new RangeError(`the graph has no node ${id}`);
    return node;
  }

  shape(id: NodeId): Shape {
    return this.node(id).shape;
  }

  /** The input of this name: an existing one, or a new one. */
  input(name: string, shape: Shape): NodeId {
    let id = this.#inputs.get(name);
    if (id === undefined) {
      id = this.append({ kind: "input", name, shape, dtype: "float32" });
      this.#inputs.set(name, id);
    }
    return id;
  }

  constant(values: Values, shape: Shape): NodeId {
    return this.append({ kind: "constant", values, shape, dtype: dtypeOf(values) });
  }

  /** @throws RangeError when the kernel is unknown or its inputs' shapes don't fit. */
  kernel(kernel: string, inputs: readonly NodeId[], attributes: Attributes = {}): NodeId {
    const { shape, dtype } = kernelNamed(kernel).infer(
      inputs.map((id) => this.node(id)),
      attributes,
    );
    return this.append({ kind: "kernel", kernel, inputs, attributes, shape, dtype });
  }

  /**
   * Adds a graph's nodes and returns the new id of each.
   *
   * @param rename  the names that its inputs take here
   */
  include(graph: KernelGraph, rename = (name: string) => name): readonly NodeId[] {
    const ids: NodeId[] = [];
    for (const node of graph.nodes) {
      switch (node.kind) {
        case "input":
          ids.push(this.input(rename(node.name), node.shape));
          break;
        case "constant":
          ids.push(this.constant(node.values, node.shape));
          break;
        case "kernel": {
          const inputs = node.inputs.map((id) => ids[id]!);
          ids.push(this.kernel(node.kernel, inputs, node.attributes));
        }
      }
    }
    return ids;
  }

  /**
   * The graph of these outputs, without what they don't depend on.
   *
   * @param cut  nodes whose values are given to the graph, and the inputs' names
   */
  finish(outputs: readonly NodeId[], cut: ReadonlyMap<NodeId, string> = new Map()): KernelGraph {
    const renumbered = new Map<NodeId, NodeId>();
    const nodes = this.ancestors(outputs, (id) => cut.has(id)).map((id, next): GraphNode => {
      const node = this.node(id);
      const name = cut.get(id);
      renumbered.set(id, next);
      if (name !== undefined) return { kind: "input", name, shape: node.shape, dtype: node.dtype };
      return node.kind === "kernel"
        ? { ...node, inputs: node.inputs.map((input) => renumbered.get(input)!) }
        : node;
    });
    return { nodes, outputs: outputs.map((id) => renumbered.get(id)!) };
  }

  /** `targets` and the nodes they depend on, ascending; those that `ends` holds for end the search. */
  ancestors(targets: readonly NodeId[], ends: (id: NodeId) => boolean = () => false): NodeId[] {
    const found = new Set<NodeId>();
    const open = [...targets];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (found.has(id)) continue;
      found.add(id);
      if (!ends(id)) open.push(...operands(this.node(id)));
    }
    return [...found].sort((a, b) => a - b);
  }

  protected append(node: GraphNode): NodeId {
    this.#nodes.push(node);
    return this.#nodes.length - 1;
  }
}
