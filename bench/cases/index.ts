/**
 * The cases of the microbenchmarks: the paper's architectures at its sizes (arXiv:2410.24206), but with
 * fewer examples than its 1000 where all figures of all contestants would take too long.
 */
import type { LinearLayer } from "../arithmetic.js";
import type { Case } from "./case.js";

const mlp = (width: number) =>
  `model net = flatten -> 2 * (dense(${width}) -> gelu) -> dense(outputs)`;

function perceptron(rows: number, ...widths: readonly number[]): readonly LinearLayer[] {
  return widths.slice(1).map((out, i) => ({ rows, in: widths[i]!, out }));
}

/** A stage halves the sides of the image; 3 × 3 windows. */
function convolutional(examples: number): readonly LinearLayer[] {
  return [
    { rows: examples * 32 * 32, in: 9 * 3, out: 32 },
    { rows: examples * 16 * 16, in: 9 * 32, out: 64 },
    { rows: examples, in: 8 * 8 * 64, out: 128 },
    { rows: examples, in: 128, out: 4 },
  ];
}

export const cases: readonly Case[] = [
  {
    name: "small",
    doc: "multilayer perceptron 784-32-32-4, 200 examples",
    text: `dataset examples = mnist { classes = 4  train = 200  test = 0 }\n${mlp(32)}`,
    peer: { family: "mlp" },
    linear: perceptron(200, 784, 32, 32, 4),
    small: true,
  },
  {
    name: "large",
    doc: "multilayer perceptron 3072-256-256-4, 1000 examples",
    text: `dataset examples = synthetic { train = 1000  features = 3072 }\n${mlp(256)}`,
    peer: { family: "mlp" },
    linear: perceptron(1000, 3072, 256, 256, 4),
    peakGoal: 0.5,
  },
  {
    name: "cnn",
    doc: "CNN, 32 and 64 filters of 3 × 3, on 32 × 32 × 3 images, 100 examples",
    text: `
dataset examples = synthetic { train = 100 }
layer stage(n) = conv(n, bias = false) -> gelu -> avgpool(2)
model net = stage(32) -> stage(64) -> flatten -> dense(128, bias = false) -> gelu -> dense(outputs)`,
    peer: { family: "cnn" },
    linear: convolutional(100),
  },
  {
    name: "transformer",
    doc: "Transformer, 4 layers of width 32, on 250 sequences of 15 tokens",
    text: `
dataset examples = sorting { vocab = 4  length = 8  train = 250  test = 0 }
model net = embedding(vocabulary, 32, scale = "sqrt", weight = xavier_uniform) -> positions
  -> decoder(4, 4, 128) -> dense(outputs, weight = 0)`,
    peer: { family: "transformer", heads: 4 },
  },
];
