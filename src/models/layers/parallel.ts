import { z } from "zod";
import { formatShape } from "../../data/axes.js";
import type { LayerKind } from "./layer.js";

export const parallel: LayerKind = {
  name: "parallel",
  doc: "Gives its input to several chains of layers and joins what they give along the last axis.",
  settings: z.strictObject({}),
  positional: [],
  branches: { positional: "many", named: [] },
  output(_, _input, branches) {
    const shapes = [...branches!.values()];
    const [first] = shapes as [readonly number[]];
    const lead = first.slice(0, -1);
    const odd = [...branches!].find(
      ([, shape]) => shape.length === 0 || formatShape(shape.slice(0, -1)) !== formatShape(lead),
    );
    if (odd !== undefined) {
      const [setting, shape] = odd;
      return {
        misfit: `chains that give ${formatShape(first)} and ${formatShape(shape)} cannot be joined`,
        help: "all axes but the last must be the same",
        setting,
      };
    }
    return [...lead, shapes.reduce((sum, shape) => sum + shape.at(-1)!, 0)];
  },
  parameters: () => [],
  apply: (tf, _settings, _parameters, x, branches) =>
    tf.concat(
      [...branches!.values()].map((branch) => branch(x)),
      -1,
    ),
};
