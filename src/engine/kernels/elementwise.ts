/** What kernels that work element by element share: broadcasting, constant folding, lowering. */
import type { GraphBuilder } from "../builder.js";
import { broadcastTo, fill, mul, uniformValue } from "../emit.js";
import {
  type Attributes,
  type DType,
  type NodeId,
  type Shape,
  sameShape,
  showShape,
} from "../graph.js";
import type { OnnxWriter } from "../onnx/writer.js";
import type { Applied, Kernel, Lowered } from "./kernel.js";

/** NumPy's broadcasting. @throws RangeError when the shapes don't fit. */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const [p, q] = [a[a.length - rank + axis] ?? 1, b[b.length - rank + axis] ?? 1];
    if (p !== q && p !== 1 && q !== 1)
      throw new RangeError(`shapes ${showShape(a)} and ${showShape(b)} don't broadcast`);
    return p === 1 ? q : p;
  });
}

interface Unary<A extends Attributes> {
  readonly name: string;
  readonly attributes?: Kernel<A>["attributes"];
  /** The function itself, to fold constants with; absent: they aren't folded. */
  value?(x: number, attributes: A): number;
  /** f′(x), given nodes x and y = f(x); null where it is zero. */
  derivative(g: GraphBuilder, x: NodeId, y: NodeId, attributes: A): NodeId | null;
  readonly rewrite?: Kernel<A>["rewrite"];
  /** An ONNX operator of the same meaning, or how to write it with several. */
  readonly onnx: string | ((onnx: OnnxWriter, x: string, node: Lowered<A>) => string);
  readonly expand?: Kernel<A>["expand"];
  readonly singleOnly?: true;
}

/** y = f(x): ẏ = f′(x)·ẋ. */
export function unary<A extends Attributes>(definition: Unary<A>): Kernel<A> {
  const { name, attributes, value, derivative, rewrite, onnx, expand, singleOnly } = definition;
  return {
    name,
    inputs: ["x"],
    pointwise: true,
    ...(attributes && { attributes }),
    infer: ([x]) => x!,
    rewrite(g, inputs, given) {
      const constant = uniformValue(g, inputs[0]!);
      return constant === undefined || value === undefined
        ? rewrite?.(g, inputs, given)
        : fill(g, g.shape(inputs[0]!), value(constant, given));
    },
    jvp(g, node, [tangent]) {
      const factor = derivative(g, node.inputs[0]!, node.id, node.attributes);
      return factor === null ? null : mul(g, factor, tangent!);
    },
    lower: (writer, [x], node) =>
      typeof onnx === "string" ? writer.op(onnx, [x!]) : onnx(writer, x!, node),
    ...(expand && { expand }),
    ...(singleOnly && { singleOnly }),
  };
}

interface Binary {
  readonly name: string;
  readonly dtype?: DType;
  readonly commutes?: true;
  readonly linear?: true;
  value(a: number, b: number): number;
  jvp(g: GraphBuilder, node: Applied, a: NodeId | null, b: NodeId | null): NodeId | null;
  /** Simpler forms; operands are the broadcast ones, constants last where the kernel commutes. */
  rewrite?(g: GraphBuilder, a: NodeId, b: NodeId): NodeId | undefined;
  readonly onnx: string;
}

/** c = f(a, b), broadcast. */
export function binary({
  name,
  dtype,
  commutes,
  linear,
  value,
  jvp,
  rewrite,
  onnx,
}: Binary): Kernel {
  return {
    name,
    inputs: ["a", "b"],
    pointwise: linear ? "linear" : true,
    infer: ([a, b]) => ({
      shape: broadcastShapes(a!.shape, b!.shape),
      dtype: dtype ?? a!.dtype,
    }),
    rewrite(g, [a, b]) {
      const shape = broadcastShapes(g.shape(a!), g.shape(b!));
      const [p, q] = [uniformValue(g, a!), uniformValue(g, b!)];
      if (dtype !== "bool" && p !== undefined && q !== undefined)
        return fill(g, shape, value(p, q));
      const left = unbroadcast(g, a!, g.shape(b!), shape);
      const right = unbroadcast(g, b!, g.shape(left), shape);
      const swap = commutes && precedes(g, right, left);
      const [first, second] = swap ? [right, left] : [left, right];
      if (first !== a || second !== b) return g.kernel(name, [first, second]);
      return rewrite?.(g, first, second);
    },
    jvp(g, node, [a, b]) {
      const tangent = jvp(g, node, a ?? null, b ?? null);
      return tangent === null ? null : broadcastTo(g, tangent, node.shape);
    },
    lower: (writer, [a, b]) => writer.op(onnx, [a!, b!]),
  };
}

/** The operand before it was repeated, where the other operand broadcasts it all the same. */
function unbroadcast(g: GraphBuilder, id: NodeId, other: Shape, shape: Shape): NodeId {
  const value = uniformValue(g, id);
  if (value !== undefined)
    return g.shape(id).length > 0 && sameShape(other, shape) ? fill(g, [], value) : id;
  const node = g.node(id);
  if (node.kind !== "kernel" || node.kernel !== "Tile") return id;
  const source = node.inputs[0]!;
  const repeatsUnitAxes = g
    .shape(source)
    .every((side, axis) => side === 1 || side === node.shape[axis]);
  return repeatsUnitAxes && sameShape(broadcastShapes(g.shape(source), other), shape) ? source : id;
}

/** A fixed order of a commuting kernel's operands, constants last. */
function precedes(g: GraphBuilder, a: NodeId, b: NodeId): boolean {
  const [p, q] = [uniformValue(g, a), uniformValue(g, b)];
  if ((p === undefined) !== (q === undefined)) return p === undefined;
  return a < b;
}
