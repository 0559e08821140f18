/**
 * A stack of pre-norm layers and the layernorm that such a stack needs at its end. Its γ and β come
 * before the stack's parameters, as vit-pytorch registers them.
 */
import { z } from "zod";
import { formatShape } from "../../data/axes.js";
import type { LayerKind } from "./layer.js";
import { layernorm } from "./layernorm.js";

export const encoder: LayerKind = {
  name: "encoder",
  doc: "A chain of layers that keeps the shape, and a layernorm behind it.",
  settings: z.strictObject({}),
  positional: [],
  branches: { positional: ["stack"], named: [] },
  output(_, input, branches) {
    const stack = branches!.get("stack")!;
    if (formatShape(stack) === formatShape(input)) return layernorm.output({}, stack);
    return {
      misfit: `the layers of an encoder keep the shape, but make ${formatShape(stack)} of ${formatShape(input)}`,
      help: "put what changes the shape before or after the encoder",
      setting: "stack",
    };
  },
  parameters: (_, input) => layernorm.parameters({}, input),
  apply: (tf, _settings, own, x, branches) =>
    layernorm.apply(tf, {}, own, branches!.get("stack")!(x)),
};
