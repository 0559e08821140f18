/**
 * A learned vector for each token, as PyTorch's Embedding. The lookup is a product with the tokens'
 * one-hot rows, which are data, so that its derivatives are those of a linear map.
 */
import { z } from "zod";
import { sizeOf } from "../../data/axes.js";
import { distributionSetting } from "../../dsl/vocabulary.js";
import { distributionOf } from "../distributions/index.js";
import type { Distribution, LayerKind } from "./layer.js";

const settings = z.strictObject({
  vocabulary: z.int().min(1).describe("Number of different tokens, 0 to vocabulary − 1."),
  width: z.int().min(1).describe("Length of a token's vector."),
  weight: distributionSetting(
    "What vectors start at: a number or a distribution; by default normal with std 1.",
  ).optional(),
  scale: z
    .enum(["none", "sqrt"])
    .default("none")
    .describe("`sqrt` multiplies the vectors by √width, as Transformers do."),
});

export const embedding: LayerKind = {
  name: "embedding",
  doc: "Looks up a learned vector for each token.",
  settings,
  positional: ["vocabulary", "width"],
  accepts(given, tokens) {
    const { vocabulary } = settings.parse(given);
    if (tokens === undefined) {
      return {
        misfit: "embedding looks up tokens, but gets numbers",
        help: "put it first, where a dataset gives tokens; for numbers there is dense",
      };
    }
    if (tokens <= vocabulary) return undefined;
    return {
      misfit: `an embedding of ${vocabulary} tokens gets ${tokens} different ones`,
      help: "write `embedding(vocabulary, …)`",
      setting: "vocabulary",
    };
  },
  output: (given, input) => [...input, settings.parse(given).width],
  parameters(given) {
    const { vocabulary, width, weight } = settings.parse(given);
    const usual: Distribution = { form: "normal", std: 1 };
    const fans = { in: vocabulary, out: width };
    const initial = weight === undefined ? usual : distributionOf(weight, fans);
    return [{ name: "weight", shape: [vocabulary, width], initial, torchAxes: [0, 1] }];
  },
  apply(tf, given, [weight], tokens) {
    const { vocabulary, width, scale } = settings.parse(given);
    const each = tf.reshape(tokens, [sizeOf(tokens.shape), 1]);
    const all = tf.tensor2d([Array.from({ length: vocabulary }, (_, token) => token)]);
    // max(0, 1 − |token − t|) is 1 for t = token and 0 for every other whole number.
    const oneHot = tf.relu(tf.sub(1, tf.abs(tf.sub(each, all))));
    const found = tf.reshape(tf.matMul(oneHot, weight!), [...tokens.shape, width]);
    return scale === "sqrt" ? tf.mul(found, Math.sqrt(width)) : found;
  },
};
