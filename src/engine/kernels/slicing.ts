/** Parts of tensors, and tensors joined from parts; linear, as tensors of the same shape. */
import type { GraphBuilder } from "../builder.js";
import { broadcastTo, fill, slice } from "../emit.js";
import { type NodeId, type Shape, sameShape, showShape } from "../graph.js";
import { kernel } from "./kernel.js";

interface Box {
  readonly begin: readonly number[];
  readonly size: readonly number[];
  readonly [name: string]: readonly number[];
}

export const sliceKernel = kernel<Box>({
  name: "Slice",
  inputs: ["x"],
  attributes({ begin, size }, [x]) {
    const start = [begin as number | readonly number[]].flat();
    const sides = [size as number | readonly number[]].flat();
    return {
      begin: x!.shape.map((_, axis) => start[axis] ?? 0),
      // −1 and a missing side mean the rest of the axis.
      size: x!.shape.map((side, axis) => {
        const given = sides[axis] ?? -1;
        return given === -1 ? side - (start[axis] ?? 0) : given;
      }),
    };
  },
  infer([x], { begin, size }) {
    if (x!.shape.some((side, axis) => begin[axis]! + size[axis]! > side))
      throw new RangeError(`${showShape(x!.shape)} has no slice ${showShape(size)} at ${begin}`);
    return { shape: size, dtype: x!.dtype };
  },
  rewrite: (g, [x], { size }) => (sameShape(g.shape(x!), size) ? x : undefined),
  batch: (g, { attributes: { begin, size } }, [x], count) =>
    slice(g, x!.id, [0, ...begin], [count, ...size]),
  jvp: (g, { attributes: { begin, size } }, [tangent]) => slice(g, tangent!, begin, size),
  lower: (onnx, [x], { attributes: { begin, size } }) =>
    onnx.op("Slice", [
      x!,
      onnx.int64(begin),
      onnx.int64(begin.map((start, axis) => start + size[axis]!)),
    ]),
});

function sidesJoined(shapes: readonly Shape[], axis: number): Shape {
  const total = shapes.reduce((sum, shape) => sum + shape[axis]!, 0);
  return shapes[0]!.map((side, i) => (i === axis ? total : side));
}

export const concatKernel = kernel<{ axis: number }>({
  name: "Concat",
  inputs: "list",
  attributes: ({ axis }, [x]) => ({
    axis: (axis as number) < 0 ? (axis as number) + x!.shape.length : (axis as number),
  }),
  infer: (inputs, { axis }) => ({
    shape: sidesJoined(
      inputs.map(({ shape }) => shape),
      axis,
    ),
    dtype: inputs[0]!.dtype,
  }),
  rewrite: (_g, inputs) => (inputs.length === 1 ? inputs[0] : undefined),
  batch(g, { attributes: { axis } }, parts, size) {
    const spread = parts.map(({ id, batched }) =>
      batched ? id : broadcastTo(g, id, [size, ...g.shape(id)]),
    );
    return g.kernel("Concat", spread, { axis: axis + 1 });
  },
  jvp: (g, { inputs, attributes: { axis } }, tangents) =>
    g.kernel(
      "Concat",
      tangents.map((tangent, i) => orZeros(g, tangent, inputs[i]!)),
      { axis },
    ),
  lower: (onnx, inputs, { attributes: { axis } }) => onnx.op("Concat", inputs, { axis }),
});

function orZeros(g: GraphBuilder, tangent: NodeId | null, like: NodeId): NodeId {
  return tangent ?? fill(g, g.shape(like), 0);
}

interface Padding {
  readonly paddings: readonly Shape[];
  readonly constantValue: number;
  readonly [name: string]: number | readonly Shape[];
}

export const padKernel = kernel<Padding>({
  name: "PadV2",
  inputs: ["x"],
  attributes: ({ paddings, constantValue }) => ({
    paddings: paddings as readonly Shape[],
    constantValue: constantValue as number,
  }),
  infer: ([x], { paddings }) => ({
    shape: x!.shape.map((side, axis) => paddings[axis]![0]! + side + paddings[axis]![1]!),
    dtype: x!.dtype,
  }),
  rewrite: (_g, [x], { paddings }) => (paddings.flat().every((n) => n === 0) ? x : undefined),
  batch: (g, { attributes: { paddings, constantValue } }, [x]) =>
    g.kernel("PadV2", [x!.id], { paddings: [[0, 0], ...paddings], constantValue }),
  jvp: (g, { attributes: { paddings } }, [tangent]) =>
    g.kernel("PadV2", [tangent!], { paddings, constantValue: 0 }),
  lower: (onnx, [x], { attributes: { paddings, constantValue } }) =>
    onnx.op("Pad", [
      x!,
      onnx.int64([...paddings.map(([before]) => before!), ...paddings.map(([, after]) => after!)]),
      onnx.scalar(constantValue),
    ]),
});
