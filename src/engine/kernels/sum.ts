/** Sums over axes. */
import { fill, reshape, sum, uniformValue } from "../emit.js";
import { type Shape, sizeOf, type TensorType } from "../graph.js";
import { type GivenAttributes, kernel } from "./kernel.js";

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

export function reductionAttributes(
  { axis, keepDims }: GivenAttributes,
  [x]: readonly TensorType[],
): Reduction {
  return { axis: axesOf(axis, x!.shape), keepDims: keepDims === true };
}

function reducedShape(shape: Shape, { axis, keepDims }: Reduction): Shape {
  return keepDims
    ? shape.map((side, i) => (axis.includes(i) ? 1 : side))
    : shape.filter((_, i) => !axis.includes(i));
}

export const sumKernel = kernel<Reduction>({
  name: "Sum",
  inputs: ["x"],
  attributes: reductionAttributes,
  infer: ([x], reduction) => ({ shape: reducedShape(x!.shape, reduction), dtype: "float32" }),
  rewrite(g, [x], reduction) {
    const shape = g.shape(x!);
    const reduced = reducedShape(shape, reduction);
    const value = uniformValue(g, x!);
    if (value !== undefined)
      return fill(g, reduced, (value * sizeOf(shape)) / Math.max(1, sizeOf(reduced)));
    return reduction.axis.every((axis) => shape[axis] === 1) ? reshape(g, x!, reduced) : undefined;
  },
  jvp: (g, { attributes: { axis, keepDims } }, [tangent]) => sum(g, tangent!, axis, keepDims),
  lower: (onnx, [x], { attributes: { axis, keepDims } }) =>
    axis.length === 0
      ? onnx.op("Identity", [x!])
      : onnx.op("ReduceSum", [x!, onnx.int64(axis)], { keepdims: Number(keepDims) }),
});
