import type { Tensor } from "@tensorflow/tfjs";
import { z } from "zod";
import type { LayerKind, Tf } from "./layer.js";

/** A layer that applies one smooth function to every element. */
export function activation(name: string, doc: string, f: (tf: Tf, x: Tensor) => Tensor): LayerKind {
  return {
    name,
    doc,
    settings: z.strictObject({}),
    positional: [],
    output: (_, input) => input,
    parameters: () => [],
    apply: (tf, _settings, _parameters, x) => f(tf, x),
  };
}
