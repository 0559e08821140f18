import type { DistributionEntry, Settings } from "../../dsl/vocabulary.js";
import type { Distribution } from "../layers/layer.js";

/** How many numbers a layer's linear map connects. */
export interface Fans {
  /** Inputs that one output sums over. */
  readonly in: number;
  /** Outputs that one input goes to. */
  readonly out: number;
}

export interface DistributionKind extends DistributionEntry {
  of(settings: Settings, fans: Fans): Distribution;
}
