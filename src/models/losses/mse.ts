/** L = 1/N Σₙ ½ ‖f(xₙ) − yₙ‖², the paper's convention (arXiv:2410.24206): half the sum, not its mean. */
import type { Scalar } from "@tensorflow/tfjs";
import { z } from "zod";
import { formatShape } from "../../data/axes.js";
import type { LossKind } from "./loss.js";

export const mse: LossKind = {
  name: "mse",
  doc: "Half the squared distance from outputs to targets (one-hot for classes), mean over examples.",
  settings: z.strictObject({}),
  positional: [],
  accepts(dataset, output) {
    if (output.length === 1 && output[0] === dataset.outputs) return undefined;
    return {
      misfit: `the model's output is ${formatShape(output)}, but the dataset asks for [${dataset.outputs}]`,
      help:
        output.length > 1
          ? "put flatten before the model's last layer, dense(outputs)"
          : "end the model with dense(outputs)",
    };
  },
  value(tf, outputs, targets) {
    const sum = tf.sum(tf.square(tf.sub(outputs, targets)));
    return tf.mul(sum, 0.5 / outputs.shape[0]!) as Scalar;
  },
};
