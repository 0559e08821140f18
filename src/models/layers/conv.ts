/**
 * A convolution as networks have it, that is a cross-correlation, as PyTorch's Conv2d:
 * y[i, j, f] = b[f] + Σ_{k, l, c} x[s·i + k − p, s·j + l − p, c]·W[k, l, c, f], with zeros around x.
 */
import type { Tensor4D } from "@tensorflow/tfjs";
import { z } from "zod";
import { formatShape } from "../../data/axes.js";
import {
  distributionSetting,
  optionalDistributionSetting,
  type Settings,
} from "../../dsl/vocabulary.js";
import { distributionOf } from "../distributions/index.js";
import { imageOf, noImage, windows, withChannels } from "../images.js";
import type { Distribution, LayerKind } from "./layer.js";

const settings = z.strictObject({
  filters: z.int().min(1).describe("Channels of the output."),
  size: z.int().min(1).default(3).describe("Side of the square kernel."),
  stride: z.int().min(1).default(1).describe("Step between windows, in both directions."),
  padding: z
    .union([z.enum(["same", "valid"]), z.int().min(0)])
    .default("same")
    .describe(
      "Zeros on every side: a number, `valid` for none, or `same`, with which a stride of 1 keeps " +
        "the image's size.",
    ),
  bias: optionalDistributionSetting(
    "Whether to add a learned vector, or what it starts at; `true` is uniform within 1/√in, where " +
      "one output sums over `in` numbers.",
  ).default(true),
  weight: distributionSetting(
    "What weights start at: a number or a distribution; by default uniform within 1/√in.",
  ).optional(),
});

/** Zeros before and after each row and column. */
function paddingOf(given: Settings): readonly [before: number, after: number] {
  const { padding, size } = settings.parse(given);
  if (padding === "valid") return [0, 0];
  if (padding !== "same") return [padding, padding];
  const before = Math.floor((size - 1) / 2);
  return [before, size - 1 - before];
}

export const conv: LayerKind = {
  name: "conv",
  doc: "A convolution of images [height, width, channels] with square kernels.",
  settings,
  positional: ["filters"],
  output(given, input) {
    const { filters, size, stride } = settings.parse(given);
    const image = imageOf(input);
    if (image === undefined) return noImage("conv", input);
    const [before, after] = paddingOf(given);
    const sides = [image.height, image.width].map((side) => before + side + after);
    if (Math.min(...sides) < size) {
      return {
        misfit: `a kernel of [${size}, ${size}] does not fit into ${formatShape(sides)}, the image and its padding`,
        help: "take a smaller `size`, more `padding`, or larger images",
        setting: "size",
      };
    }
    return [...sides.map((side) => windows(side, size, stride)), filters];
  },
  parameters(given, input) {
    const { filters, size, bias, weight } = settings.parse(given);
    const { channels } = imageOf(input)!;
    const area = size * size;
    const fans = { in: channels * area, out: filters * area };
    const usual: Distribution = { form: "uniform", bound: 1 / Math.sqrt(fans.in) };
    const initial = weight === undefined ? usual : distributionOf(weight, fans);
    const start = typeof bias === "boolean" ? usual : distributionOf(bias, fans);
    const shape = [size, size, channels, filters];
    return [
      { name: "weight", shape, initial, torchAxes: [3, 2, 0, 1] },
      ...(bias === false
        ? []
        : [{ name: "bias", shape: [filters], initial: start, torchAxes: [0] }]),
    ];
  },
  apply(tf, given, [weight, bias], x) {
    const { stride } = settings.parse(given);
    const [before, after] = paddingOf(given);
    const around: [number, number] = [before, after];
    const product = tf.conv2d(
      withChannels(tf, x) as Tensor4D,
      weight as Tensor4D,
      stride,
      before + after === 0 ? "valid" : [[0, 0], around, around, [0, 0]],
    );
    return bias === undefined ? product : tf.add(product, bias);
  },
};
