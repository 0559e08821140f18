/** Kernels that move elements without computing: each is linear, so its tangent moves alike. */
import type { Tensor } from "@tensorflow/tfjs";
import { fill, reshape, transpose, uniformValue } from "../emit.js";
import { type Shape, sameShape, showShape, sizeOf } from "../graph.js";
import { kernel } from "./kernel.js";

interface ShapeAttributes {
  readonly shape: Shape;
  readonly [name: string]: Shape;
}

/** TensorFlow.js may leave one side to be inferred, written −1. */
function inferSide(shape: Shape, size: number): Shape {
  const known = shape.reduce((product, side) => (side === -1 ? product : product * side), 1);
  return shape.map((side) => (side === -1 ? size / known : side));
}

export const reshapeKernel = kernel<ShapeAttributes>({
  name: "Reshape",
  inputs: ["x"],
  attributes: ({ shape }, [x]) => ({ shape: inferSide(shape as Shape, sizeOf(x!.shape)) }),
  infer([x], { shape }) {
    if (sizeOf(x!.shape) !== sizeOf(shape))
      throw new RangeError(
        `a tensor of shape ${showShape(x!.shape)} can't be reshaped to ${showShape(shape)}`,
      );
    return { shape, dtype: x!.dtype };
  },
  rewrite(g, [x], { shape }) {
    if (sameShape(g.shape(x!), shape)) return x;
    const value = uniformValue(g, x!);
    if (value !== undefined) return fill(g, shape, value);
    const node = g.node(x!);
    return node.kind === "kernel" && node.kernel === "Reshape"
      ? reshape(g, node.inputs[0]!, shape)
      : undefined;
  },
  batch: (g, { shape }, [x], size) => reshape(g, x!.id, [size, ...shape]),
  jvp: (g, { shape }, [tangent]) => reshape(g, tangent!, shape),
  lower: (onnx, [x], { shape }) => onnx.op("Reshape", [x!, onnx.int64(shape)]),
});

interface Permutation {
  readonly perm: readonly number[];
  readonly [name: string]: readonly number[];
}

export const transposeKernel = kernel<Permutation>({
  name: "Transpose",
  inputs: ["x"],
  attributes: ({ perm }) => ({ perm: perm as readonly number[] }),
  infer: ([x], { perm }) => ({ shape: perm.map((axis) => x!.shape[axis]!), dtype: x!.dtype }),
  rewrite(g, [x], { perm }) {
    if (perm.every((axis, i) => axis === i)) return x;
    const value = uniformValue(g, x!);
    if (value !== undefined)
      return fill(
        g,
        perm.map((axis) => g.shape(x!)[axis]!),
        value,
      );
    const node = g.node(x!);
    if (node.kind !== "kernel" || node.kernel !== "Transpose") return undefined;
    const inner = node.attributes.perm as readonly number[];
    return transpose(
      g,
      node.inputs[0]!,
      perm.map((axis) => inner[axis]!),
    );
  },
  batch: (g, { attributes: { perm } }, [x]) =>
    transpose(g, x!.id, [0, ...perm.map((axis) => axis + 1)]),
  jvp: (g, { attributes: { perm } }, [tangent]) => transpose(g, tangent!, perm),
  lower: (onnx, [x], { attributes: { perm } }) => onnx.op("Transpose", [x!], { perm }),
});

interface Repetition {
  readonly reps: readonly number[];
  readonly [name: string]: readonly number[];
}

/** Repeats along each axis; along unit axes this is broadcasting. */
export const tileKernel = kernel<Repetition>({
  name: "Tile",
  inputs: ["x"],
  attributes: ({ reps }) => ({ reps: reps as readonly number[] }),
  infer: ([x], { reps }) => ({
    shape: x!.shape.map((side, axis) => side * reps[axis]!),
    dtype: x!.dtype,
  }),
  rewrite(g, [x], { reps }) {
    if (reps.every((times) => times === 1)) return x;
    const value = uniformValue(g, x!);
    return value === undefined
      ? undefined
      : fill(
          g,
          g.shape(x!).map((side, axis) => side * reps[axis]!),
          value,
        );
  },
  batch: (g, { attributes: { reps } }, [x]) => g.kernel("Tile", [x!.id], { reps: [1, ...reps] }),
  jvp: (g, { attributes: { reps } }, [tangent]) => g.kernel("Tile", [tangent!], { reps }),
  // One sum; TensorFlow.js's own adds up as many slices as there are repetitions.
  reverse: (tf) => ({
    inputsToSave: ["x"],
    gradFunc(dy, [x], attributes) {
      const reps = attributes.reps as readonly number[];
      const { shape } = x!;
      const copies = shape.flatMap((side, axis) => [reps[axis]!, side]);
      const axes = shape.map((_side, axis) => 2 * axis);
      return { x: () => tf.sum(tf.reshape(dy as Tensor, copies), axes) };
    },
  }),
  lower: (onnx, [x], { shape, attributes: { reps }, inputTypes: [type] }) =>
    type!.shape.every((side, axis) => side === 1 || reps[axis] === 1)
      ? onnx.op("Expand", [x!, onnx.int64(shape)])
      : onnx.op("Tile", [x!, onnx.int64(reps)]),
});
