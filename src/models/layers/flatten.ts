import { z } from "zod";
import { sizeOf } from "../../data/axes.js";
import type { LayerKind } from "./layer.js";

/** With channels first a flat image is in PyTorch's order, and no layer behind it needs to know. */
export const flatten: LayerKind = {
  name: "flatten",
  doc: "Makes one axis of all the axes of an example, row-major, of images [height, width, channels] with channels first.",
  settings: z.strictObject({}),
  positional: [],
  output: (_, input) => [sizeOf(input)],
  parameters: () => [],
  apply(tf, _settings, _parameters, x) {
    const ordered = x.rank === 4 && x.shape[3]! > 1 ? tf.transpose(x, [0, 3, 1, 2]) : x;
    return tf.reshape(ordered, [x.shape[0]!, sizeOf(x.shape.slice(1))]);
  },
};
