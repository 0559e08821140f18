/**
 * The model's own random draw, the same that PyTorch on a CPU makes of the same model after
 * `torch.manual_seed(seed)`. One generator serves the parameters in order, each in PyTorch's element
 * order, so a layer added behind leaves those before it as they were. Constants draw nothing.
 */
import { z } from "zod";
import { sizeOf } from "../../data/axes.js";
import type { Distribution } from "../layers/layer.js";
import { fromTorch } from "../layout.js";
import { type TorchRandom, torchRandom } from "./random.js";
import type { WeightsKind } from "./weights.js";

export const defaultWeights: WeightsKind = {
  name: "default",
  doc: "Random weights as PyTorch draws them after torch.manual_seed(seed).",
  settings: z.strictObject({}),
  positional: [],
  seeded: true,
  accepts: () => undefined,
  identity: () => ({}),
  make(_, parameters, seed) {
    const random = torchRandom(seed);
    const size = parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const drawn = new Float32Array(size);
    let next = 0;
    for (const { shape, initial } of parameters) {
      drawn.set(draw(random, initial, sizeOf(shape)), next);
      next += sizeOf(shape);
    }
    return fromTorch(parameters, drawn);
  },
};

function draw(random: TorchRandom, initial: Distribution, size: number): Float32Array {
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
