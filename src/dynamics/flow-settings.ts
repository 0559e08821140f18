/** Settings of a flow itself, besides what it refers to, and the numbers that it computes in. */
import { z } from "zod";
import type { Misfit, Settings } from "../dsl/vocabulary.js";

export const flowSettings = z.strictObject({
  steps: z.int().positive().describe("Length of every process, in optimizer steps."),
  warmup: z
    .int()
    .nonnegative()
    .default(0)
    .describe("Optimizer steps that all processes share before they start."),
  precision: z
    .enum(["float32", "float64"])
    .default("float32")
    .describe("Of weights, gradients and eigenvectors; float64 needs the engine onnx."),
  batch: z
    .int()
    .positive()
    .optional()
    .describe(
      "Most examples to hold activations of at a time; gradients and losses stay those of all.",
    ),
  seed: z.int().nonnegative().default(0).describe("Seed of the initial weights."),
});

/** Between the smallest and the largest positive number of full precision (IEEE 754). */
const ranges = {
  float32: {
    has: (size: number) => Math.fround(size) >= 2 ** -126 && Math.fround(size) < Infinity,
    written: "1.18e-38 to 3.40e38",
  },
  float64: {
    has: (size: number) => size >= 2 ** -1022 && size < Infinity,
    written: "2.23e-308 to 1.79e308",
  },
};

/** Why a number can't be computed with: it is not zero, and out of the precision's range. */
export function numberFits(value: number, flow: Settings): Misfit | undefined {
  const { precision } = flowSettings.parse(flow);
  const size = Math.abs(value);
  if (size === 0 || ranges[precision].has(size)) return undefined;
  return {
    misfit: `${value} is out of the range of ${precision}, which is ${ranges[precision].written} in magnitude`,
    help: ranges.float64.has(size)
      ? "scale the landscape, or set `precision = float64` in the flow"
      : "scale the landscape",
  };
}
