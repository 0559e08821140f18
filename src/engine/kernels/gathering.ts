/**
 * Looking up slices by integer indices, as an embedding does, and summing slices by index, which is
 * the gradient of that. Both are linear in the slices; indices have no derivative.
 */
import type { GraphBuilder } from "../builder.js";
import { equal, gather, matMul, reshape, toFloat, transpose } from "../emit.js";
import { type DType, type NodeId, showShape, sizeOf } from "../graph.js";
import { kernel, type Synonym } from "./kernel.js";

export const gatherKernel = kernel<{ axis: number; batchDims: number }>({
  name: "GatherV2",
  inputs: ["x", "indices"],
  attributes({ axis, batchDims = 0 }, [x]) {
    if (batchDims !== 0)
      throw new RangeError("gather in batches is not supported; gather with batchDims = 0");
    const given = axis as number;
    return { axis: given < 0 ? given + x!.shape.length : given, batchDims: 0 };
  },
  infer([x, indices], { axis }) {
    const { shape, dtype } = x!;
    if (indices!.dtype !== "int32")
      throw new RangeError(`indices must be int32, not ${indices!.dtype}; cast them`);
    return { shape: [...shape.slice(0, axis), ...indices!.shape, ...shape.slice(axis + 1)], dtype };
  },
  batch: (g, { attributes: { axis } }, [x, indices]) =>
    indices!.batched ? undefined : gather(g, x!.id, indices!.id, axis + 1),
  jvp: (g, { inputs: [, indices], attributes: { axis } }, [tangent]) =>
    tangent == null ? null : gather(g, tangent, indices!, axis),
  lower: (onnx, [x, indices], { attributes: { axis } }) =>
    onnx.op("Gather", [x!, indices!], { axis }),
});

/** Up to this many segments a product with the indices' one-hot rows is faster than scattering. */
const FEW_SEGMENTS = 256;

export const segmentSumKernel = kernel<{ numSegments: number }>({
  name: "UnsortedSegmentSum",
  inputs: ["x", "segmentIds"],
  attributes: ({ numSegments }) => ({ numSegments: numSegments as number }),
  infer([x, ids], { numSegments }) {
    if (ids!.shape.length !== 1 || ids!.shape[0] !== x!.shape[0])
      throw new RangeError(
        `slices ${showShape(x!.shape)} can't be summed by indices ${showShape(ids!.shape)}`,
      );
    return { shape: [numSegments, ...x!.shape.slice(1)], dtype: "float32" };
  },
  rewrite: (g, [x, ids], { numSegments }) =>
    numSegments <= FEW_SEGMENTS ? byProduct(g, x!, ids!, numSegments) : undefined,
  batch(g, { attributes }, [x, ids]) {
    if (ids!.batched) return undefined;
    const swapped = g.shape(x!.id).map((_, axis) => (axis < 2 ? 1 - axis : axis));
    const slices = transpose(g, x!.id, swapped);
    return transpose(g, g.kernel("UnsortedSegmentSum", [slices, ids!.id], attributes), swapped);
  },
  jvp: (g, { inputs: [, ids], attributes }, [tangent]) =>
    tangent == null ? null : g.kernel("UnsortedSegmentSum", [tangent, ids!], attributes),
  expand: (g, [x, ids], { numSegments }) => byProduct(g, x!, ids!, numSegments),
  lower(onnx, [x, ids], { shape, inputTypes: [slices] }) {
    const [count, ...rest] = slices!.shape;
    const column = onnx.op("Reshape", [ids!, onnx.int64([count!, ...rest.map(() => 1)])]);
    const indices = onnx.op("Expand", [column, onnx.int64(slices!.shape)]);
    const zeros = onnx.op("Expand", [onnx.scalar(0), onnx.int64(shape)]);
    // Not ScatterND, which adds from several threads at once and loses sums.
    return onnx.op("ScatterElements", [zeros, indices, x!], { axis: 0, reduction: "add" });
  },
});

/** The product of the indices' one-hot rows, transposed, with the slices. */
function byProduct(g: GraphBuilder, x: NodeId, ids: NodeId, segments: number): NodeId {
  const [count, ...rest] = g.shape(x);
  const rows = reshape(g, x, [count!, sizeOf(rest)]);
  const sums = matMul(g, toFloat(g, isIndex(g, ids, segments)), rows, true, false);
  return reshape(g, sums, [segments, ...rest]);
}

/** Whether an index is each of 0, 1, …, along a new last axis. */
function isIndex(g: GraphBuilder, indices: NodeId, depth: number): NodeId {
  const range = Int32Array.from({ length: depth }, (_, i) => i);
  return equal(g, reshape(g, indices, [...g.shape(indices), 1]), g.constant(range, [depth]));
}

export const oneHot: Synonym = {
  name: "OneHot",
  inputs: ["indices"],
  expand(g, [indices], { depth, onValue, offValue, dtype }) {
    if (onValue !== 1 || offValue !== 0)
      throw new RangeError(`oneHot of ${onValue} and ${offValue} is not supported; use 1 and 0`);
    return g.kernel("Cast", [isIndex(g, indices!, depth as number)], { dtype: dtype as DType });
  },
};
