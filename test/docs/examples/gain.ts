import { z } from "zod";
import type { LayerKind } from "../../../src/models/layers/layer.js";

/** A learned factor for each entry of the last axis ("LayerScale", arXiv:2103.17239). */
export const gain: LayerKind = {
  name: "gain",
  doc: "Multiplies each entry of the last axis by a learned factor.",
  settings: z.strictObject({
    initial: z.number().default(1).describe("What the factors start at."),
  }),
  positional: ["initial"],
  output(_settings, input) {
    if (input.length > 0) return input;
    return {
      misfit: "gain needs an axis to act on, but an example is a single number",
      help: "put flatten before it",
    };
  },
  parameters: ({ initial }, input) => [
    {
      name: "weight",
      shape: [input.at(-1)!],
      initial: { form: "constant", value: initial as number },
      torchAxes: [0],
    },
  ],
  apply: (tf, _settings, [weight], x) => tf.mul(x, weight!),
};
