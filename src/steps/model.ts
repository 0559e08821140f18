/** Rebuilds a model from the parameters of a step, as `plan/compile.ts` wrote them. */
import type { Settings, Shape } from "../dsl/vocabulary.js";
import { buildModel, type Model } from "../models/build.js";
import { layers as layerKinds } from "../models/index.js";
import type { Json } from "../runtime/step.js";

/** A maker beside its settings. */
export type Flattened = { readonly maker: string } & Settings;

export function modelOf(parameters: Json): Model {
  const { input, layers } = parameters as unknown as { input: Shape; layers: Flattened[] };
  const chain = layers.map(({ maker, ...settings }) => ({ maker, settings }));
  return buildModel(layerKinds, input, chain);
}
