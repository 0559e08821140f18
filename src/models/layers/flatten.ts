import { z } from "zod";
import { sizeOf } from "../../data/axes.js";
import type { LayerKind } from "./layer.js";

export const flatten: LayerKind = {
  name: "flatten",
  doc: "Makes one axis of all the axes of an example, row-major.",
  settings: z.strictObject({}),
  positional: [],
  output: (_, input) => [sizeOf(input)],
  parameters: () => [],
  apply: (tf, _settings, _parameters, x) => tf.reshape(x, [x.shape[0]!, sizeOf(x.shape.slice(1))]),
};
