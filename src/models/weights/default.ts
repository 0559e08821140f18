/**
 * The model's own random draw, the same that PyTorch on a CPU makes of the same model after
 * `torch.manual_seed(seed)`, bit for bit. One MT19937 generator, seeded with the low 32 bits of the
 * seed, serves the parameters in order, so a layer added behind leaves those before it as they were.
 * Each element, in PyTorch's element order, takes one 32-bit output r and becomes
 * (r mod 2²⁴)·2⁻²⁴·(2b) − b, computed in double from the bound b rounded to float32, then rounded
 * (`uniform_real` in PyTorch's ATen/core/TransformationHelper.h).
 */
import { uniformFloat32 } from "pure-rand/distribution/uniformFloat32";
import { mersenne } from "pure-rand/generator/mersenne";
import { z } from "zod";
import { sizeOf } from "../../data/axes.js";
import { fromTorch } from "../layout.js";
import type { DrawnWeights } from "./weights.js";

export const defaultWeights: DrawnWeights = {
  name: "default",
  doc: "Random weights as PyTorch draws them after torch.manual_seed(seed).",
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
    const random = mersenne(seed);
    const size = parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const drawn = new Float32Array(size);
    let next = 0;
    for (const { shape, initial } of parameters) {
      const bound = Math.fround(initial.bound);
      for (const end = next + sizeOf(shape); next < end; next++) {
        drawn[next] = uniformFloat32(random) * (bound + bound) - bound;
      }
    }
    return fromTorch(parameters, drawn);
  },
};
