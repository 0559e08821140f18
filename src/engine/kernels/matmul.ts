/**
 * Matrix products. Transpositions of an operand are flags of the product, so that a reverse pass
 * and all derivatives of it stay free of copies.
 */
import type { Tensor } from "@tensorflow/tfjs";
import type { GraphBuilder } from "../builder.js";
import { broadcastTo, matMul, matrixTransposition, reshape } from "../emit.js";
import { type NodeId, type Shape, sameShape, showShape, sizeOf } from "../graph.js";
import type { Tfjs } from "../tfjs/load.js";
import { productRule } from "./bilinear.js";
import { broadcastShapes } from "./elementwise.js";
import { joined, parted } from "./joining.js";
import { kernel, type Reverse } from "./kernel.js";

interface Flags {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly [name: string]: boolean;
}

/** Rows and columns of a matrix (the last two axes), as the product takes it. */
function matrix(shape: Shape, transposed: boolean): readonly [number, number] {
  const [rows, columns] = [shape.at(-2)!, shape.at(-1)!];
  return transposed ? [columns, rows] : [rows, columns];
}

/** What `id` is the matrix transpose of, if it was made by transposition. */
function transposed(g: GraphBuilder, id: NodeId): NodeId | undefined {
  const node = g.node(id);
  if (node.kind !== "kernel" || node.kernel !== "Transpose") return undefined;
  const perm = node.attributes.perm as readonly number[];
  const swapped = matrixTransposition(perm.length);
  return perm.every((axis, i) => axis === swapped[i]) ? node.inputs[0] : undefined;
}

/** Products in batches that aren't the same for both operands, by ones that are. */
function batched(
  g: GraphBuilder,
  a: NodeId,
  b: NodeId,
  transposeA: boolean,
  transposeB: boolean,
): NodeId | undefined {
  const [p, q] = [g.shape(a), g.shape(b)];
  const [of, by] = [p.slice(0, -2), q.slice(0, -2)];
  if (sameShape(of, by)) return undefined;
  const batch = broadcastShapes(of, by);
  if (sizeOf(by) === 1 && !transposeA) {
    // One matrix for all: one product of all rows.
    const rows = reshape(g, a, [sizeOf(p.slice(0, -1)), p.at(-1)!]);
    const product = matMul(g, rows, reshape(g, b, q.slice(-2)), false, transposeB);
    return reshape(g, product, [...batch, p.at(-2)!, g.shape(product)[1]!]);
  }
  // One's matrices repeat along leading axes: devices do that without copies.
  if (endsIn(of, by) || endsIn(by, of)) return undefined;
  const spread = (x: NodeId) => broadcastTo(g, x, [...batch, ...g.shape(x).slice(-2)]);
  return matMul(g, spread(a), spread(b), transposeA, transposeB);
}

function endsIn(long: Shape, short: Shape): boolean {
  return short.length <= long.length && sameShape(long.slice(long.length - short.length), short);
}

/** TensorFlow.js's own gradient doesn't know operands that are repeated along axes of the batch. */
function reverse(tf: Tfjs): Reverse {
  const product = (x: Tensor, y: Tensor, flipX: boolean, flipY: boolean) =>
    tf.matMul(x, y, flipX, flipY);
  const rows = (x: Tensor) => tf.reshape(x, [-1, x.shape.at(-1)!]);
  const like = (gradient: Tensor, { shape }: Tensor) => {
    const extra = gradient.shape.length - shape.length;
    const aligned = [...Array<number>(extra).fill(1), ...shape];
    const axes = gradient.shape.flatMap((side, i) => (aligned[i] === side ? [] : [i]));
    return tf.reshape(axes.length === 0 ? gradient : tf.sum(gradient, axes), shape);
  };
  return {
    inputsToSave: ["a", "b"],
    gradFunc(given, [a, b], { transposeA: p, transposeB: q }) {
      const dy = given as Tensor;
      const [ofA, ofB] = [p === true, q === true];
      const byA = () => (ofA ? product(b!, dy, ofB, true) : product(dy, b!, false, !ofB));
      const byB = (x: Tensor, y: Tensor) =>
        ofB ? product(y, x, true, ofA) : product(x, y, !ofA, false);
      const isShared = b!.rank === 2 && a!.rank > 2 && !ofA;
      return {
        a: () => like(byA(), a!),
        b: () => (isShared ? byB(rows(a!), rows(dy)) : like(byB(a!, dy), b!)),
      };
    },
  };
}

export const matMulKernel = kernel<Flags>({
  name: "BatchMatMul",
  inputs: ["a", "b"],
  attributes: ({ transposeA, transposeB }) => ({
    transposeA: transposeA === true,
    transposeB: transposeB === true,
  }),
  infer([a, b], { transposeA, transposeB }) {
    const [rows, inner] = matrix(a!.shape, transposeA);
    const [other, columns] = matrix(b!.shape, transposeB);
    if (a!.shape.length < 2 || b!.shape.length < 2 || inner !== other)
      throw new RangeError(
        `matrices ${showShape(a!.shape)} and ${showShape(b!.shape)} can't be multiplied`,
      );
    const batch = broadcastShapes(a!.shape.slice(0, -2), b!.shape.slice(0, -2));
    return { shape: [...batch, rows, columns], dtype: "float32" };
  },
  rewrite(g, [a, b], { transposeA, transposeB }) {
    const [p, q] = [transposed(g, a!), transposed(g, b!)];
    if (p === undefined && q === undefined) return batched(g, a!, b!, transposeA, transposeB);
    return matMul(
      g,
      p ?? a!,
      q ?? b!,
      transposeA !== (p !== undefined),
      transposeB !== (q !== undefined),
    );
  },
  batch(g, { shape, attributes: { transposeA, transposeB } }, [a, b], size) {
    const [p, q] = [g.shape(a!.id), g.shape(b!.id)];
    if (!a!.batched && transposeA && shape.length === 2 && sizeOf(p) > sizeOf(q)) {
      // One product of columns side by side, so that the larger factor is transposed once.
      const columns = joined(g, b!.id, transposeB ? 0 : 1);
      return parted(g, matMul(g, a!.id, columns, true, transposeB), 1, size);
    }
    const [left, right] = [a!, b!].map(({ id, batched }) => {
      const [, ...own] = g.shape(id);
      const missing = Array<number>(shape.length - own.length).fill(1);
      return batched ? reshape(g, id, [size, ...missing, ...own]) : id;
    });
    return matMul(g, left!, right!, transposeA, transposeB);
  },
  jvp: productRule,
  reverse,
  lower(onnx, [a, b], { attributes: { transposeA, transposeB }, inputTypes: [p, q] }) {
    if (p!.shape.length === 2 && q!.shape.length === 2)
      return onnx.op("Gemm", [a!, b!], {
        transA: Number(transposeA),
        transB: Number(transposeB),
      });
    const oriented = (x: string, { length }: Shape, flag: boolean) =>
      flag ? onnx.op("Transpose", [x], { perm: matrixTransposition(length) }) : x;
    return onnx.op("MatMul", [
      oriented(a!, p!.shape, transposeA),
      oriented(b!, q!.shape, transposeB),
    ]);
  },
});
