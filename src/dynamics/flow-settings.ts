/** Settings of a flow itself, besides what it refers to. */
import { z } from "zod";

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
