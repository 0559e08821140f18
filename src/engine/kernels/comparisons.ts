/** Comparisons, logic, what is chosen by them, and casts of their truth values to numbers. */
import type { GraphBuilder } from "../builder.js";
import { broadcastTo, fill, greaterEqual, mul, plus, select, sub, toFloat } from "../emit.js";
import type { DType, NodeId, Shape } from "../graph.js";
import { binary, unary } from "./elementwise.js";
import { type Kernel, kernel, type Tangent } from "./kernel.js";

/** Truth values don't move; TensorFlow.js has no gradient for most kernels that yield them. */
function constant(...inputs: string[]): Pick<Kernel, "reverse"> {
  return {
    reverse: (tf) => ({
      inputsToSave: inputs,
      gradFunc: (_dy, saved) =>
        Object.fromEntries(saved.map((x, i) => [inputs[i]!, () => tf.fill(x.shape, 0)])),
    }),
  };
}

function comparison(name: string, value: (a: number, b: number) => boolean, onnx = name) {
  return kernel({
    ...binary({
      name,
      dtype: "bool",
      value: (a, b) => Number(value(a, b)),
      jvp: () => null,
      onnx,
    }),
    ...constant("a", "b"),
  });
}

export const equalKernel = comparison("Equal", (a, b) => a === b);
export const greaterKernel = comparison("Greater", (a, b) => a > b);
export const greaterEqualKernel = comparison("GreaterEqual", (a, b) => a >= b, "GreaterOrEqual");
export const lessKernel = comparison("Less", (a, b) => a < b);
export const lessEqualKernel = comparison("LessEqual", (a, b) => a <= b, "LessOrEqual");
export const andKernel = comparison("LogicalAnd", (a, b) => Boolean(a && b), "And");
export const orKernel = comparison("LogicalOr", (a, b) => Boolean(a || b), "Or");
export const notKernel = kernel({
  ...unary({ name: "LogicalNot", derivative: () => null, onnx: "Not" }),
  ...constant("x"),
});

/** `then` where the condition holds; all of one shape. */
export const selectKernel = kernel({
  name: "Select",
  inputs: ["condition", "t", "e"],
  pointwise: true,
  infer: ([, then]) => then!,
  rewrite: (_g, [, then, otherwise]) => (then === otherwise ? then : undefined),
  batch(g, { shape }, inputs, size) {
    const spread = inputs.map(({ id, batched }) =>
      batched ? id : broadcastTo(g, id, [size, ...shape]),
    );
    return g.kernel("Select", spread);
  },
  jvp(g, { inputs: [condition], shape }, [, then, otherwise]) {
    const [p, q] = [then, otherwise].map((tangent) => full(g, tangent ?? null, shape));
    return then == null && otherwise == null ? null : select(g, condition!, p!, q!);
  },
  lower: (onnx, inputs) => onnx.op("Where", inputs),
});

function full(g: GraphBuilder, tangent: Tangent, shape: Shape): NodeId {
  return tangent === null ? fill(g, shape, 0) : broadcastTo(g, tangent, shape);
}

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

/** Integers and truth values have no derivative, whatever they were cast from. */
export const castKernel = kernel<{ dtype: DType }>({
  name: "Cast",
  inputs: ["x"],
  pointwise: true,
  attributes: ({ dtype }) => {
    if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool")
      throw new RangeError(`a cast to ${dtype} is not supported`);
    return { dtype };
  },
  infer: ([x], { dtype }) => ({ shape: x!.shape, dtype }),
  rewrite: (g, [x], { dtype }) => (g.node(x!).dtype === dtype ? x : undefined),
  jvp: (_g, { dtype }, [tangent]) => (dtype === "float32" ? (tangent ?? null) : null),
  lower: (onnx, [x], { dtype }) => onnx.cast(x!, dtype),
});
