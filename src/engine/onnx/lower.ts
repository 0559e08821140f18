/** From a kernel graph to an ONNX graph of the same inputs and outputs. */
import { expandFor } from "../expand.js";
import { type GraphNode, inputsOf, type KernelGraph } from "../graph.js";
import { kernelNamed } from "../kernels/index.js";
import type { Kernel } from "../kernels/kernel.js";
import type { Precision } from "../objective.js";
import type { OnnxGraph, OnnxValue } from "./model.js";
import { OnnxWriter } from "./writer.js";

/**
 * Inputs keep their names; outputs are listed in the graph's order.
 *
 * @throws TraceError for a kernel that ONNX Runtime can't compute
 */
export function lower(given: KernelGraph, precision: Precision): OnnxGraph {
  const isThere = ({ lower, singleOnly }: Kernel) =>
    lower !== undefined && (precision === "float32" || !singleOnly);
  const graph = expandFor(`ONNX Runtime in ${precision}`, isThere, given);
  const onnx = new OnnxWriter(precision);
  const names: string[] = [];
  graph.nodes.forEach((node, id) => {
    switch (node.kind) {
      case "input":
        names.push(node.name);
        break;
      case "constant":
        names.push(onnx.tensor(`constant ${id}`, node.dtype, node.values, node.shape));
        break;
      case "kernel": {
        const inputs = node.inputs.map((input) => names[input]!);
        const inputTypes = node.inputs.map((input) => graph.nodes[input]!);
        names.push(kernelNamed(node.kernel).lower!(onnx, inputs, { ...node, inputTypes }));
      }
    }
  });
  const typed = (name: string, { shape, dtype }: GraphNode): OnnxValue => ({
    name,
    type: onnx.elementOf(dtype),
    shape,
  });
  const outputs = outputNames(
    onnx,
    graph.outputs.map((id) => names[id]!),
  );
  return {
    inputs: inputsOf(graph).map((node) => typed(node.name, node)),
    outputs: outputs.map((name, i) => typed(name, graph.nodes[graph.outputs[i]!]!)),
    nodes: onnx.nodes,
    initializers: onnx.initializers,
  };
}

/** An output must be an operator's result, and no other output. */
function outputNames(onnx: OnnxWriter, names: readonly string[]): string[] {
  const results = new Set(onnx.nodes.map(({ output }) => output));
  return names.map((name) => (results.delete(name) ? name : onnx.op("Identity", [name])));
}
