/** What layers share that walk along a sequence: positions one after another, each a matrix. */
import type { Tensor } from "@tensorflow/tfjs";
import type { Misfit, Shape } from "../../dsl/vocabulary.js";
import type { Tf } from "./layer.js";

/** Why an example isn't a sequence of vectors, if it isn't. */
export function notASequence(layer: string, input: Shape): Misfit | undefined {
  if (input.length === 2) return undefined;
  return {
    misfit: `${layer} reads a sequence [positions, width]`,
    help: "embedding makes one of tokens",
  };
}

/** [examples, positions, width] → [positions·examples, width], position by position. */
export function byPosition(tf: Tf, x: Tensor): Tensor {
  const [examples, positions, width] = x.shape as [number, number, number];
  return tf.reshape(tf.transpose(x, [1, 0, 2]), [positions * examples, width]);
}

/** [positions·examples, width] → [examples, positions, width] */
export function byExample(tf: Tf, rows: Tensor, positions: number): Tensor {
  const [all, width] = rows.shape as [number, number];
  return tf.transpose(tf.reshape(rows, [positions, all / positions, width]), [1, 0, 2]);
}
