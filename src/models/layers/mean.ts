import { z } from "zod";
import type { LayerKind } from "./layer.js";

export const mean: LayerKind = {
  name: "mean",
  doc: "Averages over all positions: every axis but the last.",
  settings: z.strictObject({}),
  positional: [],
  output(_, input) {
    if (input.length > 1) return input.slice(-1);
    return {
      misfit: "mean averages over positions, but an example has none",
      help: "leave it out",
    };
  },
  parameters: () => [],
  apply: (tf, _settings, _parameters, x) => tf.mean(x, x.shape.map((_, axis) => axis).slice(1, -1)),
};
