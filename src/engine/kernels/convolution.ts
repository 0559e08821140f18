/**
 * Convolution (cross-correlation) of images [n, height, width, in] with a filter [height, width,
 * in, out], and its gradients by either. All three are derivatives of one trilinear form,
 * Σ y·(x ∗ f), by one of its arguments; so each is linear in both its inputs, and a reverse pass
 * and all derivatives of it are made of the three.
 *
 * ONNX Runtime convolves channels-first and in float32 only, and has no gradient by the filter.
 * Where it can't, a convolution is a matrix product with the patches under the filter: gathered
 * whole for the forward kernels, and tap by tap, without such a copy, for the filter's gradient.
 */
import type { GraphBuilder } from "../builder.js";
import { concat, gather, matMul, pad, reshape, slice, transpose } from "../emit.js";
import { type Attributes, type NodeId, type Shape, showShape, type TensorType } from "../graph.js";
import type { OnnxWriter } from "../onnx/writer.js";
import { productRule } from "./bilinear.js";
import { joined, parted } from "./joining.js";
import { type GivenAttributes, kernel } from "./kernel.js";

type Pair = readonly [number, number];

/** Where the filter stands on the image. */
interface Window extends Attributes {
  readonly strides: Pair;
  /** Zeros before and after each axis of the images. */
  readonly pad: readonly Pair[];
  readonly dataFormat: "NHWC";
  readonly dilations: Pair;
}
interface InputGradient extends Window {
  readonly inputShape: Shape;
}
interface FilterGradient extends Window {
  readonly filterShape: Shape;
}

/** @throws RangeError for what TensorFlow.js can do but doesn't differentiate, and layouts but NHWC. */
export function windowAttributes(given: GivenAttributes, image: Shape, filter: Shape): Window {
  const { dataFormat = "NHWC", dilations = 1, pad } = given;
  if (dataFormat !== "NHWC")
    throw new RangeError(`images must be laid out as NHWC, not ${dataFormat}`);
  if ([dilations].flat().some((rate) => rate !== 1))
    throw new RangeError(`a convolution dilated by ${dilations} is not supported; dilate by 1`);
  const [down, right = down] = [given.strides as number | readonly number[]].flat();
  const strides = [down!, right!] as const;
  const sides = (axis: 0 | 1): Pair => {
    if (typeof pad === "number") return [pad, pad];
    if (pad === "valid") return [0, 0];
    if (pad !== "same") return (pad as readonly Pair[])[axis + 1]!;
    const [stride, side] = [strides[axis], image[axis + 1]!];
    const missing = Math.max(0, (Math.ceil(side / stride) - 1) * stride + filter[axis]! - side);
    return [Math.floor(missing / 2), Math.ceil(missing / 2)];
  };
  const margins = [[0, 0], sides(0), sides(1), [0, 0]] as const;
  return { strides, pad: margins, dataFormat, dilations: [1, 1] };
}

/** How often the filter fits on the image, down and across. */
export function steps(image: Shape, filter: Shape, { strides, pad }: Window): Pair {
  const along = (axis: 0 | 1) => {
    const room = pad[axis + 1]![0] + image[axis + 1]! + pad[axis + 1]![1] - filter[axis]!;
    return Math.floor(room / strides[axis]) + 1;
  };
  return [along(0), along(1)];
}

/** @throws RangeError unless the images have the channels that the filter reads. */
function outputShape(images: Shape, filter: Shape, window: Window): Shape {
  if (images.length !== 4 || filter.length !== 4 || images[3] !== filter[2])
    throw new RangeError(
      `a filter ${showShape(filter)} can't be moved over images ${showShape(images)}`,
    );
  return [images[0]!, ...steps(images, filter, window), filter[3]!];
}

