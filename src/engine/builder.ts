import {
  type Attributes,
  type GraphNode,
  type InputNode,
  type KernelGraph,
  type NodeId,
  operands,
  type Shape,
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

  constant(values: Float32Array, shape: Shape): NodeId {
    return this.append({ kind: "constant", values, shape, dtype: "float32" });
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
    for (const id of graph.inputs) {
      const { name, shape } = graph.nodes[id] as InputNode;
      ids[id] = this.input(rename(name), shape);
    }
    graph.nodes.forEach((node, id) => {
      if (node.kind === "constant") ids[id] = this.constant(node.values, node.shape);
      if (node.kind !== "kernel") return;
      const inputs = node.inputs.map((operand) => ids[operand]!);
      ids[id] = this.kernel(node.kernel, inputs, node.attributes);
    });
    return ids;
  }

  /**
   * The graph of these outputs, renumbered in order, without what they don't depend on.
   *
   * @param inputs  where it begins, with names; any node can be made an input
   */
  finish(
    outputs: readonly NodeId[],
    inputs: ReadonlyMap<NodeId, string> = this.inputs(),
  ): KernelGraph {
    const inner = this.ancestors(outputs, (id) => inputs.has(id));
    const renumbered = new Map<NodeId, NodeId>();
    const nodes: GraphNode[] = [];
    for (const id of [...inputs.keys(), ...inner].sort((a, b) => a - b)) {
      const node = this.node(id);
      const name = inputs.get(id);
      renumbered.set(id, nodes.length);
      if (name !== undefined)
        nodes.push({ kind: "input", name, shape: node.shape, dtype: node.dtype });
      else if (node.kind === "kernel")
        nodes.push({ ...node, inputs: node.inputs.map((input) => renumbered.get(input)!) });
      else nodes.push(node);
    }
    return {
      nodes,
      inputs: [...inputs.keys()].map((id) => renumbered.get(id)!),
      outputs: outputs.map((id) => renumbered.get(id)!),
    };
  }

  /** The inputs in the order in which they were added, and their names. */
  inputs(): ReadonlyMap<NodeId, string> {
    return new Map([...this.#inputs].map(([name, id]) => [id, name]));
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
