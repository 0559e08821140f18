/** Softmax along the last axis, and its logarithm. */
import type { GraphBuilder } from "../builder.js";
import { exp, log, max, mul, sub, sum } from "../emit.js";
import { type KernelNode, type NodeId, sameShape } from "../graph.js";
import { kernel } from "./kernel.js";

function lastAxis(g: GraphBuilder, x: NodeId): number {
  return g.shape(x).length - 1;
}

/** Σ over the last axis, which stays. */
function total(g: GraphBuilder, x: NodeId): NodeId {
  return sum(g, x, [lastAxis(g, x)], true);
}

export const softmaxKernel = kernel<{ dim: number }>({
  name: "Softmax",
  inputs: ["logits"],
  attributes: (_given, [logits]) => ({ dim: logits!.shape.length - 1 }),
  infer: ([logits]) => logits!,
  batch: (g, { attributes: { dim } }, [x]) => g.kernel("Softmax", [x!.id], { dim: dim + 1 }),
  // ẏ = y·(ẋ − Σ y·ẋ)
  jvp(g, { id }, [tangent]) {
    const moved = mul(g, id, tangent!);
    return sub(g, moved, mul(g, id, total(g, moved)));
  },
  rewrite(g, [argument], attributes) {
    const x = unshifted(g, argument!);
    return x === undefined ? undefined : g.kernel("Softmax", [x], attributes);
  },
  lower: (onnx, [x]) => onnx.op("Softmax", [x!], { axis: -1 }),
});

/** TensorFlow.js spells it out; `logSoftmaxOf` recognizes it. */
export const logSoftmaxKernel = kernel<{ axis: number }>({
  name: "LogSoftmax",
  inputs: ["logits"],
  attributes: (_given, [logits]) => ({ axis: logits!.shape.length - 1 }),
  infer: ([logits]) => logits!,
  batch: (g, { attributes: { axis } }, [x]) => g.kernel("LogSoftmax", [x!.id], { axis: axis + 1 }),
  // ẏ = ẋ − Σ eʸ·ẋ
  jvp: (g, { id }, [tangent]) => sub(g, tangent!, total(g, mul(g, exp(g, id), tangent!))),
  rewrite(g, [argument], attributes) {
    const x = unshifted(g, argument!);
    return x === undefined ? undefined : g.kernel("LogSoftmax", [x], attributes);
  },
  expand(g, [x]) {
    const below = sub(g, x!, max(g, x!, [lastAxis(g, x!)], true));
    return sub(g, below, log(g, total(g, exp(g, below))));
  },
  lower: (onnx, [x]) => onnx.op("LogSoftmax", [x!], { axis: -1 }),
});

/**
 * The same of x where the argument is x − m with one m for all of the last axis: neither depends
 * on it. So the maximum that is subtracted for stability is never differentiated.
 */
function unshifted(g: GraphBuilder, argument: NodeId): NodeId | undefined {
  const [x, m] = inputsOf(g, argument, "Sub") ?? [];
  if (x === undefined || m === undefined) return undefined;
  const isShift = (g.shape(m).at(-1) ?? 1) === 1 && sameShape(g.shape(x), g.shape(argument));
  return isShift ? x : undefined;
}

/** log softmax x, if that is what a − b is: x − log Σ eˣ. */
export function logSoftmaxOf(g: GraphBuilder, a: NodeId, b: NodeId): NodeId | undefined {
  const [total] = inputsOf(g, b, "Log") ?? [];
  const [terms] = (total !== undefined && inputsOf(g, total, "Sum")) || [];
  const [x] = (terms !== undefined && inputsOf(g, terms, "Exp")) || [];
  const overLast = [...g.shape(a).slice(0, -1), 1];
  if (x !== a || !sameShape(g.shape(total!), overLast)) return undefined;
  const { axis } = (g.node(total!) as KernelNode).attributes;
  return (axis as readonly number[]).length === 1
    ? g.kernel("LogSoftmax", [a], { axis: lastAxis(g, a) })
    : undefined;
}

function inputsOf(g: GraphBuilder, id: NodeId, kernel: string): readonly NodeId[] | undefined {
  const node = g.node(id);
  return node.kind === "kernel" && node.kernel === kernel ? node.inputs : undefined;
}
