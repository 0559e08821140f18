/**
 * Images as layers see them: [height, width, channels], or [height, width] for one channel. PyTorch
 * has channels first; here they are last, which is how TensorFlow.js and the data have them.
 */
import type { Tensor } from "@tensorflow/tfjs";
import { formatShape } from "../data/axes.js";
import type { Misfit, Shape } from "../dsl/vocabulary.js";
import type { Tf } from "./layers/layer.js";

export interface Image {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Undefined if an example of this shape is no image. */
export function imageOf(shape: Shape): Image | undefined {
  if (shape.length !== 2 && shape.length !== 3) return undefined;
  const [height, width, channels = 1] = shape as [number, number, number?];
  return { height, width, channels };
}

export function noImage(layer: string, shape: Shape): Misfit {
  return {
    misfit: `${layer} needs images [height, width, channels], and an example is ${formatShape(shape)}`,
    help:
      shape.length < 2 ? "put it before flatten" : "images have two axes, or three with channels",
  };
}

/** [examples, height, width] or with channels → with channels. */
export function withChannels(tf: Tf, x: Tensor): Tensor {
  return x.rank === 4 ? x : tf.reshape(x, [...x.shape, 1]);
}

/** Windows of a size that fit into a length, a stride apart. */
export function windows(length: number, size: number, stride: number): number {
  return Math.floor((length - size) / stride) + 1;
}
