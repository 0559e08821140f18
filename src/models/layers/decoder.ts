/**
 * The Transformer of the paper's code (arXiv:2410.24206): PyTorch's TransformerDecoder, in which
 * every layer reads, besides the positions up to each, from all of the decoder's own input:
 *
 *     x ← LN(x + causal self-attention(x)),  x ← LN(x + attention(x to input)),
 *     x ← LN(x + W₂·gelu(W₁·x + b₁) + b₂).
 */
import type { Tensor } from "@tensorflow/tfjs";
import { z } from "zod";
import { attend, dividing } from "./attention.js";
import { affine } from "./dense.js";
import { gelu } from "./gelu.js";
import type { LayerKind, LayerParameter, Tf } from "./layer.js";
import { normalized } from "./layernorm.js";
import { notASequence } from "./sequence.js";

const settings = z.strictObject({
  layers: z.int().min(1).describe("Number of layers."),
  heads: z.int().min(1).describe("Heads of each attention; they divide the width."),
  ff: z.int().min(1).describe("Width between the two maps that act on each position alone."),
});

export const decoder: LayerKind = {
  name: "decoder",
  doc: "The paper's Transformer layers: causal self-attention, attention to the decoder's input, two maps, each followed by a layernorm.",
  settings,
  positional: ["layers", "heads", "ff"],
  output(given, input) {
    const { heads } = settings.parse(given);
    return notASequence("decoder", input) ?? dividing(heads, input[1]!) ?? input;
  },
  parameters(given, input) {
    const { layers, ff } = settings.parse(given);
    const first = layerParameters(input[1]!, ff);
    // PyTorch makes the layers by copying one, of which the paper's code draws all matrices anew.
    const copied = first.map((parameter): LayerParameter => {
      const isDrawn = parameter.shape.length === 1 && parameter.initial.form === "uniform";
      return isDrawn
        ? { ...parameter, initial: { form: "copy", before: first.length } }
        : parameter;
    });
    return Array.from({ length: layers }, (_, layer) =>
      (layer === 0 ? first : copied).map((parameter) => ({
        ...parameter,
        name: `${layer}.${parameter.name}`,
      })),
    ).flat();
  },
  apply(tf, given, tensors, memory) {
    const { layers, heads } = settings.parse(given);
    const count = tensors.length / layers;
    let x = memory;
    for (let start = 0; start < tensors.length; start += count) {
      x = layer(tf, x, memory, tensors.slice(start, start + count), heads);
    }
    return x;
  },
};

/** In PyTorch's order: attentions, maps, norms. Matrices start by Glorot and Bengio's rule. */
function layerParameters(width: number, ff: number): readonly LayerParameter[] {
  const vector = (name: string, length: number, initial: LayerParameter["initial"]) => ({
    name,
    shape: [length],
    initial,
    torchAxes: [0],
  });
  const matrix = (name: string, fanIn: number, units: number) => ({
    name,
    shape: [fanIn, units],
    initial: { form: "uniform", bound: Math.sqrt(6 / (fanIn + units)) } as const,
    torchAxes: [1, 0],
  });
  const zero = { form: "constant", value: 0 } as const;
  const one = { form: "constant", value: 1 } as const;
  const uniform = (fanIn: number) => ({ form: "uniform", bound: 1 / Math.sqrt(fanIn) }) as const;
  return [
    ...["self", "cross"].flatMap((name) => [
      matrix(`${name}.qkv.weight`, width, 3 * width),
      vector(`${name}.qkv.bias`, 3 * width, zero),
      matrix(`${name}.out.weight`, width, width),
      vector(`${name}.out.bias`, width, zero),
    ]),
    matrix("linear1.weight", width, ff),
    vector("linear1.bias", ff, uniform(width)),
    matrix("linear2.weight", ff, width),
    vector("linear2.bias", width, uniform(ff)),
    ...[1, 2, 3].flatMap((norm) => [
      vector(`norm${norm}.gamma`, width, one),
      vector(`norm${norm}.beta`, width, zero),
    ]),
  ];
}

function layer(tf: Tf, x: Tensor, memory: Tensor, tensors: readonly Tensor[], heads: number) {
  const self = tensors.slice(0, 4);
  const cross = tensors.slice(4, 8);
  const [w1, b1, w2, b2, ...norms] = tensors.slice(8) as [Tensor, Tensor, Tensor, Tensor];
  const add = (x: Tensor, change: Tensor, norm: number) =>
    normalized(tf, tf.add(x, change), norms[2 * norm]!, norms[2 * norm + 1]!);
  const read = add(x, attend(tf, x, x, self, { heads, causal: true }), 0);
  const told = add(read, attend(tf, read, memory, cross, { heads, causal: false }), 1);
  const inner = gelu.apply(tf, {}, [], affine(tf, told, w1, b1));
  return add(told, affine(tf, inner, w2, b2), 2);
}
