/** The largest element along axes; where several are equal, they count as one that moves as all. */
import { equal, max, mul, reshape, sum, toFloat } from "../emit.js";
import { kernel } from "./kernel.js";
import { axesOf, behind, reducedShape } from "./sum.js";

interface Maximum {
  readonly reductionIndices: readonly number[];
  readonly keepDims: boolean;
  readonly [name: string]: boolean | readonly number[];
}

export const maxKernel = kernel<Maximum>({
  name: "Max",
  inputs: ["x"],
  attributes: ({ reductionIndices, keepDims }, [x]) => ({
    reductionIndices: axesOf(reductionIndices, x!.shape),
    keepDims: keepDims === true,
  }),
  infer: ([x], { reductionIndices: axis, keepDims }) => ({
    shape: reducedShape(x!.shape, { axis, keepDims }),
    dtype: x!.dtype,
  }),
  batch: (g, { attributes: { reductionIndices, keepDims } }, [x]) =>
    max(g, x!.id, behind(reductionIndices), keepDims),
  jvp(g, { id, inputs: [x], attributes: { reductionIndices: axis, keepDims } }, [tangent]) {
    const tall = reshape(g, id, reducedShape(g.shape(x!), { axis, keepDims: true }));
    return sum(g, mul(g, toFloat(g, equal(g, x!, tall)), tangent!), axis, keepDims);
  },
  lower: (onnx, [x], { attributes: { reductionIndices: axis, keepDims } }) =>
    onnx.op("ReduceMax", [x!, onnx.int64(axis)], { keepdims: Number(keepDims) }),
});
