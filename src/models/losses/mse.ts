/**
 * L = 1/N Σₙ ½ ‖f(xₙ) − yₙ‖², the paper's convention (arXiv:2410.24206): half the sum over outputs,
 * not its mean. Classes are one-hot; of two classes with one output, y is −1 or 1.
 */
import type { Scalar } from "@tensorflow/tfjs";
import { z } from "zod";
import { outputsFit } from "./fitting.js";
import type { LossKind } from "./loss.js";

export const mse: LossKind = {
  name: "mse",
  doc: "Half the squared distance from outputs to targets: one-hot for classes, −1 and 1 for two classes with one output.",
  settings: z.strictObject({}),
  positional: [],
  accepts: outputsFit,
  of: (task) => ({
    value(tf, outputs, targets, counted) {
      const y = task === "binary" ? tf.sub(tf.mul(targets, 2), 1) : targets;
      const squares = tf.square(tf.sub(outputs, y));
      const counting =
        task === "classification" ? tf.mul(squares, tf.sum(targets, -1, true)) : squares;
      return tf.mul(tf.sum(counting), 0.5 / counted) as Scalar;
    },
  }),
};
