/**
 * The model's own random draw, the same that PyTorch on a CPU makes of the same model after
 * `torch.manual_seed(seed)`. One generator serves the parameters in order, each in PyTorch's element
 * order, so a layer added behind leaves those before it as they were. Constants and copies draw
 * nothing.
 */
import { z } from "zod";
import { sizeOf } from "../../data/axes.js";
import type { Distribution } from "../layers/layer.js";
import { fromTorch } from "../layout.js";
import { type TorchRandom, torchRandom } from "./random.js";
import type { DrawnWeights } from "./weights.js";

export const defaultWeights: DrawnWeights = {
  name: "default",
  doc: "Random weights as PyTorch draws them after torch.manual_seed(seed): uniform ones bit for bit, normal ones but for the last bits.",
  settings: z.strictObject({}),
  positional: [],
  seeded: true,
  accepts(_, { kind }) {
    if (kind === "model") return undefined;
    return {
      misfit: "a landscape says nothing of how to draw its variables",
      help: "give their values, as in at([0.5, 1])",
    };
  },
  identity: () => ({}),
  make(_, parameters, seed) {
    const random = torchRandom(seed);
    const drawn: Float32Array[] = [];
    for (const { shape, initial } of parameters) {
      drawn.push(
        initial.form === "copy" ? drawn.at(-initial.before)! : draw(random, initial, sizeOf(shape)),
      );
    }
    const size = drawn.reduce((sum, { length }) => sum + length, 0);
    const flat = new Float32Array(size);
    let end = 0;
    for (const values of drawn) {
      flat.set(values, end);
      end += values.length;
    }
    return fromTorch(parameters, flat);
  },
};

type Drawn = Exclude<Distribution, { readonly form: "copy" }>;

function draw(random: TorchRandom, initial: Drawn, size: number): Float32Array {
  switch (initial.form) {
    case "uniform":
      return random.uniform(size, initial.bound);
    case "normal":
      return random.normal(size, initial.std);
    case "constant":
      return new Float32Array(size).fill(initial.value);
    case "row": {
      const { values } = initial;
      return Float32Array.from({ length: size }, (_, i) => values[i % values.length]!);
    }
  }
}
