/**
 * Multi-head self-attention, Vaswani et al., arXiv:1706.03762, section 3.2. In PyTorch's order the
 * queries', keys' and values' maps are one stacked matrix, as in its MultiheadAttention and in
 * vit-pytorch's Attention.
 */
import type { Tensor } from "@tensorflow/tfjs";
import { z } from "zod";
import { sizeOf } from "../../data/axes.js";
import type { Misfit } from "../../dsl/vocabulary.js";
import { affine } from "./dense.js";
import type { LayerKind, Tf } from "./layer.js";

const settings = z.strictObject({
  heads: z.int().min(1).describe("Number of heads."),
  head_width: z
    .int()
    .min(1)
    .optional()
    .describe("Length of a head's vectors; if left out, the heads divide the width."),
  causal: z.boolean().default(false).describe("Whether a position sees only those before it."),
  bias: z.boolean().default(true).describe("Whether the linear maps add learned vectors."),
});

export const attention: LayerKind = {
  name: "attention",
  doc: "Every position reads from the others: multi-head self-attention.",
  settings,
  positional: ["heads"],
  output(given, input) {
    const { heads, head_width } = settings.parse(given);
    if (input.length < 2) {
      return {
        misfit: "attention needs several positions, but an example has none",
        help: "embedding makes positions of tokens, patches of images",
      };
    }
    const width = input.at(-1)!;
    return (head_width === undefined ? dividing(heads, width) : undefined) ?? input;
  },
  parameters(given, input) {
    const { heads, head_width, bias } = settings.parse(given);
    const width = input.at(-1)!;
    const inner = head_width === undefined ? width : heads * head_width;
    const linear = (name: string, fanIn: number, units: number) => {
      const initial = { form: "uniform", bound: 1 / Math.sqrt(fanIn) } as const;
      return [
        { name: `${name}.weight`, shape: [fanIn, units], initial, torchAxes: [1, 0] },
        ...(bias ? [{ name: `${name}.bias`, shape: [units], initial, torchAxes: [0] }] : []),
      ];
    };
    return [...linear("qkv", width, 3 * inner), ...linear("out", inner, width)];
  },
  apply(tf, given, tensors, x) {
    const { heads, causal, bias } = settings.parse(given);
    const [examples, ...axes] = x.shape as [number, ...number[]];
    const sequence = tf.reshape(x, [examples, sizeOf(axes.slice(0, -1)), axes.at(-1)!]);
    const weights = bias ? tensors : [tensors[0]!, undefined, tensors[1]!, undefined];
    return tf.reshape(attend(tf, sequence, sequence, weights, { heads, causal }), x.shape);
  },
};

/** Why so many heads can't share a width, if they can't. */
export function dividing(heads: number, width: number): Misfit | undefined {
  if (width % heads === 0) return undefined;
  return {
    misfit: `${heads} heads do not divide a width of ${width}`,
    help: `a width of ${Math.ceil(width / heads) * heads} would do`,
    setting: "heads",
  };
}

/** Added to a score so that its softmax is exactly 0. */
const HIDDEN = -1e9;

/**
 * Positions of x read from those of `memory`, both [examples, positions, width].
 *
 * @param weights  of queries, keys and values, stacked along the last axis; their bias; of the
 *                 output; its bias
 */
export function attend(
  tf: Tf,
  x: Tensor,
  memory: Tensor,
  [qkv, qkvBias, out, outBias]: readonly (Tensor | undefined)[],
  { heads, causal }: { readonly heads: number; readonly causal: boolean },
): Tensor {
  // The weights are split rather than what they give, which is much larger.
  const parts = tf.split(qkv!, 3, 1);
  const biases = qkvBias && tf.split(qkvBias, 3);
  const [q, k, v] = [x, memory, memory].map((from, i) =>
    splitHeads(tf, affine(tf, from, parts[i]!, biases?.[i]), heads),
  ) as [Tensor, Tensor, Tensor];
  const scale = 1 / Math.sqrt(q.shape[2]!);
  const scores = tf.matMul(tf.mul(q, scale), k, false, true);
  const masked = causal ? tf.add(scores, causalMask(tf, scores.shape[1]!)) : scores;
  return affine(tf, joinHeads(tf, tf.matMul(tf.softmax(masked), v), heads), out!, outBias);
}

function causalMask(tf: Tf, length: number): Tensor {
  const rows = Array.from({ length }, (_, t) =>
    Array.from({ length }, (_, other) => (other > t ? HIDDEN : 0)),
  );
  return tf.tensor2d(rows, [length, length]);
}

/** [examples, positions, heads·width] → [examples·heads, positions, width] */
function splitHeads(tf: Tf, x: Tensor, heads: number): Tensor {
  const [examples, length, inner] = x.shape as [number, number, number];
  const width = inner / heads;
  const apart = tf.reshape(x, [examples, length, heads, width]);
  return tf.reshape(tf.transpose(apart, [0, 2, 1, 3]), [examples * heads, length, width]);
}

/** [examples·heads, positions, width] → [examples, positions, heads·width] */
function joinHeads(tf: Tf, x: Tensor, heads: number): Tensor {
  const [all, length, width] = x.shape as [number, number, number];
  const apart = tf.reshape(x, [all / heads, heads, length, width]);
  return tf.reshape(tf.transpose(apart, [0, 2, 1, 3]), [all / heads, length, heads * width]);
}
