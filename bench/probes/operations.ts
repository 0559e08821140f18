/** How many floating-point operations a graph of kernels takes; moving numbers about takes none. */
import { type KernelGraph, type KernelNode, sizeOf } from "../../src/engine/graph.js";

const moving = new Set([
  "Reshape",
  "Transpose",
  "Slice",
  "PadV2",
  "Concat",
  "Tile",
  "Fill",
  "Cast",
  "GatherV2",
]);
const reducing = new Set(["Sum", "Max", "Cumsum", "UnsortedSegmentSum"]);

export function operationsOf({ nodes }: KernelGraph): number {
  return nodes.reduce((sum, node) => {
    if (node.kind !== "kernel" || moving.has(node.kernel)) return sum;
    const shapes = node.inputs.map((id) => nodes[id]!.shape);
    return sum + operationsOfNode(node, shapes);
  }, 0);
}

function operationsOfNode(node: KernelNode, shapes: readonly (readonly number[])[]): number {
  const { kernel, shape, attributes } = node;
  if (kernel.startsWith("Conv2D")) throw new Error("convolutions are not counted");
  if (reducing.has(kernel)) return sizeOf(shapes[0]!);
  if (kernel !== "BatchMatMul") return sizeOf(shape);
  return 2 * sizeOf(shape) * shapes[0]!.at(attributes.transposeA ? -2 : -1)!;
}
