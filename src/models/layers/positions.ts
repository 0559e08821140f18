/**
 * Fixed encodings of positions by sines and cosines of geometrically spaced frequencies, which are
 * added to the vectors there. A sequence's is that of Vaswani et al., arXiv:1706.03762, section 3.5:
 * sin(t·ω), cos(t·ω), interleaved. An image's is that of Beyer, Zhai and Kolesnikov,
 * arXiv:2205.01580: the sines and cosines of the column, then those of the row, a quarter each.
 */
import { z } from "zod";
import { indexAt, sizeOf } from "../../data/axes.js";
import type { Shape } from "../../dsl/vocabulary.js";
import type { LayerKind } from "./layer.js";

const LONGEST_PERIOD = 10_000;

export const positions: LayerKind = {
  name: "positions",
  doc: "Adds a fixed encoding of each position in a sequence, or row and column in an image.",
  settings: z.strictObject({}),
  positional: [],
  output(_, input) {
    const width = input.at(-1);
    if (input.length < 2 || input.length > 3) {
      return {
        misfit: "positions needs a sequence [positions, width] or an image [rows, columns, width]",
        help: "embedding makes positions of tokens, patches of images",
      };
    }
    if (input.length === 2 || (width! % 4 === 0 && width! >= 8)) return input;
    return {
      misfit: `an encoding of rows and columns has a width of 8, 12, 16, …, not ${width}`,
      help: "put a dense of such a width before it",
    };
  },
  parameters: () => [],
  apply(tf, _settings, _parameters, x) {
    const axes = x.shape.slice(1);
    return tf.add(x, tf.tensor(encoding(axes), axes));
  },
};

/** Row-major, of shape [positions, width] or [rows, columns, width]. */
export function encoding(axes: Shape): number[] {
  const at = axes.length === 2 ? sequenceEncoding(axes) : imageEncoding(axes);
  return Array.from({ length: sizeOf(axes) }, (_, i) => at(indexAt(i, axes)));
}

type Encoding = (index: readonly number[]) => number;

function sequenceEncoding(axes: Shape): Encoding {
  const width = axes[1]!;
  return ([t, i]) => {
    const even = i! - (i! % 2);
    const angle = t! * LONGEST_PERIOD ** (-even / width);
    return even === i ? Math.sin(angle) : Math.cos(angle);
  };
}

function imageEncoding(axes: Shape): Encoding {
  const quarter = axes[2]! / 4;
  return ([row, column, i]) => {
    const part = Math.floor(i! / quarter);
    const place = part < 2 ? column! : row!;
    const angle = place * LONGEST_PERIOD ** (-(i! % quarter) / (quarter - 1));
    return part % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  };
}
