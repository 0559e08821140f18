/**
 * Sequences of tokens to continue: an input of uniformly random tokens and then an output that it
 * determines. A model reads the 2 · length − 1 first tokens of both and is asked at each position for
 * the next token; what the input says next can't be known, so those labels are masked (the tasks of
 * arXiv:2410.24206).
 */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { z } from "zod";
import { type DatasetKind, type Half, joinHalves, masked, oneHot } from "./examples.js";
import { streams } from "./random.js";

const settings = z.strictObject({
  vocab: z
    .int()
    .min(2)
    .max(2 ** 16)
    .default(4)
    .describe("Number of different tokens, 0, …, vocab − 1."),
  length: z.int().min(1).default(8).describe("Number of tokens of the input, and of the output."),
  train: z.int().min(1).default(1000).describe("Number of training examples."),
  test: z.int().min(0).default(1000).describe("Number of test examples; 0 for no test set."),
  seed: z.int().min(0).default(0).describe("Decides the tokens."),
});
type SequenceSettings = z.infer<typeof settings>;

/** A dataset of sequences whose output is `respond` of the input. */
export function sequences(
  name: string,
  doc: string,
  respond: (input: Float32Array) => Float32Array,
): DatasetKind {
  return {
    name,
    doc,
    settings,
    positional: [],
    describe(given) {
      const { vocab, length, train, test } = settings.parse(given);
      const positions = 2 * length - 1;
      return {
        input: [positions],
        vocabulary: vocab,
        positions,
        outputs: vocab,
        task: "classification",
        train,
        test,
      };
    },
    identity: (given) => settings.parse(given),
    async load(given) {
      const parsed = settings.parse(given);
      const random = streams(parsed.seed);
      return joinHalves(
        make(parsed.train, parsed, respond, random.train),
        make(parsed.test, parsed, respond, random.test),
      );
    },
  };
}

/** x of shape [examples, positions], y of shape [examples, positions, vocab]. */
function make(
  examples: number,
  { vocab, length }: SequenceSettings,
  respond: (input: Float32Array) => Float32Array,
  random: RandomGenerator,
): Half {
  const positions = 2 * length - 1;
  const tokens = new Float32Array(examples * positions);
  const labels = new Float32Array(examples * positions);
  for (let row = 0; row < examples; row++) {
    const input = Float32Array.from({ length }, () => uniformInt(random, 0, vocab - 1));
    const whole = [...input, ...respond(input)];
    tokens.set(whole.slice(0, -1), row * positions);
    labels.set(whole.slice(1).fill(masked, 0, length - 1), row * positions);
  }
  return {
    x: { shape: [examples, positions], values: tokens },
    y: { shape: [examples, positions, vocab], values: oneHot(labels, vocab).values },
  };
}
