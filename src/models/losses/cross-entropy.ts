/**
 * L = −1/N Σₙ log p(yₙ | xₙ) with p = softmax(f), natural logarithm; of two classes with one output,
 * p(1 | x) = 1/(1 + exp(−f)), so that −log p = log(1 + exp(f)) − y·f.
 */
import type { Scalar } from "@tensorflow/tfjs";
import { z } from "zod";
import { negativeLogSoftmax, softplus } from "../smooth.js";
import { outputsFit } from "./fitting.js";
import type { LossKind } from "./loss.js";

export const crossEntropy: LossKind = {
  name: "cross_entropy",
  doc: "Minus the natural logarithm of the label's probability: softmax of the outputs, or logistic of a single one.",
  settings: z.strictObject({}),
  positional: [],
  accepts(dataset, output) {
    if (dataset.task === "regression") {
      return {
        misfit: "cross_entropy needs classes, but the dataset's targets are numbers",
        help: "use mse, or integer labels",
      };
    }
    return outputsFit(dataset, output);
  },
  of: (task) => ({
    value(tf, outputs, targets, counted) {
      const each =
        task === "binary"
          ? tf.sub(softplus(tf, outputs), tf.mul(targets, outputs))
          : tf.mul(targets, negativeLogSoftmax(tf, outputs));
      return tf.mul(tf.sum(each), 1 / counted) as Scalar;
    },
  }),
};
