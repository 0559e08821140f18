/**
 * Reads the chosen images. The files hold one plane a channel; here the channel is the last axis,
 * [height, width, channels], as TensorFlow.js convolves.
 */
import { join } from "node:path";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { type DatasetDescription, isMisfit, type Misfit } from "../../dsl/vocabulary.js";
import { chosenClasses, type Drawn, drawBalanced } from "../classes.js";
import { type Examples, type Half, joinHalves, labelTargets } from "../examples.js";
import { streams } from "../random.js";
import type { CifarSettings } from "./entry.js";
import { channels, readLabels, readPlanes, side, testFiles, trainFiles } from "./records.js";

/** Mean and standard deviation by channel of the 50,000 training images, of pixels in [0, 1]. */
const means = [0.49139968, 0.48215827, 0.44653124];
const deviations = [0.24703233, 0.24348505, 0.26158768];

/** (pixel − mean) / deviation by channel and pixel, computed in float64. */
const standardized = means.map((mean, c) =>
  Float32Array.from({ length: 256 }, (_, pixel) => (pixel - 255 * mean) / (255 * deviations[c]!)),
);

/** x of shape [examples, 32, 32, 3]; `task` is what the entry says of these settings. */
export function loadCifar(settings: CifarSettings, task: DatasetDescription): Examples | Misfit {
  const random = streams(settings.seed);
  const { draw } = settings;
  const train = loadHalf(settings, trainFiles, settings.train, draw, random.train, task);
  if (isMisfit(train)) return train;
  if (settings.test === 0) return joinHalves(train);
  const test = loadHalf(settings, testFiles, settings.test, "first", random.test, task);
  return isMisfit(test) ? test : joinHalves(train, test);
}

function loadHalf(
  { folder, classes }: CifarSettings,
  names: readonly string[],
  total: number,
  draw: CifarSettings["draw"],
  random: RandomGenerator,
  task: DatasetDescription,
): Half | Misfit {
  const labels = readLabels(folder, names);
  if (isMisfit(labels)) return labels;
  const drawn = drawBalanced(Buffer.concat(labels), chosenClasses(classes), total, draw, random);
  const values = new Float32Array(total * imageSize);
  const rows = new Map(drawn.map(({ position }, row) => [position, row]));
  let before = 0;
  for (const [i, { length }] of labels.entries()) {
    const own = within(drawn, before, length);
    const misfit = readPlanes(join(folder, names[i]!), own, (planes, record) => {
      interleave(planes, values, rows.get(before + record)! * imageSize);
    });
    if (misfit !== undefined) return misfit;
    before += length;
  }
  return {
    x: { shape: [total, side, side, channels], values },
    y: labelTargets(
      drawn.map(({ label }) => label),
      task,
    ),
  };
}

const area = side * side;
const imageSize = area * channels;

/** Records of the file whose first one stands at `before`, in ascending order. */
function within(drawn: readonly Drawn[], before: number, length: number): number[] {
  return drawn
    .map(({ position }) => position - before)
    .filter((record) => record >= 0 && record < length)
    .sort((a, b) => a - b);
}

function interleave(planes: Uint8Array, values: Float32Array, at: number): void {
  for (let c = 0; c < channels; c++) {
    const value = standardized[c]!;
    for (let i = 0; i < area; i++) values[at + i * channels + c] = value[planes[c * area + i]!]!;
  }
}
