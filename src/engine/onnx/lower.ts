/** From a kernel graph to an ONNX graph of the same inputs and outputs. */
import type { GraphNode, KernelGraph, NodeId } from "../graph.js";
import { kernelNamed } from "../kernels/index.js";
import type { OnnxGraph, OnnxValue } from "./model.js";
import { OnnxWriter } from "./writer.js";

/** Inputs keep their names; outputs are listed in the graph's order. */
export function lower(graph: KernelGraph): OnnxGraph {
  const onnx = new OnnxWriter();
  const names: string[] = [];
  graph.nodes.forEach((node, id) => {
    names.push(lowerNode(onnx, node, id, names, graph));
  });
  return {
    inputs: graph.inputs.map((id) => valueOf(names[id]!, graph.nodes[id]!)),
    outputs: outputNames(onnx, graph, names).map((name, i) =>
      valueOf(name, graph.nodes[graph.outputs[i]!]!),
    ),
    nodes: onnx.nodes,
    initializers: onnx.initializers,
  };
}

function lowerNode(
  onnx: OnnxWriter,
  node: GraphNode,
  id: NodeId,
  names: readonly string[],
  { nodes }: KernelGraph,
): string {
  switch (node.kind) {
    case "input":
      return node.name;
    case "constant":
      return onnx.tensor(`constant ${id}`, node.values, node.shape, node.dtype);
    case "kernel":
      return kernelNamed(node.kernel).lower(
        onnx,
        node.inputs.map((input) => names[input]!),
        { ...node, inputTypes: node.inputs.map((input) => nodes[input]!) },
      );
  }
}

/** An output must be an operator's result, and no other output. */
function outputNames(onnx: OnnxWriter, graph: KernelGraph, names: readonly string[]): string[] {
  const results = new Set(onnx.nodes.map(({ output }) => output));
  return graph.outputs.map((id) => {
    const name = names[id]!;
    return results.delete(name) ? name : onnx.op("Identity", [name]);
  });
}

function valueOf(name: string, { shape, dtype }: GraphNode): OnnxValue {
  return { name, type: dtype, shape };
}
