/**
 * A Mamba block, Gu and Dao, arXiv:2312.00752, as the paper's code has it: x + mixer(rmsnorm(x)).
 * The mixer is a causal convolution and a selective state space,
 *
 *     h_t = exp(Δ_t·A)·h_{t−1} + Δ_t·B_t·u_t,    y_t = C_t·h_t + D·u_t,
 *
 * whose Δ, B and C are linear maps of the convolved input u, and a gate. What is as large as h, a state
 * for every channel, is computed position by position and read at once: of all positions together it
 * would go through memory several times.
 */
import type { Tensor } from "@tensorflow/tfjs";
import { z } from "zod";
import type { Settings } from "../../dsl/vocabulary.js";
import { softplus } from "../smooth.js";
import type { LayerKind, Tf } from "./layer.js";
import { scaledToUnit } from "./rmsnorm.js";
import { byExample, byPosition, notASequence } from "./sequence.js";
import { silu } from "./silu.js";

const settings = z.strictObject({
  state: z.int().min(1).default(16).describe("Numbers that each inner channel remembers."),
  expand: z.int().min(1).default(2).describe("Inner channels for each one of the input."),
  conv: z.int().min(1).default(4).describe("Positions that the convolution sees."),
  dt_rank: z
    .int()
    .min(1)
    .optional()
    .describe("Rank of the map to the step sizes; if left out, a sixteenth of the width, up."),
});

function sizes(given: Settings, width: number) {
  const { state, expand, conv, dt_rank } = settings.parse(given);
  return { state, inner: expand * width, conv, rank: dt_rank ?? Math.ceil(width / 16) };
}

export const mamba: LayerKind = {
  name: "mamba",
  doc: "A Mamba block: normalizes, mixes positions by a selective state space, and adds the input.",
  settings,
  positional: ["state"],
  output: (_, input) => notASequence("mamba", input) ?? input,
  parameters(given, input) {
    const width = input[1]!;
    const { state, inner, conv, rank } = sizes(given, width);
    const one = { form: "constant", value: 1 } as const;
    const normal = { form: "normal", std: 0.02 } as const;
    const uniform = { form: "uniform", bound: 1 / Math.sqrt(conv) } as const;
    const logarithms = Array.from({ length: state }, (_, s) => Math.log(s + 1));
    return [
      // A = −exp(A_log) starts at −1, −2, …, −state in every channel.
      {
        name: "A_log",
        shape: [inner, state],
        initial: { form: "row", values: logarithms },
        torchAxes: [0, 1],
      },
      { name: "D", shape: [inner], initial: one, torchAxes: [0] },
      { name: "in.weight", shape: [width, 2 * inner], initial: normal, torchAxes: [1, 0] },
      { name: "conv.weight", shape: [conv, 1, inner], initial: uniform, torchAxes: [2, 1, 0] },
      { name: "conv.bias", shape: [inner], initial: uniform, torchAxes: [0] },
      {
        name: "x.weight",
        shape: [inner, rank + 2 * state],
        initial: normal,
        torchAxes: [1, 0],
      },
      { name: "dt.weight", shape: [rank, inner], initial: normal, torchAxes: [1, 0] },
      {
        name: "dt.bias",
        shape: [inner],
        initial: { form: "constant", value: 0 },
        torchAxes: [0],
      },
      { name: "out.weight", shape: [inner, width], initial: normal, torchAxes: [1, 0] },
      { name: "norm.weight", shape: [width], initial: one, torchAxes: [0] },
    ];
  },
  apply(tf, given, tensors, x) {
    const [aLog, skip, into, kernel, kernelBias, selection, step, stepBias, out, norm] =
      tensors as Tensor[];
    const [examples, positions, width] = x.shape as [number, number, number];
    const { state, rank } = sizes(given, width);
    const rows = byPosition(tf, x);
    const normal = scaledToUnit(tf, rows, norm!);
    const [inWeight, gateWeight] = tf.split(into!, 2, 1) as [Tensor, Tensor];
    const convolved = convolve(tf, tf.matMul(normal, inWeight), kernel!, kernelBias!, examples);
    const u = silu.apply(tf, {}, [], convolved);
    const [toStep, toB, toC] = tf.split(selection!, [rank, state, state], 1) as Tensor[];
    const delta = softplus(tf, tf.add(tf.matMul(tf.matMul(u, toStep!), step!), stepBias!));
    const remembered = scan(tf, {
      a: tf.neg(tf.exp(tf.transpose(aLog!))),
      delta: tf.split(delta, positions),
      written: tf.split(tf.mul(delta, u), positions),
      b: tf.split(tf.matMul(u, toB!), positions),
      c: tf.split(tf.matMul(u, toC!), positions),
    });
    const y = tf.add(remembered, tf.mul(skip!, u));
    const gated = tf.mul(y, silu.apply(tf, {}, [], tf.matMul(normal, gateWeight)));
    return byExample(tf, tf.add(rows, tf.matMul(gated, out!)), positions);
  },
};

/**
 * Each channel's own causal convolution; the kernel's last row weighs the current position.
 *
 * @param rows  [positions·examples, channels], position by position
 */
function convolve(tf: Tf, rows: Tensor, kernel: Tensor, bias: Tensor, examples: number): Tensor {
  const [length, , channels] = kernel.shape as [number, number, number];
  const taps = tf.split(tf.reshape(kernel, [length, channels]), length);
  const terms = taps.map((tap, k) =>
    tf.mul(tap, earlier(tf, rows, (taps.length - 1 - k) * examples)),
  );
  return terms.reduce((sum, term) => tf.add(sum, term), bias);
}

/** The rows moved down by `count`, zeros above them. */
function earlier(tf: Tf, rows: Tensor, count: number): Tensor {
  const [all, width] = rows.shape as [number, number];
  if (count === 0) return rows;
  if (count >= all) return tf.zeros([all, width]);
  return tf.pad(tf.slice(rows, [0, 0], [all - count, width]), [
    [count, 0],
    [0, 0],
  ]);
}

interface Scanned {
  /** A: [state, channels]. */
  readonly a: Tensor;
  /** Δ_t and Δ_t·u_t of each position: [examples, channels]. */
  readonly delta: readonly Tensor[];
  readonly written: readonly Tensor[];
  /** B_t and C_t: [examples, state]. */
  readonly b: readonly Tensor[];
  readonly c: readonly Tensor[];
}

/** C_t·h_t of all positions, one below the other: [positions·examples, channels]. */
function scan(tf: Tf, { a, delta, written, b, c }: Scanned): Tensor {
  let states: Tensor | undefined;
  const read = delta.map((step, t) => {
    const entering = tf.mul(asColumns(tf, b[t]!), asRows(tf, written[t]!));
    if (states === undefined) states = entering;
    else states = tf.add(tf.mul(tf.exp(tf.mul(asRows(tf, step), a)), states), entering);
    return tf.reshape(tf.matMul(asRows(tf, c[t]!), states), step.shape);
  });
  return tf.concat(read);
}

/** [rows, width] → [rows, 1, width] */
function asRows(tf: Tf, x: Tensor): Tensor {
  return tf.expandDims(x, 1);
}

/** [rows, width] → [rows, width, 1] */
function asColumns(tf: Tf, x: Tensor): Tensor {
  return tf.expandDims(x, 2);
}