export const conv2dKernel = kernel<Window>({
  name: "Conv2D",
  inputs: ["x", "filter"],
  attributes: (given, [x, filter]) => windowAttributes(given, x!.shape, filter!.shape),
  infer: ([x, filter], window) => float32(outputShape(x!.shape, filter!.shape, window)),
  // More images, or more channels of the results.
  batch(g, { attributes }, [x, filter], size) {
    if (x!.batched && filter!.batched) return undefined;
    const [axis, operands] = x!.batched
      ? [0, [joined(g, x!.id, 0), filter!.id]]
      : [3, [x!.id, joined(g, filter!.id, 3)]];
    return parted(g, g.kernel("Conv2D", operands, attributes), axis, size);
  },
  jvp: productRule,
  expand(g, [x, filter], window) {
    const [images, shape] = [g.shape(x!), g.shape(filter!)];
    const [taps, channels, outputs] = [shape[0]! * shape[1]!, shape[2]!, shape[3]!];
    const [rows, columns] = steps(images, shape, window);
    const patches = gatherPatches(g, x!, [rows, columns], shape, (place, tap, axis) => {
      return place * window.strides[axis] + tap - window.pad[axis + 1]![0];
    });
    const product = matMul(
      g,
      patches,
      reshape(g, filter!, [taps * channels, outputs]),
      false,
      false,
    );
    return reshape(g, product, [images[0]!, rows, columns, outputs]);
  },
  lower(onnx, [x, filter], { attributes }) {
    const operands = [channelsFirst(onnx, x!), filterFirst(onnx, filter!)];
    return channelsLast(onnx, onnx.op("Conv", operands, windowOf(attributes)));
  },
  singleOnly: true,
});

export const conv2dInputKernel = kernel<InputGradient>({
  name: "Conv2DBackpropInput",
  inputs: ["dy", "filter"],
  attributes(given, [, filter]) {
    const inputShape = given.inputShape as Shape;
    return { ...windowAttributes(given, inputShape, filter!.shape), inputShape };
  },
  infer: (_inputs, { inputShape }) => float32(inputShape),
  batch(g, { attributes }, [dy, filter], size) {
    if (dy!.batched && filter!.batched) return undefined;
    const [axis, operands] = dy!.batched
      ? [0, [joined(g, dy!.id, 0), filter!.id]]
      : [3, [dy!.id, joined(g, filter!.id, 2)]];
    const inputShape = times(attributes.inputShape, axis, size);
    const all = g.kernel("Conv2DBackpropInput", operands, { ...attributes, inputShape });
    return parted(g, all, axis, size);
  },
  jvp: productRule,
  expand(g, [dy, filter], window) {
    const [count, rows, columns, channels] = window.inputShape as [number, number, number, number];
    const shape = g.shape(filter!);
    const [taps, outputs] = [shape[0]! * shape[1]!, shape[3]!];
    const patches = gatherPatches(g, dy!, [rows, columns], shape, (place, tap, axis) => {
      return (place - tap + window.pad[axis + 1]![0]) / window.strides[axis];
    });
    const swapped = transpose(g, reshape(g, filter!, [taps, channels, outputs]), [0, 2, 1]);
    const product = matMul(
      g,
      patches,
      reshape(g, swapped, [taps * outputs, channels]),
      false,
      false,
    );
    return reshape(g, product, [count, rows, columns, channels]);
  },
  lower(onnx, [dy, filter], { attributes, shape, inputTypes }) {
    const [images, taps] = inputTypes as [TensorType, TensorType];
    const { strides, pad } = attributes;
    // What the last window leaves of the image.
    const rest = ([0, 1] as const).map(
      (axis) =>
        shape[axis + 1]! +
        pad[axis + 1]![0] +
        pad[axis + 1]![1] -
        taps.shape[axis]! -
        (images.shape[axis + 1]! - 1) * strides[axis],
    );
    const operands = [channelsFirst(onnx, dy!), filterFirst(onnx, filter!)];
    const window = { ...windowOf(attributes), output_padding: rest };
    return channelsLast(onnx, onnx.op("ConvTranspose", operands, window));
  },
  singleOnly: true,
});

export const conv2dFilterKernel = kernel<FilterGradient>({
  name: "Conv2DBackpropFilter",
  inputs: ["x", "dy"],
  attributes(given, [x]) {
    const filterShape = given.filterShape as Shape;
    return { ...windowAttributes(given, x!.shape, filterShape), filterShape };
  },
  infer: (_inputs, { filterShape }) => float32(filterShape),
  batch(g, { attributes }, [x, dy], size) {
    if (x!.batched && dy!.batched) return undefined;
    const [axis, operands] = x!.batched
      ? [2, [joined(g, x!.id, 3), dy!.id]]
      : [3, [x!.id, joined(g, dy!.id, 3)]];
    const filterShape = times(attributes.filterShape, axis, size);
    const all = g.kernel("Conv2DBackpropFilter", operands, { ...attributes, filterShape });
    return parted(g, all, axis, size);
  },
  jvp: productRule,
  expand(g, [x, dy], window) {
    const { filterShape } = window;
    const [count, rows, columns, outputs] = g.shape(dy!) as [number, number, number, number];
    const [height, width, channels] = filterShape as [number, number, number];
    const flat = reshape(g, dy!, [count * rows * columns, outputs]);
    const blocks = inBlocks(g, x!, filterShape, window);
    const taps: NodeId[] = [];
    for (let i = 0; i < height; i++)
      for (let j = 0; j < width; j++) {
        const [down, right] = window.strides;
        const begin = [0, Math.floor(i / down), i % down, Math.floor(j / right), j % right, 0];
        const seen = slice(g, blocks, begin, [count, rows, 1, columns, 1, channels]);
        const pixels = reshape(g, seen, [count * rows * columns, channels]);
        taps.push(matMul(g, pixels, flat, true, false));
      }
    return reshape(g, concat(g, taps, 0), filterShape);
  },
});

