/**
 * A learned vector for each token, as PyTorch's Embedding. Tokens are data, so that the lookup is
 * linear in what it has derivatives by.
 */
import { z } from "zod";
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
    const { width, scale } = settings.parse(given);
    const found = tf.gather(weight!, tf.cast(tokens, "int32"));
    return scale === "sqrt" ? tf.mul(found, Math.sqrt(width)) : found;
  },
};
