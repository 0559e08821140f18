/** Cuts images into squares, whose values run by row, column and channel, as vit-pytorch has them. */
import { z } from "zod";
import { formatShape } from "../../data/axes.js";
import type { Shape } from "../../dsl/vocabulary.js";
import type { LayerKind } from "./layer.js";

const settings = z.strictObject({
  size: z.int().min(1).describe("Rows and columns of a patch, in pixels."),
});

export const patches: LayerKind = {
  name: "patches",
  doc: "Cuts an image into square patches: [rows, columns, values of a patch].",
  settings,
  positional: ["size"],
  output(given, input) {
    const { size } = settings.parse(given);
    if (input.length < 2 || input.length > 3) {
      return {
        misfit: `patches are cut from images, but an example is ${formatShape(input)}`,
        help: "an image is [height, width] or [height, width, channels]",
      };
    }
    const [height, width, channels] = image(input);
    if (height % size === 0 && width % size === 0) {
      return [height / size, width / size, size * size * channels];
    }
    const fitting = divisors(height).filter((side) => side > 1 && width % side === 0);
    return {
      misfit: `patches of ${size} do not divide an image of ${height} × ${width}`,
      help: fitting.length > 0 ? `sizes that do: ${fitting.join(", ")}` : "only a size of 1 does",
      setting: "size",
    };
  },
  parameters: () => [],
  apply(tf, given, _parameters, x) {
    const { size } = settings.parse(given);
    const [examples, ...axes] = x.shape as [number, ...number[]];
    const [height, width, channels] = image(axes);
    const [rows, columns] = [height / size, width / size];
    const cut = tf.reshape(x, [examples, rows, size, columns, size * channels]);
    const values = size * size * channels;
    return tf.reshape(tf.transpose(cut, [0, 1, 3, 2, 4]), [examples, rows, columns, values]);
  },
};

function image(axes: Shape): readonly [height: number, width: number, channels: number] {
  return [axes[0]!, axes[1]!, axes[2] ?? 1];
}

function divisors(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1).filter((side) => n % side === 0);
}
