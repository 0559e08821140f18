/**
 * Average pooling: windows side by side are axes to sum over; windows that overlap or reach over
 * the edge are what a filter of ones convolves. As in TensorFlow, the mean is over what a window
 * sees of the image.
 */
import type { GraphBuilder } from "../builder.js";
import { broadcastTo, fill, mul, pad, reshape, scale, slice, sum, transpose } from "../emit.js";
import type { NodeId, Shape } from "../graph.js";
import { steps, windowAttributes } from "./convolution.js";
import type { GivenAttributes, Synonym } from "./kernel.js";

type Images = readonly [count: number, rows: number, columns: number, channels: number];

export const averagePool: Synonym = {
  name: "AvgPool",
  inputs: ["x"],
  expand(g, [x], given) {
    const image = g.shape(x!) as Images;
    const pooling = poolingOf(given, image);
    const { tiles, covered, area, places } = pooling;
    if (tiles === undefined) return fromPlanes(g, mean(g, pooling, toPlanes(g, x!)), image[0]);
    const windows = reshape(g, slice(g, x!, [0, 0, 0, 0], covered), tiles);
    return reshape(g, scale(g, sum(g, windows, [2, 4], false), 1 / area), places);
  },
};

export const averagePoolGradient: Synonym = {
  name: "AvgPoolGrad",
  inputs: ["dy", "input"],
  expand(g, [dy, input], given) {
    const image = g.shape(input!) as Images;
    const pooling = poolingOf(given, image);
    const { tiles, covered, area } = pooling;
    if (tiles === undefined) return fromPlanes(g, spread(g, pooling, toPlanes(g, dy!)), image[0]);
    const [count, rows, , columns, , channels] = tiles;
    const tops = reshape(g, scale(g, dy!, 1 / area), [count, rows, 1, columns, 1, channels]);
    const rest = image.map((side, axis) => [0, side - covered[axis]!] as const);
    return pad(g, reshape(g, broadcastTo(g, tops, tiles), covered), rest);
  },
};

function poolingOf({ filterSize, ...given }: GivenAttributes, image: Images) {
  const [height, width = height] = [filterSize as number | readonly number[]].flat();
  const filter = [height!, width!, 1, 1] as const;
  const window = windowAttributes(given, image, filter);
  const [count, , , channels] = image;
  const [rows, columns] = steps(image, filter, window);
  const { pad: margins, strides } = window;
  const tiling =
    margins.flat().every((side) => side === 0) && strides[0] === height && strides[1] === width;
  return {
    filter,
    window,
    image,
    area: height! * width!,
    places: [count, rows, columns, channels] as const,
    /** The images as windows, if these tile them. */
    tiles: tiling ? ([count, rows, height!, columns, width!, channels] as const) : undefined,
    covered: [count, rows * height!, columns * width!, channels],
  };
}

type Pooling = ReturnType<typeof poolingOf>;

/** [n, rows, columns, channels] as one image a channel, [n·channels, rows, columns, 1]. */
function toPlanes(g: GraphBuilder, images: NodeId): NodeId {
  const [count, rows, columns, channels] = g.shape(images) as Images;
  const moved = transpose(g, images, [0, 3, 1, 2]);
  return reshape(g, moved, [count * channels, rows, columns, 1]);
}

function fromPlanes(g: GraphBuilder, planes: NodeId, count: number): NodeId {
  const [all, rows, columns] = g.shape(planes) as Images;
  return transpose(g, reshape(g, planes, [count, all / count, rows, columns]), [0, 2, 3, 1]);
}

function mean(g: GraphBuilder, pooling: Pooling, planes: NodeId): NodeId {
  const { filter, window } = pooling;
  const sums = g.kernel("Conv2D", [planes, fill(g, filter, 1)], window);
  return mul(g, sums, shares(g, pooling));
}

function spread(g: GraphBuilder, pooling: Pooling, planes: NodeId): NodeId {
  const { filter, window, image } = pooling;
  const inputShape: Shape = [g.shape(planes)[0]!, image[1], image[2], 1];
  const weighted = mul(g, planes, shares(g, pooling));
  const attributes = { ...window, inputShape };
  return g.kernel("Conv2DBackpropInput", [weighted, fill(g, filter, 1)], attributes);
}

/** One over the number of pixels that each window sees. */
function shares(g: GraphBuilder, { filter, window, image, places }: Pooling): NodeId {
  const [, rows, columns] = places;
  const seen = (place: number, axis: 0 | 1) => {
    const start = place * window.strides[axis] - window.pad[axis + 1]![0];
    return Math.min(start + filter[axis], image[axis + 1]!) - Math.max(start, 0);
  };
  const values = Float64Array.from({ length: rows * columns }, (_, place) => {
    return 1 / (seen(Math.floor(place / columns), 0) * seen(place % columns, 1));
  });
  return g.constant(values, [1, rows, columns, 1]);
}
