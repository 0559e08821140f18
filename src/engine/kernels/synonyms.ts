/** TensorFlow.js kernels that are traced as others. */
import type { Tensor } from "@tensorflow/tfjs";
import type { GraphBuilder } from "../builder.js";
import { add, concat, fill, reciprocal, reshape, slice, sqrt, square, sub } from "../emit.js";
import type { NodeId, Shape } from "../graph.js";
import { oneHot } from "./gathering.js";
import type { Synonym } from "./kernel.js";
import { averagePool, averagePoolGradient } from "./pooling.js";
import { axesOf, meanOf } from "./sum.js";

/** A unit axis more. */
function expanded(shape: Shape, axis: number): Shape {
  const at = axis < 0 ? shape.length + 1 + axis : axis;
  return [...shape.slice(0, at), 1, ...shape.slice(at)];
}

function filledLike(g: GraphBuilder, x: NodeId, value: number): NodeId {
  const { shape, dtype } = g.node(x);
  const filled = fill(g, shape, value);
  return dtype === "float32" ? filled : g.kernel("Cast", [filled], { dtype });
}

export const synonyms: readonly Synonym[] = [
  averagePool,
  averagePoolGradient,
  meanOf,
  oneHot,
  {
    name: "AddN",
    inputs: "list",
    expand: (g, terms) => terms.reduce((sum, term) => add(g, sum, term)),
  },
  { name: "Identity", inputs: ["x"], expand: (_g, [x]) => x! },
  {
    name: "ExpandDims",
    inputs: ["input"],
    expand: (g, [x], { dim }) => reshape(g, x!, expanded(g.shape(x!), dim as number)),
  },
  { name: "ZerosLike", inputs: ["x"], expand: (g, [x]) => filledLike(g, x!, 0) },
  { name: "OnesLike", inputs: ["x"], expand: (g, [x]) => filledLike(g, x!, 1) },
  { name: "Rsqrt", inputs: ["x"], expand: (g, [x]) => reciprocal(g, sqrt(g, x!)) },
  {
    name: "SquaredDifference",
    inputs: ["a", "b"],
    expand: (g, [a, b]) => square(g, sub(g, a!, b!)),
  },
  {
    // x where it is positive, eˣ − 1 elsewhere.
    name: "Elu",
    inputs: ["x"],
    expand(g, [x]) {
      const negative = g.kernel("Minimum", [x!, fill(g, [], 0)]);
      return add(g, g.kernel("Relu", [x!]), g.kernel("Expm1", [negative]));
    },
    reverse: (tf) => ({
      inputsToSave: ["x"],
      gradFunc: (dy, [x]) => ({ x: () => tf.mul(dy as Tensor, tf.exp(tf.minimum(x!, 0))) }),
    }),
  },
  {
    name: "Pack",
    inputs: "list",
    expand(g, parts, { axis }) {
      const shape = expanded(g.shape(parts[0]!), axis as number);
      const at = axesOf(axis, shape)[0]!;
      return concat(
        g,
        parts.map((part) => reshape(g, part, shape)),
        at,
      );
    },
  },
  {
    name: "Unpack",
    inputs: ["value"],
    expand(g, [x], attributes) {
      const shape = g.shape(x!);
      const axis = axesOf(attributes.axis, shape)[0]!;
      const size = shape.map((side, i) => (i === axis ? 1 : side));
      const rest = shape.filter((_, i) => i !== axis);
      return Array.from({ length: shape[axis]! }, (_, at) => {
        const begin = shape.map((_side, i) => (i === axis ? at : 0));
        return reshape(g, slice(g, x!, begin, size), rest);
      });
    },
  },
  {
    // What the gradient of a concatenation asks for.
    name: "SplitV",
    inputs: ["x"],
    expand(g, [x], attributes) {
      const shape = g.shape(x!);
      const axis = axesOf(attributes.axis, shape)[0]!;
      const given = attributes.numOrSizeSplits as number | readonly number[];
      const sides =
        typeof given === "number" ? Array<number>(given).fill(shape[axis]! / given) : given;
      const known = sides.reduce((sum, side) => sum + Math.max(side, 0), 0);
      let end = 0;
      return sides.map((stated) => {
        // One side may be left to be inferred, written −1.
        const side = stated < 0 ? shape[axis]! - known : stated;
        end += side;
        return slice(
          g,
          x!,
          shape.map((_, i) => (i === axis ? end - side : 0)),
          shape.map((whole, i) => (i === axis ? side : whole)),
        );
      });
    },
  },
  {
    name: "Range",
    inputs: [],
    expand(g, _inputs, { start, stop, step, dtype }) {
      const [first, by] = [start as number, step as number];
      const length = Math.max(0, Math.ceil(((stop as number) - first) / by));
      const values = Array.from({ length }, (_, i) => first + i * by);
      return g.constant(dtype === "int32" ? Int32Array.from(values) : Float64Array.from(values), [
        length,
      ]);
    },
  },
];
