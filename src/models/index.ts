/** Every layer, loss, function of landscapes and way to initial weights that the language can name. */
import { attention } from "./layers/attention.js";
import { avgpool } from "./layers/avgpool.js";
import { conv } from "./layers/conv.js";
import { decoder } from "./layers/decoder.js";
import { dense } from "./layers/dense.js";
import { elu } from "./layers/elu.js";
import { embedding } from "./layers/embedding.js";
import { encoder } from "./layers/encoder.js";
import { flatten } from "./layers/flatten.js";
import { gelu } from "./layers/gelu.js";
import { groupnorm } from "./layers/groupnorm.js";
import type { LayerKind } from "./layers/layer.js";
import { layernorm } from "./layers/layernorm.js";
import { lstm } from "./layers/lstm.js";
import { mamba } from "./layers/mamba.js";
import { mean } from "./layers/mean.js";
import { parallel } from "./layers/parallel.js";
import { patches } from "./layers/patches.js";
import { positions } from "./layers/positions.js";
import { relu } from "./layers/relu.js";
import { residual } from "./layers/residual.js";
import { rmsnorm } from "./layers/rmsnorm.js";
import { sigmoid } from "./layers/sigmoid.js";
import { silu } from "./layers/silu.js";
import { softplus } from "./layers/softplus.js";
import { tanh } from "./layers/tanh.js";
import { crossEntropy } from "./losses/cross-entropy.js";
import type { LossKind } from "./losses/loss.js";
import { mse } from "./losses/mse.js";
import { atWeights } from "./weights/at.js";
import { defaultWeights } from "./weights/default.js";
import { npyWeights } from "./weights/npy.js";
import type { WeightsKind } from "./weights/weights.js";

export { distributions } from "./distributions/index.js";
export { smoothFunctions } from "./landscape/functions.js";

export const layers: readonly LayerKind[] = [
  flatten,
  dense,
  conv,
  avgpool,
  groupnorm,
  gelu,
  silu,
  tanh,
  relu,
  softplus,
  sigmoid,
  elu,
  residual,
  parallel,
  layernorm,
  rmsnorm,
  embedding,
  positions,
  patches,
  mean,
  attention,
  encoder,
  decoder,
  lstm,
  mamba,
];

export const losses: readonly LossKind[] = [mse, crossEntropy];

/** The first is what a flow starts from when it says nothing of weights. */
export const weights: readonly WeightsKind[] = [defaultWeights, npyWeights, atWeights];
