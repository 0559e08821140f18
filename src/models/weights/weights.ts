import type { Misfit, Settings, WeightsEntry } from "../../dsl/vocabulary.js";
import type { LayerParameter } from "../layers/layer.js";
import type { Laid } from "../layout.js";

export type WeightsKind = DrawnWeights | GivenWeights;

/** Each makes a flat vector: the parameters in order, each row-major in its own shape. */
export interface DrawnWeights extends WeightsEntry {
  readonly seeded: true;
  make(settings: Settings, parameters: readonly LayerParameter[], seed: number): Float32Array;
}

export interface GivenWeights extends WeightsEntry {
  readonly seeded: false;
  make(settings: Settings, parameters: readonly Laid[]): Float32Array | Float64Array | Misfit;
}
