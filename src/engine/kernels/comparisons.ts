/** Comparisons, what is chosen by them, and the cast that turns their truth values into numbers. */
import type { GraphBuilder } from "../builder.js";
import { fill, greaterEqual, mul, plus, sub, toFloat } from "../emit.js";
import type { DType, NodeId } from "../graph.js";
import { binary } from "./elementwise.js";
import { kernel } from "./kernel.js";

function comparison(name: string, value: (a: number, b: number) => boolean, onnx: string) {
  return kernel(
    binary({
      name,
      dtype: "bool",
      value: (a, b) => Number(value(a, b)),
      jvp: () => null,
      onnx,
    }),
  );
}

export const greaterKernel = comparison("Greater", (a, b) => a > b, "Greater");
export const greaterEqualKernel = comparison("GreaterEqual", (a, b) => a >= b, "GreaterOrEqual");
export const lessKernel = comparison("Less", (a, b) => a < b, "Less");
export const lessEqualKernel = comparison("LessEqual", (a, b) => a <= b, "LessOrEqual");

/** The tangent `then` where p ≥ q, `otherwise` elsewhere. */
function choose(
  g: GraphBuilder,
  [p, q]: readonly [NodeId, NodeId],
  then: NodeId | null,
  otherwise: NodeId | null,
): NodeId | null {
  const holds = toFloat(g, greaterEqual(g, p, q));
  const fails = sub(g, fill(g, [], 1), holds);
  return plus(
    g,
    then === null ? null : mul(g, holds, then),
    otherwise === null ? null : mul(g, fails, otherwise),
  );
}

export const maximumKernel = kernel(
  binary({
    name: "Maximum",
    value: Math.max,
    jvp: (g, { inputs: [a, b] }, da, db) => choose(g, [a!, b!], da, db),
    onnx: "Max",
  }),
);

export const minimumKernel = kernel(
  binary({
    name: "Minimum",
    value: Math.min,
    jvp: (g, { inputs: [a, b] }, da, db) => choose(g, [b!, a!], da, db),
    onnx: "Min",
  }),
);

export const castKernel = kernel<{ dtype: DType }>({
  name: "Cast",
  inputs: ["x"],
  pointwise: true,
  attributes: ({ dtype }) => {
    if (dtype !== "float32") throw new RangeError(`a cast to ${dtype} is not supported`);
    return { dtype };
  },
  infer: ([x], { dtype }) => ({ shape: x!.shape, dtype }),
  rewrite: (g, [x], { dtype }) => (g.node(x!).dtype === dtype ? x : undefined),
  jvp: (_g, _node, [tangent]) => tangent ?? null,
  lower: (onnx, [x], { dtype }) => onnx.cast(x!, dtype),
});
