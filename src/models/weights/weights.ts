import type { Misfit, Settings, WeightsEntry } from "../../dsl/vocabulary.js";
import type { LayerParameter } from "../layers/layer.js";

export interface WeightsKind extends WeightsEntry {
  /** The flat vector of a model with these parameters, each row-major in its own shape. */
  make(
    settings: Settings,
    parameters: readonly LayerParameter[],
    seed: number,
  ): Float32Array | Misfit;
}
