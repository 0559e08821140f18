/** Sums and means over axes, and running sums. */
import type { Tensor } from "@tensorflow/tfjs";
import { fill, mean, reshape, sum, uniformValue } from "../emit.js";
import { type Shape, sizeOf, type TensorType } from "../graph.js";
import type { Tfjs } from "../tfjs/load.js";
import { type GivenAttributes, kernel, type Reverse, type Synonym } from "./kernel.js";

interface Reduction {
  /** Ascending, from the front. */
  readonly axis: readonly number[];
  readonly keepDims: boolean;
  readonly [name: string]: boolean | readonly number[];
}

/** TensorFlow.js's `axis`: a number, several, or none for all; counted from the end if negative. */
export function axesOf(axis: unknown, { length: rank }: Shape): readonly number[] {
  const given =
    axis === undefined || axis === null
      ? Array.from({ length: rank }, (_, i) => i)
      : [axis as number | readonly number[]].flat();
  return given.map((i) => (i < 0 ? i + rank : i)).sort((a, b) => a - b);
}

/** The same axes behind a leading one. */
export function behind(axes: readonly number[]): readonly number[] {
  return axes.map((axis) => axis + 1);
}

export function reductionAttributes(
  { axis, keepDims }: GivenAttributes,
  [x]: readonly TensorType[],
): Reduction {
  return { axis: axesOf(axis, x!.shape), keepDims: keepDims === true };
}

export function reducedShape(shape: Shape, { axis, keepDims }: Reduction): Shape {
  return keepDims
    ? shape.map((side, i) => (axis.includes(i) ? 1 : side))
    : shape.filter((_, i) => !axis.includes(i));
}

/**
 * The gradient of a reduction: dy repeated along what was reduced, times a factor of their sizes.
 * TensorFlow.js multiplies by ones instead, which a trace would have to hold.
 */
function repeated(tf: Tfjs, factor: (shape: Shape, reduced: Shape) => number): Reverse {
  return {
    inputsToSave: ["x"],
    gradFunc(dy, [x], { axis }) {
      const { shape } = x!;
      const kept = reducedShape(shape, { axis: axesOf(axis, shape), keepDims: true });
      const tall = tf.reshape(dy as Tensor, [...kept]);
      return { x: () => tf.broadcastTo(tf.mul(tall, factor(shape, kept)), shape) };
    },
  };
}

export const sumKernel = kernel<Reduction>({
  name: "Sum",
  inputs: ["x"],
  attributes: reductionAttributes,
  infer: ([x], reduction) => ({ ...x!, shape: reducedShape(x!.shape, reduction) }),
  rewrite(g, [x], reduction) {
    const shape = g.shape(x!);
    const reduced = reducedShape(shape, reduction);
    const value = uniformValue(g, x!);
    if (value !== undefined)
      return fill(g, reduced, (value * sizeOf(shape)) / Math.max(1, sizeOf(reduced)));
    return reduction.axis.every((axis) => shape[axis] === 1) ? reshape(g, x!, reduced) : undefined;
  },
  batch: (g, { attributes: { axis, keepDims } }, [x]) => sum(g, x!.id, behind(axis), keepDims),
  jvp: (g, { attributes: { axis, keepDims } }, [tangent]) => sum(g, tangent!, axis, keepDims),
  reverse: (tf) => repeated(tf, () => 1),
  lower: (onnx, [x], { attributes: { axis, keepDims } }) =>
    axis.length === 0
      ? onnx.op("Identity", [x!])
      : onnx.op("ReduceSum", [x!, onnx.int64(axis)], { keepdims: Number(keepDims) }),
});

export const meanOf: Synonym = {
  name: "Mean",
  inputs: ["x"],
  expand(g, [x], attributes) {
    const { axis, keepDims } = reductionAttributes(attributes, [g.node(x!)]);
    return mean(g, x!, axis, keepDims);
  },
  reverse: (tf) => repeated(tf, (shape, reduced) => sizeOf(reduced) / sizeOf(shape)),
};

interface Running {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
  readonly [name: string]: number | boolean;
}

export const cumsumKernel = kernel<Running>({
  name: "Cumsum",
  inputs: ["x"],
  attributes: ({ axis, exclusive, reverse }, [x]) => ({
    axis: axesOf(axis, x!.shape)[0]!,
    exclusive: exclusive === true,
    reverse: reverse === true,
  }),
  infer: ([x]) => x!,
  batch: (g, { attributes }, [x]) =>
    g.kernel("Cumsum", [x!.id], { ...attributes, axis: attributes.axis + 1 }),
  jvp: (g, { attributes }, [tangent]) => g.kernel("Cumsum", [tangent!], attributes),
  // TensorFlow.js's own transposes the result where the axis isn't the last.
  reverse: (tf) => ({
    gradFunc: (dy, _saved, { axis, exclusive, reverse }) => ({
      x: () => tf.cumsum(dy as Tensor, axis as number, exclusive === true, reverse !== true),
    }),
  }),
  lower: (onnx, [x], { attributes: { axis, exclusive, reverse } }) =>
    onnx.op("CumSum", [x!, onnx.int64(axis)], {
      exclusive: Number(exclusive),
      reverse: Number(reverse),
    }),
});
