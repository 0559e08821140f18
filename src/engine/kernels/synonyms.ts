/** TensorFlow.js kernels that are traced as others: they need no rules of their own. */
import type { GraphBuilder } from "../builder.js";
import { fill, mean, reciprocal, reshape, slice, sqrt, square, sub } from "../emit.js";
import type { NodeId } from "../graph.js";
import type { GivenAttributes } from "./kernel.js";
import { axesOf, reductionAttributes } from "./sum.js";

export interface Synonym {
  readonly name: string;
  /** TensorFlow.js's names of its inputs. */
  readonly inputs: readonly string[];
  /** Several results for kernels of several. */
  expand(
    g: GraphBuilder,
    inputs: readonly NodeId[],
    attributes: GivenAttributes,
  ): NodeId | readonly NodeId[];
}

export const synonyms: readonly Synonym[] = [
  { name: "Identity", inputs: ["x"], expand: (_g, [x]) => x! },
  {
    name: "ExpandDims",
    inputs: ["input"],
    expand(g, [x], { dim }) {
      const shape = [...g.shape(x!)];
      const axis = dim as number;
      shape.splice(axis < 0 ? shape.length + 1 + axis : axis, 0, 1);
      return reshape(g, x!, shape);
    },
  },
  { name: "ZerosLike", inputs: ["x"], expand: (g, [x]) => fill(g, g.shape(x!), 0) },
  { name: "OnesLike", inputs: ["x"], expand: (g, [x]) => fill(g, g.shape(x!), 1) },
  { name: "Rsqrt", inputs: ["x"], expand: (g, [x]) => reciprocal(g, sqrt(g, x!)) },
  {
    name: "SquaredDifference",
    inputs: ["a", "b"],
    expand: (g, [a, b]) => square(g, sub(g, a!, b!)),
  },
  {
    name: "Mean",
    inputs: ["x"],
    expand(g, [x], attributes) {
      const { axis, keepDims } = reductionAttributes(attributes, [g.node(x!)]);
      return mean(g, x!, axis, keepDims);
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
];
