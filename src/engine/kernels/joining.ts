/** Batching of bilinear kernels: instances of one operand side by side along an axis of it. */
import type { GraphBuilder } from "../builder.js";
import { reshape, transpose } from "../emit.js";
import type { NodeId } from "../graph.js";

/** [size, …, side, …] as […, size·side, …], where `axis` counts without the leading axis. */
export function joined(g: GraphBuilder, id: NodeId, axis: number): NodeId {
  const [size, ...shape] = g.shape(id);
  const others = shape.map((_, i) => i + 1);
  const moved = transpose(g, id, [...others.slice(0, axis), 0, ...others.slice(axis)]);
  return reshape(g, moved, shape.with(axis, size! * shape[axis]!));
}

/** The inverse of `joined`, with `size` instances along `axis`. */
export function parted(g: GraphBuilder, id: NodeId, axis: number, size: number): NodeId {
  const shape = g.shape(id);
  const before = shape.slice(0, axis);
  const split = reshape(g, id, [...before, size, shape[axis]! / size, ...shape.slice(axis + 1)]);
  const axes = Array.from({ length: shape.length + 1 }, (_, i) => i);
  return transpose(g, split, [axis, ...axes.filter((i) => i !== axis)]);
}
