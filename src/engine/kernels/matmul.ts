/**
 * Matrix products. Transpositions of an operand are flags of the product, so that a reverse pass
 * and all derivatives of it stay free of copies.
 */
import type { GraphBuilder } from "../builder.js";
import { matMul, matrixTransposition, plus } from "../emit.js";
import { type NodeId, type Shape, showShape } from "../graph.js";
import { broadcastShapes } from "./elementwise.js";
import { kernel } from "./kernel.js";

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
    if (p === undefined && q === undefined) return undefined;
    return matMul(
      g,
      p ?? a!,
      q ?? b!,
      transposeA !== (p !== undefined),
      transposeB !== (q !== undefined),
    );
  },
  jvp(g, { inputs: [a, b], attributes: { transposeA, transposeB } }, [da, db]) {
    return plus(
      g,
      da == null ? null : matMul(g, da, b!, transposeA, transposeB),
      db == null ? null : matMul(g, a!, db, transposeA, transposeB),
    );
  },
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
