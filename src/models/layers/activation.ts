import type { Tensor } from "@tensorflow/tfjs";
import { z } from "zod";
import type { Settings } from "../../dsl/vocabulary.js";
import type { LayerKind, Tf } from "./layer.js";

/** A layer that applies one function to every element; `settings` may choose among its forms. */
export function activation(
  name: string,
  doc: string,
  f: (tf: Tf, x: Tensor, settings: Settings) => Tensor,
  settings: z.ZodObject = z.strictObject({}),
): LayerKind {
  return {
    name,
    doc,
    settings,
    positional: Object.keys(settings.shape),
    output: (_, input) => input,
    parameters: () => [],
    apply: (tf, given, _parameters, x) => f(tf, x, given),
  };
}