/**
 * Under each place of a filter, the pixels it sees: [n·rows·columns, taps·channels].
 *
 * @param seen  along an axis, the pixel that a tap sees from a place; one that doesn't exist is zero
 */
function gatherPatches(
  g: GraphBuilder,
  images: NodeId,
  [rows, columns]: Pair,
  [height, width]: Shape,
  seen: (place: number, tap: number, axis: 0 | 1) => number,
): NodeId {
  const [count, sideDown, sideRight, channels] = g.shape(images) as [
    number,
    number,
    number,
    number,
  ];
  const [pixels, taps] = [sideDown * sideRight, height! * width!];
  const indices = Int32Array.from({ length: rows * columns * taps }, (_, index) => {
    const [place, tap] = [Math.floor(index / taps), index % taps];
    const down = seen(Math.floor(place / columns), Math.floor(tap / width!), 0);
    const right = seen(place % columns, tap % width!, 1);
    const exists =
      Number.isInteger(down) &&
      Number.isInteger(right) &&
      down >= 0 &&
      right >= 0 &&
      down < sideDown &&
      right < sideRight;
    return exists ? down * sideRight + right : pixels;
  });
  const flat = reshape(g, images, [count, pixels, channels]);
  const withZero = pad(g, flat, [
    [0, 0],
    [0, 1],
    [0, 0],
  ]);
  const patches = gather(g, withZero, g.constant(indices, [indices.length]), 1);
  return reshape(g, patches, [count * rows * columns, taps * channels]);
}

/**
 * Padded images in blocks of one stride by one stride, [n, rows, down, columns, right, channels]:
 * what a tap sees from every place is a part of them.
 */
function inBlocks(g: GraphBuilder, images: NodeId, filter: Shape, window: Window): NodeId {
  const shape = g.shape(images);
  const places = steps(shape, filter, window);
  const blocks = ([0, 1] as const).map(
    (axis) => places[axis] + Math.floor((filter[axis]! - 1) / window.strides[axis]),
  );
  const fitted = ([0, 1] as const).map((axis) => {
    const [before] = window.pad[axis + 1]!;
    return [before, blocks[axis]! * window.strides[axis] - before - shape[axis + 1]!] as const;
  });
  const [count, channels] = [shape[0]!, shape[3]!];
  const [down, right] = window.strides;
  return reshape(g, framed(g, images, [[0, 0], ...fitted, [0, 0]]), [
    count,
    blocks[0]!,
    down,
    blocks[1]!,
    right,
    channels,
  ]);
}

/** Pads each axis; a negative number cuts instead. */
function framed(g: GraphBuilder, x: NodeId, margins: readonly Pair[]): NodeId {
  const padded = pad(
    g,
    x,
    margins.map(([before, after]) => [Math.max(before, 0), Math.max(after, 0)]),
  );
  const begin = margins.map(([before]) => Math.max(-before, 0));
  const size = g.shape(x).map((side, axis) => side + margins[axis]![0] + margins[axis]![1]);
  return slice(g, padded, begin, size);
}

function times(shape: Shape, axis: number, size: number): Shape {
  return shape.with(axis, size * shape[axis]!);
}

function float32(shape: Shape): TensorType {
  return { shape, dtype: "float32" };
}

function windowOf({ strides, pad: [, down, right] }: Window) {
  return { strides, pads: [down![0], right![0], down![1], right![1]] };
}

const channelsFirst = (onnx: OnnxWriter, x: string) =>
  onnx.op("Transpose", [x], { perm: [0, 3, 1, 2] });
const channelsLast = (onnx: OnnxWriter, x: string) =>
  onnx.op("Transpose", [x], { perm: [0, 2, 3, 1] });
/** [height, width, in, out] as [out, in, height, width]. */
const filterFirst = (onnx: OnnxWriter, filter: string) =>
  onnx.op("Transpose", [filter], { perm: [3, 2, 0, 1] });
