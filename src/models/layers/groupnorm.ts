/**
 * Wu and He, arXiv:1803.08494: channels (the last axis) in groups of neighbours, each standardized
 * over all its numbers in an example, x̂ = (x − mean)/√(variance + ε), then y = weight·x̂ + bias for
 * each channel. The defaults, an unbiased variance and ε = 1e-6, are those of the paper's networks
 * (arXiv:2410.24206); PyTorch's GroupNorm has `unbiased = false, eps = 1e-5`.
 */
import type { Tensor } from "@tensorflow/tfjs";
import { z } from "zod";
import { formatShape, sizeOf } from "../../data/axes.js";
import type { Shape } from "../../dsl/vocabulary.js";
import type { LayerKind } from "./layer.js";

const settings = z.strictObject({
  groups: z.int().min(1).describe("Number of groups; it must divide the number of channels."),
  eps: z.number().positive().default(1e-6).describe("ε, added to the variance."),
  unbiased: z
    .boolean()
    .default(true)
    .describe("Whether the variance is divided by one less than there are numbers."),
  weight: z.number().default(1).describe("What weights start at."),
});

export const groupnorm: LayerKind = {
  name: "groupnorm",
  doc: "Standardizes groups of channels, then scales and shifts each channel.",
  settings,
  positional: ["groups"],
  output(given, input) {
    const { groups, unbiased } = settings.parse(given);
    const channels = input.at(-1);
    if (channels === undefined) {
      return {
        misfit: "groupnorm needs an axis of channels, but an example is a single number",
        help: "leave it out",
      };
    }
    if (channels % groups !== 0) {
      return {
        misfit: `${groups} groups do not divide the ${channels} channels of ${formatShape(input)}`,
        help: `take one of ${divisors(channels).join(", ")}`,
        setting: "groups",
      };
    }
    if (sizeOf(input) / groups === 1 && unbiased) {
      return {
        misfit: `each of ${groups} groups of ${formatShape(input)} is one number, which has no variance`,
        help: "take fewer groups",
        setting: "groups",
      };
    }
    return input;
  },
  parameters(given, input) {
    const shape: Shape = [input.at(-1)!];
    const { weight } = settings.parse(given);
    return [
      { name: "weight", shape, initial: { form: "constant", value: weight }, torchAxes: [0] },
      { name: "bias", shape, initial: { form: "constant", value: 0 }, torchAxes: [0] },
    ];
  },
  apply(tf, given, [weight, bias], x) {
    const { groups, eps, unbiased } = settings.parse(given);
    const [examples, ...axes] = x.shape as [number, ...number[]];
    const channels = axes.at(-1)!;
    const places = sizeOf(axes) / channels;
    const count = sizeOf(axes) / groups;
    const rows = tf.reshape(x, [examples, places, channels]);
    // What stands for a group is repeated for its channels: only that is small.
    const ofGroups = (sums: Tensor, divisor: number) => {
      const parts = tf.reshape(sums, [examples, groups, channels / groups]);
      const each = tf.broadcastTo(tf.sum(parts, 2, true), [examples, groups, channels / groups]);
      return tf.mul(tf.reshape(each, [examples, 1, channels]), 1 / divisor);
    };
    const centred = tf.sub(rows, ofGroups(tf.sum(rows, 1), count));
    const variance = ofGroups(tf.sum(tf.square(centred), 1), unbiased ? count - 1 : count);
    const scale = tf.div(weight!, tf.sqrt(tf.add(variance, eps)));
    return tf.reshape(tf.add(tf.mul(centred, scale), bias!), x.shape);
  },
};

function divisors(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);
}
