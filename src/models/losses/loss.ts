import type { Scalar, Tensor } from "@tensorflow/tfjs";
import type { LossEntry } from "../../dsl/vocabulary.js";
import type { Tf } from "../layers/layer.js";

export interface LossKind extends LossEntry {
  /** Mean over examples; both tensors are [examples, outputs]. */
  value(tf: Tf, outputs: Tensor, targets: Tensor): Scalar;
}
