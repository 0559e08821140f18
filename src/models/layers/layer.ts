/**
 * A layer with its mathematics. TensorFlow.js is handed in, never imported, so that entries stay
 * light and one definition runs on whichever backend computes (or merely records) it.
 */
import type { Tensor } from "@tensorflow/tfjs";
import type {
  Branches,
  LayerEntry,
  ParameterShape,
  Settings,
  Shape,
} from "../../dsl/vocabulary.js";

export type Tf = typeof import("@tensorflow/tfjs");

/** Where a parameter starts. */
export type Distribution =
  /** In [−bound, bound). */
  | { readonly form: "uniform"; readonly bound: number }
  | { readonly form: "normal"; readonly std: number }
  | { readonly form: "constant"; readonly value: number }
  /** These along PyTorch's last axis, the same for all indices of the others. */
  | { readonly form: "row"; readonly values: readonly number[] }
  /** Where the parameter so many places before it starts, which has the same shape. */
  | { readonly form: "copy"; readonly before: number };

export interface LayerParameter extends ParameterShape {
  readonly initial: Distribution;
  /** PyTorch's axis j is our axis `torchAxes[j]`: [1, 0] where it keeps the transpose. */
  readonly torchAxes: readonly number[];
}

export interface LayerKind extends LayerEntry {
  /** In the order in which PyTorch registers them, which is that of flat vectors and of draws. */
  parameters(settings: Settings, input: Shape): readonly LayerParameter[];
  /**
   * Maps x of shape [examples, ...input] to [examples, ...output].
   *
   * @param parameters its own
   * @param branches the chains that it was given, each with its parameters: [examples, ...input] to
   * [examples, ...the branch's output]
   */
  apply(
    tf: Tf,
    settings: Settings,
    parameters: readonly Tensor[],
    x: Tensor,
    branches?: Branches<(x: Tensor) => Tensor>,
  ): Tensor;
}
