/** Settings of a flow itself, besides what it refers to. */
import { z } from "zod";

export const flowSettings = z.strictObject({
  steps: z.int().positive().describe("Length of every process, in optimizer steps."),
  warmup: z
    .int()
    .nonnegative()
    .default(0)
    .describe("Optimizer steps that all processes share before they start."),
  seed: z.int().nonnegative().default(0).describe("Seed of the initial weights."),
});
