/** Means over windows, as PyTorch's AvgPool2d without padding: what is left over at the end is dropped. */
import type { Tensor4D } from "@tensorflow/tfjs";
import { z } from "zod";
import { formatShape } from "../../data/axes.js";
import { imageOf, noImage, windows, withChannels } from "../images.js";
import type { LayerKind } from "./layer.js";

const settings = z.strictObject({
  size: z.int().min(1).describe("Side of the square window."),
  stride: z
    .int()
    .min(1)
    .optional()
    .describe("Step between windows, in both directions; by default their size."),
});

export const avgpool: LayerKind = {
  name: "avgpool",
  doc: "The mean over square windows of images [height, width, channels].",
  settings,
  positional: ["size", "stride"],
  output(given, input) {
    const { size, stride = size } = settings.parse(given);
    const image = imageOf(input);
    if (image === undefined) return noImage("avgpool", input);
    const sides = [image.height, image.width];
    if (Math.min(...sides) < size) {
      return {
        misfit: `a window of [${size}, ${size}] does not fit into the image, ${formatShape(sides)}`,
        help: "take a smaller `size`, or pool less before",
        setting: "size",
      };
    }
    return [...sides.map((side) => windows(side, size, stride)), ...input.slice(2)];
  },
  parameters: () => [],
  apply(tf, given, _parameters, x) {
    const { size, stride = size } = settings.parse(given);
    const pooled = tf.avgPool(withChannels(tf, x) as Tensor4D, size, stride, "valid");
    return x.rank === 4 ? pooled : tf.reshape(pooled, pooled.shape.slice(0, 3));
  },
};
