/** Rebuilds a model from the parameters of a step, as `plan/compile.ts` wrote them. */
import type { Settings, Shape } from "../dsl/vocabulary.js";
import { buildModel, type ChainedLayer, type Model } from "../models/build.js";
import { layers as layerKinds } from "../models/index.js";
import type { Json } from "../runtime/step.js";

/** A maker beside its settings. */
export type Flattened = { readonly maker: string } & Settings;

interface FlattenedBranch {
  readonly name: string;
  readonly layers: readonly Flattened[];
}

export function modelOf(parameters: Json): Model {
  const { input, layers } = parameters as unknown as { input: Shape; layers: Flattened[] };
  return buildModel(layerKinds, input, layers.map(chained));
}

function chained({ maker, branches = [], ...settings }: Flattened): ChainedLayer {
  const given = branches as readonly FlattenedBranch[];
  return {
    maker,
    settings,
    branches: given.map(({ name, layers }) => ({ name, layers: layers.map(chained) })),
  };
}
