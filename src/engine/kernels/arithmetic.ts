/** The four operations and negation. */
import type { GraphBuilder } from "../builder.js";
import {
  add as addition,
  broadcastTo,
  div,
  fill,
  mul,
  neg,
  plus,
  reciprocal,
  scale,
  sub,
  uniformValue,
} from "../emit.js";
import type { NodeId } from "../graph.js";
import { binary, broadcastShapes, unary } from "./elementwise.js";
import { kernel } from "./kernel.js";
import { logSoftmaxOf } from "./softmax.js";

/** Repeated to the shape it takes beside the other operand. */
function beside(g: GraphBuilder, x: NodeId, other: NodeId): NodeId {
  return broadcastTo(g, x, broadcastShapes(g.shape(x), g.shape(other)));
}

/** What `id` is the negative of, if it was made by negation. */
function negated(g: GraphBuilder, id: NodeId): NodeId | undefined {
  const node = g.node(id);
  return node.kind === "kernel" && node.kernel === "Neg" ? node.inputs[0] : undefined;
}

export const negKernel = kernel(
  unary({
    name: "Neg",
    value: (x) => -x,
    derivative: (g) => fill(g, [], -1),
    rewrite: (g, [x]) => negated(g, x!),
    onnx: "Neg",
  }),
);

export const addKernel = kernel(
  binary({
    name: "Add",
    commutes: true,
    linear: true,
    value: (a, b) => a + b,
    jvp: (g, _node, a, b) => plus(g, a, b),
    rewrite(g, a, b) {
      if (uniformValue(g, b) === 0) return beside(g, a, b);
      const [p, q] = [negated(g, a), negated(g, b)];
      if (q !== undefined) return sub(g, a, q);
      return p === undefined ? undefined : sub(g, b, p);
    },
    onnx: "Add",
  }),
);

export const subKernel = kernel(
  binary({
    name: "Sub",
    linear: true,
    value: (a, b) => a - b,
    jvp: (g, _node, a, b) => (b === null ? a : a === null ? neg(g, b) : sub(g, a, b)),
    rewrite(g, a, b) {
      if (uniformValue(g, b) === 0) return beside(g, a, b);
      if (uniformValue(g, a) === 0) return beside(g, neg(g, b), a);
      const q = negated(g, b);
      return q === undefined ? logSoftmaxOf(g, a, b) : addition(g, a, q);
    },
    onnx: "Sub",
  }),
);

export const mulKernel = kernel(
  binary({
    name: "Multiply",
    commutes: true,
    value: (a, b) => a * b,
    jvp: (g, node, a, b) =>
      plus(
        g,
        a === null ? null : mul(g, a, node.inputs[1]!),
        b === null ? null : mul(g, node.inputs[0]!, b),
      ),
    rewrite(g, a, b) {
      const [p, q] = [negated(g, a), negated(g, b)];
      if (p !== undefined && q !== undefined) return mul(g, p, q);
      const factor = uniformValue(g, b);
      if (factor === undefined) return bothScaled(g, a, b);
      if (factor === 0) return fill(g, broadcastShapes(g.shape(a), g.shape(b)), 0);
      if (factor === 1) return beside(g, a, b);
      if (factor === -1) return beside(g, neg(g, a), b);
      if (p !== undefined) return mul(g, p, fill(g, g.shape(b), -factor));
      return scaledTwice(g, a, b, factor);
    },
    onnx: "Mul",
  }),
);

/** x and c where `id` is x·c with a constant c; constants stand second. */
function scaled(g: GraphBuilder, id: NodeId): { x: NodeId; factor: number } | undefined {
  const node = g.node(id);
  if (node.kind !== "kernel" || node.kernel !== "Multiply") return undefined;
  const [x, c] = node.inputs;
  const factor = uniformValue(g, c!);
  return factor === undefined ? undefined : { x: beside(g, x!, c!), factor };
}

/** (x·c)·factor = x·(c·factor). */
function scaledTwice(g: GraphBuilder, a: NodeId, b: NodeId, factor: number): NodeId | undefined {
  const inner = scaled(g, a);
  return inner && beside(g, scale(g, inner.x, inner.factor * factor), b);
}

/** (x·c)·(y·d) = (x·y)·(c·d). */
function bothScaled(g: GraphBuilder, a: NodeId, b: NodeId): NodeId | undefined {
  const [p, q] = [scaled(g, a), scaled(g, b)];
  return p && q && scale(g, mul(g, p.x, q.x), p.factor * q.factor);
}

export const divKernel = kernel(
  binary({
    name: "RealDiv",
    value: (a, b) => a / b,
    // (a/b)˙ = (ȧ − (a/b)·ḃ)/b
    jvp(g, node, a, b) {
      const quotient = b === null ? null : mul(g, node.id, b);
      const numerator =
        quotient === null ? a! : a === null ? neg(g, quotient) : sub(g, a, quotient);
      return div(g, numerator, node.inputs[1]!);
    },
    rewrite(g, a, b) {
      const divisor = uniformValue(g, b);
      if (divisor !== undefined) return mul(g, a, fill(g, g.shape(b), 1 / divisor));
      if (uniformValue(g, a) === 1) return beside(g, reciprocal(g, b), a);
      if (uniformValue(g, a) === 0) return fill(g, broadcastShapes(g.shape(a), g.shape(b)), 0);
      return undefined;
    },
    onnx: "Div",
  }),
);
