/** y = x·W + b along the last axis, as PyTorch's Linear; W is [in, out] here, [out, in] there. */
import type { Tensor } from "@tensorflow/tfjs";
import { z } from "zod";
import { sizeOf } from "../../data/axes.js";
import type { LayerKind, Tf } from "./layer.js";

const settings = z.strictObject({
  units: z.int().min(1).describe("Length of the last axis of the output."),
  bias: z.boolean().default(true).describe("Whether to add a learned vector."),
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
    const { units, bias } = settings.parse(given);
    const fanIn = input.at(-1)!;
    const initial = { form: "uniform", bound: 1 / Math.sqrt(fanIn) } as const;
    return [
      { name: "weight", shape: [fanIn, units], initial, torchAxes: [1, 0] },
      ...(bias ? [{ name: "bias", shape: [units], initial, torchAxes: [0] }] : []),
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
