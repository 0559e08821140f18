/** The notation in which derivative rules are written: each function adds a node to a builder. */
import type { GraphBuilder } from "./builder.js";
import { type NodeId, type Shape, sameShape, sizeOf } from "./graph.js";

export const add = (g: GraphBuilder, a: NodeId, b: NodeId) => g.kernel("Add", [a, b]);
export const sub = (g: GraphBuilder, a: NodeId, b: NodeId) => g.kernel("Sub", [a, b]);
export const mul = (g: GraphBuilder, a: NodeId, b: NodeId) => g.kernel("Multiply", [a, b]);
export const div = (g: GraphBuilder, a: NodeId, b: NodeId) => g.kernel("RealDiv", [a, b]);
export const pow = (g: GraphBuilder, a: NodeId, b: NodeId) => g.kernel("Pow", [a, b]);
export const neg = (g: GraphBuilder, x: NodeId) => g.kernel("Neg", [x]);
export const square = (g: GraphBuilder, x: NodeId) => g.kernel("Square", [x]);
export const sqrt = (g: GraphBuilder, x: NodeId) => g.kernel("Sqrt", [x]);
export const reciprocal = (g: GraphBuilder, x: NodeId) => g.kernel("Reciprocal", [x]);
export const exp = (g: GraphBuilder, x: NodeId) => g.kernel("Exp", [x]);
export const sin = (g: GraphBuilder, x: NodeId) => g.kernel("Sin", [x]);
export const cos = (g: GraphBuilder, x: NodeId) => g.kernel("Cos", [x]);
export const sigmoid = (g: GraphBuilder, x: NodeId) => g.kernel("Sigmoid", [x]);
export const log = (g: GraphBuilder, x: NodeId) => g.kernel("Log", [x]);
export const equal = (g: GraphBuilder, a: NodeId, b: NodeId) => g.kernel("Equal", [a, b]);
export const less = (g: GraphBuilder, a: NodeId, b: NodeId) => g.kernel("Less", [a, b]);
export const greaterEqual = (g: GraphBuilder, a: NodeId, b: NodeId) =>
  g.kernel("GreaterEqual", [a, b]);
export const toFloat = (g: GraphBuilder, x: NodeId) => g.kernel("Cast", [x], { dtype: "float32" });
export const step = (g: GraphBuilder, x: NodeId, alpha: number) => g.kernel("Step", [x], { alpha });

export function fill(g: GraphBuilder, shape: Shape, value: number): NodeId {
  return g.kernel("Fill", [], { shape, value });
}

/** x · factor. */
export function scale(g: GraphBuilder, x: NodeId, factor: number): NodeId {
  return mul(g, x, fill(g, [], factor));
}

/** x + term. */
export function shift(g: GraphBuilder, x: NodeId, term: number): NodeId {
  return add(g, x, fill(g, [], term));
}

export function reshape(g: GraphBuilder, x: NodeId, shape: Shape): NodeId {
  return sameShape(g.shape(x), shape) ? x : g.kernel("Reshape", [x], { shape });
}

export function transpose(g: GraphBuilder, x: NodeId, perm: readonly number[]): NodeId {
  return g.kernel("Transpose", [x], { perm });
}

/** Swaps the last two axes. */
export function transposeMatrix(g: GraphBuilder, x: NodeId): NodeId {
  return transpose(g, x, matrixTransposition(g.shape(x).length));
}

/** The permutation that swaps the last two of `rank` axes. */
export function matrixTransposition(rank: number): readonly number[] {
  const perm = Array.from({ length: rank }, (_, axis) => axis);
  return [...perm.slice(0, -2), rank - 1, rank - 2];
}

export function slice(
  g: GraphBuilder,
  x: NodeId,
  begin: readonly number[],
  size: readonly number[],
): NodeId {
  return g.kernel("Slice", [x], { begin, size });
}

export function concat(g: GraphBuilder, parts: readonly NodeId[], axis: number): NodeId {
  return g.kernel("Concat", parts, { axis });
}

/** Zeros before and after along each axis. */
export function pad(
  g: GraphBuilder,
  x: NodeId,
  paddings: readonly (readonly [number, number])[],
): NodeId {
  return g.kernel("PadV2", [x], { paddings, constantValue: 0 });
}

/** The slices of x along an axis that integer indices choose. */
export function gather(g: GraphBuilder, x: NodeId, indices: NodeId, axis: number): NodeId {
  return g.kernel("GatherV2", [x, indices], { axis, batchDims: 0 });
}

/** `then` where the condition holds; all of one shape. */
export function select(
  g: GraphBuilder,
  condition: NodeId,
  then: NodeId,
  otherwise: NodeId,
): NodeId {
  return g.kernel("Select", [condition, then, otherwise]);
}

/** Repeats x along new and unit axes until it has `shape`, as NumPy's broadcasting does. */
export function broadcastTo(g: GraphBuilder, x: NodeId, shape: Shape): NodeId {
  if (sameShape(g.shape(x), shape)) return x;
  const missing = shape.length - g.shape(x).length;
  const aligned = [...Array<number>(missing).fill(1), ...g.shape(x)];
  const reps = shape.map((side, axis) => (aligned[axis] === side ? 1 : side));
  return g.kernel("Tile", [reshape(g, x, aligned)], { reps });
}

export function sum(
  g: GraphBuilder,
  x: NodeId,
  axis: readonly number[],
  keepDims: boolean,
): NodeId {
  return g.kernel("Sum", [x], { axis, keepDims });
}

/** The largest elements along axes. */
export function max(
  g: GraphBuilder,
  x: NodeId,
  axis: readonly number[],
  keepDims: boolean,
): NodeId {
  return g.kernel("Max", [x], { reductionIndices: axis, keepDims });
}

export function mean(
  g: GraphBuilder,
  x: NodeId,
  axis: readonly number[],
  keepDims: boolean,
): NodeId {
  const total = sum(g, x, axis, keepDims);
  return scale(g, total, sizeOf(g.shape(total)) / sizeOf(g.shape(x)));
}

export function matMul(
  g: GraphBuilder,
  a: NodeId,
  b: NodeId,
  transposeA: boolean,
  transposeB: boolean,
): NodeId {
  return g.kernel("BatchMatMul", [a, b], { transposeA, transposeB });
}

/** a + b where null is zero. */
export function plus(g: GraphBuilder, a: NodeId | null, b: NodeId | null): NodeId | null {
  if (a === null) return b;
  return b === null ? a : add(g, a, b);
}

/** The value that all elements share, where the node is known to be uniform. */
export function uniformValue(g: GraphBuilder, id: NodeId): number | undefined {
  const node = g.node(id);
  return node.kind === "kernel" && node.kernel === "Fill"
    ? (node.attributes.value as number)
    : undefined;
}
