/** y = x·W + b along the last axis, as PyTorch's Linear; W is [in, out] here, [out, in] there. */
import type { Tensor } from "@tensorflow/tfjs";
import { z } from "zod";
import { sizeOf } from "../../data/axes.js";
import { distributionSetting, optionalDistributionSetting } from "../../dsl/vocabulary.js";
import { distributionOf } from "../distributions/index.js";
import type { Distribution, LayerKind, Tf } from "./layer.js";

const settings = z.strictObject({
  units: z.int().min(1).describe("Length of the last axis of the output."),
  bias: optionalDistributionSetting(
    "Whether to add a learned vector, or what it starts at; `true` is uniform within 1/√in.",
  ).default(true),
  weight: distributionSetting(
    "What weights start at: a number or a distribution; by default uniform within 1/√in.",
  ).optional(),
});

export const dense: LayerKind = {
  name: "dense",
  doc: "A linear map of the last axis, with a bias.",
  settings,
  positional: ["units"],
  output(given, input) {
    if (input.length === 0) {
      return {
        misfit: "dense needs an axis to act on, but an example is a single number",
        help: "put flatten before it",
      };
    }
    return [...input.slice(0, -1), settings.parse(given).units];
  },
  parameters(given, input) {
    const { units, bias, weight } = settings.parse(given);
    const fans = { in: input.at(-1)!, out: units };
    const usual: Distribution = { form: "uniform", bound: 1 / Math.sqrt(fans.in) };
    const initial = weight === undefined ? usual : distributionOf(weight, fans);
    const start = typeof bias === "boolean" ? usual : distributionOf(bias, fans);
    return [
      { name: "weight", shape: [fans.in, units], initial, torchAxes: [1, 0] },
      ...(bias === false ? [] : [{ name: "bias", shape: [units], initial: start, torchAxes: [0] }]),
    ];
  },
  apply: (tf, _settings, [weight, bias], x) => affine(tf, x, weight!, bias),
};

/** x·W + b for x of any rank: one matrix product for all its rows. */
export function affine(tf: Tf, x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const [fanIn, units] = weight.shape as [number, number];
  const rows = tf.reshape(x, [sizeOf(x.shape) / fanIn, fanIn]);
  const product = tf.matMul(rows, weight);
  const sum = bias === undefined ? product : tf.add(product, bias);
  return tf.reshape(sum, [...x.shape.slice(0, -1), units]);
}
