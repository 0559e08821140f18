/**
 * Long short-term memory, Hochreiter and Schmidhuber 1997, with PyTorch's gates and two biases:
 * input, forget, cell, output = x·W_ih + b_ih + h·W_hh + b_hh; c' = σ(f)·c + σ(i)·tanh(g);
 * h' = σ(o)·tanh(c'). Unlike PyTorch's own LSTM the paper's code keeps weights as [in, 4·hidden].
 */
import type { Tensor } from "@tensorflow/tfjs";
import { z } from "zod";
import type { LayerKind, Tf } from "./layer.js";
import { byExample, byPosition, notASequence } from "./sequence.js";

const settings = z.strictObject({
  hidden: z.int().min(1).describe("Length of the state, and of the output at each position."),
});

export const lstm: LayerKind = {
  name: "lstm",
  doc: "Reads a sequence with long short-term memory, and gives its state at every position.",
  settings,
  positional: ["hidden"],
  output(given, input) {
    return notASequence("lstm", input) ?? [input[0]!, settings.parse(given).hidden];
  },
  parameters(given, input) {
    const { hidden } = settings.parse(given);
    const initial = { form: "uniform", bound: 1 / Math.sqrt(hidden) } as const;
    const gates = 4 * hidden;
    return [
      { name: "weight_ih", shape: [input[1]!, gates], initial, torchAxes: [0, 1] },
      { name: "weight_hh", shape: [hidden, gates], initial, torchAxes: [0, 1] },
      { name: "bias_ih", shape: [gates], initial, torchAxes: [0] },
      { name: "bias_hh", shape: [gates], initial, torchAxes: [0] },
    ];
  },
  apply(tf, _settings, [inputWeight, stateWeight, inputBias, stateBias], x) {
    const positions = x.shape[1]!;
    const bias = tf.add(inputBias!, stateBias!);
    const inputs = tf.add(tf.matMul(byPosition(tf, x), inputWeight!), bias);
    const factors = gateFactors(tf, stateWeight!.shape[0]!);
    const states: Tensor[] = [];
    let cell: Tensor | undefined;
    for (const input of tf.split(inputs, positions)) {
      const state = states.at(-1);
      const sum = state === undefined ? input : tf.add(input, tf.matMul(state, stateWeight!));
      const gates = tf.split(tf.sigmoid(tf.mul(sum, factors)), 4, 1);
      const [i, f, g, o] = gates as [Tensor, Tensor, Tensor, Tensor];
      const written: Tensor = tf.mul(i, tf.sub(tf.mul(g, 2), 1));
      cell = cell === undefined ? written : tf.add(tf.mul(f, cell), written);
      states.push(tf.mul(o, tf.tanh(cell)));
    }
    return byExample(tf, tf.concat(states), positions);
  },
};

/** One sigmoid serves all four gates, since tanh(x) = 2σ(2x) − 1. */
function gateFactors(tf: Tf, hidden: number): Tensor {
  const factors = Array.from({ length: 4 * hidden }, (_, i) =>
    Math.floor(i / hidden) === 2 ? 2 : 1,
  );
  return tf.tensor2d([factors]);
}
