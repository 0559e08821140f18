/**
 * Simplification as a graph is built: a node equal to an existing one is that one, and a kernel's
 * own rewrites replace it by cheaper nodes before it is added. Since derivative rules emit through
 * such a builder, what several derivatives share is computed once without any further pass.
 */
import { GraphBuilder } from "./builder.js";
import {
  type Attributes,
  dtypeOf,
  type GraphNode,
  type KernelGraph,
  type NodeId,
  type Shape,
  type Values,
} from "./graph.js";
import { kernelNamed } from "./kernels/index.js";

/** Larger constants are compared by identity only. */
const COMPARED_ELEMENTS = 256;

/** Adds no node twice. */
export class SharingBuilder extends GraphBuilder {
  readonly #ids = new Map<string, NodeId>();
  readonly #constants = new Map<Values, number>();

  protected override append(node: GraphNode): NodeId {
    const key = this.#key(node);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = super.append(node);
    this.#ids.set(key, id);
    return id;
  }

  #key(node: GraphNode): string {
    switch (node.kind) {
      case "input":
        return `input ${node.name}`;
      case "constant":
        return `constant ${node.dtype} ${node.shape} ${this.#identity(node.values)}`;
      case "kernel":
        return `${node.kernel} ${node.inputs} ${JSON.stringify(node.attributes, rounded)}`;
    }
  }

  #identity(values: Values): string {
    if (values.length <= COMPARED_ELEMENTS) return `values ${Array.from(values, exact)}`;
    let index = this.#constants.get(values);
    if (index === undefined) {
      index = this.#constants.size;
      this.#constants.set(values, index);
    }
    return `array ${index}`;
  }
}

export class SimplifyingBuilder extends SharingBuilder {
  override kernel(kernel: string, inputs: readonly NodeId[], attributes: Attributes = {}): NodeId {
    return (
      kernelNamed(kernel).rewrite?.(this, inputs, attributes) ??
      super.kernel(kernel, inputs, attributes)
    );
  }

  override constant(values: Values, shape: Shape): NodeId {
    const first = values[0];
    const isUniform = () => values.every((value) => Object.is(value, first));
    return first !== undefined && dtypeOf(values) === "float32" && isUniform()
      ? this.kernel("Fill", [], { shape, value: first })
      : super.constant(values, shape);
  }
}

/** The same function of the same inputs, in fewer nodes. */
export function simplify(graph: KernelGraph): KernelGraph {
  const g = new SimplifyingBuilder();
  const ids = g.include(graph);
  return g.finish(graph.outputs.map((id) => ids[id]!));
}

/**
 * Numbers to fourteen digits: products of the same constants in another order are the same. JSON
 * alone has no NaN, infinities or −0.
 */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === "number" ? exact(Number(value.toPrecision(14))) : value;
}

function exact(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
