/**
 * A graph computed for many inputs at once, by operators with an axis more: the vectorizing map of
 * JAX's `vmap` (Bradbury et al., "JAX: composable transformations of Python+NumPy programs", 2018)
 * and of Agarwal & Ganichev, "Auto-vectorizing TensorFlow graphs" (arXiv:1903.04243), with a rule
 * for each kernel. Where tensors are small, starting an operator and waking its threads costs as much
 * as what it computes.
 *
 * An instance may take some inputs as another does: of third derivatives along all pairs of k
 * vectors, what depends on one vector is computed k times. So a value that varies lies in rows,
 * and instances choose theirs; rows are gathered only where values of different choices meet.
 */
import type { GraphBuilder } from "./builder.js";
import { broadcastTo, concat, gather, reshape, slice } from "./emit.js";
import type { GraphNode, KernelGraph, KernelNode, NodeId } from "./graph.js";
import { kernelNamed } from "./kernels/index.js";
import type { Batched } from "./kernels/kernel.js";
import { SimplifyingBuilder } from "./simplify.js";

/** An input that isn't the same for all instances. */
export interface Varying {
  /** Of the batched graph's input, which has a leading axis. */
  readonly name: string;
  /** How long that axis is. */
  readonly count: number;
  /** The row that each instance takes; inputs with the same choice have the same array. */
  readonly rows: readonly number[];
}

interface Value {
  readonly id: NodeId;
  /** The row that each instance takes; absent for what is the same for all. */
  readonly rows?: readonly number[];
}

/**
 * The graph for `instances` of its inputs; outputs have a leading axis of instances.
 *
 * @param varying  how an input varies; undefined where it doesn't
 */
export function batched(
  graph: KernelGraph,
  instances: number,
  varying: (name: string) => Varying | undefined,
): KernelGraph {
  const g = new SimplifyingBuilder();
  const every = Array.from({ length: instances }, (_, i) => i);
  const indices = new Map<readonly number[], NodeId>();
  const values: Value[] = [];

  /** A row an instance. */
  function spread({ id, rows = every }: Value): NodeId {
    if (rows.length === g.shape(id)[0] && rows.every((row, i) => row === i)) return id;
    let chosen = indices.get(rows);
    if (chosen === undefined) {
      chosen = g.constant(Int32Array.from(rows), [rows.length]);
      indices.set(rows, chosen);
    }
    return gather(g, id, chosen, 0);
  }

  function applied(node: KernelNode): Value {
    const inputs = node.inputs.map((id) => values[id]!);
    const choices = new Set(inputs.flatMap(({ rows }) => (rows === undefined ? [] : [rows])));
    if (choices.size === 0) {
      const ids = inputs.map(({ id }) => id);
      return { id: g.kernel(node.kernel, ids, node.attributes) };
    }
    const [only, another] = choices;
    const meet = another !== undefined;
    const aligned = inputs.map((input) => ({
      id: meet && input.rows !== undefined ? spread(input) : input.id,
      batched: input.rows !== undefined,
    }));
    const made = byRule(g, node, aligned);
    if (made !== undefined) return { id: made, rows: meet ? every : only! };
    // Rows are taken from where they are: what was gathered for the rule is dropped.
    return { id: oneByOne(g, node, inputs, instances), rows: every };
  }

  function instancesOf(node: GraphNode): Value {
    switch (node.kind) {
      case "input": {
        const source = varying(node.name);
        if (source === undefined) return { id: g.input(node.name, node.shape) };
        return { id: g.input(source.name, [source.count, ...node.shape]), rows: source.rows };
      }
      case "constant":
        return { id: g.constant(node.values, node.shape) };
      case "kernel":
        return applied(node);
    }
  }

  for (const node of graph.nodes) values.push(instancesOf(node));
  const outputs = graph.outputs.map((output) => {
    const value = values[output]!;
    return value.rows === undefined
      ? broadcastTo(g, value.id, [instances, ...g.shape(value.id)])
      : spread(value);
  });
  return g.finish(outputs);
}

function byRule(g: GraphBuilder, node: KernelNode, inputs: readonly Batched[]): NodeId | undefined {
  const { batch, pointwise } = kernelNamed(node.kernel);
  if (batch === undefined) return pointwise && elementwise(g, node, inputs);
  const [size] = g.shape(inputs.find(({ batched }) => batched)!.id);
  return batch(g, node, inputs, size!);
}

/** Broadcasting aligns axes from the last, so that one in front needs unit axes after it. */
function elementwise(g: GraphBuilder, node: KernelNode, inputs: readonly Batched[]): NodeId {
  const aligned = inputs.map(({ id, batched }) => {
    const [size, ...shape] = g.shape(id);
    if (!batched) return id;
    const missing = Array<number>(node.shape.length - shape.length).fill(1);
    return reshape(g, id, [size!, ...missing, ...shape]);
  });
  return g.kernel(node.kernel, aligned, node.attributes);
}

/** What every kernel can do: rows taken apart, each instance computed, results put together. */
function oneByOne(
  g: GraphBuilder,
  node: KernelNode,
  inputs: readonly Value[],
  instances: number,
): NodeId {
  const row = (id: NodeId, index: number) => {
    const [, ...shape] = g.shape(id);
    return reshape(g, slice(g, id, [index, ...shape.map(() => 0)], [1, ...shape]), shape);
  };
  const results = Array.from({ length: instances }, (_, i) => {
    const own = inputs.map(({ id, rows }) => (rows === undefined ? id : row(id, rows[i]!)));
    return reshape(g, g.kernel(node.kernel, own, node.attributes), [1, ...node.shape]);
  });
  return concat(g, results, 0);
}
