/** Settings of a flow that concern all of its processes. */
import { z } from "zod";
import type { BlockEntry } from "../dsl/vocabulary.js";

export const flowSettings = z.strictObject({
  steps: z.int().positive().describe("Length of every process, in optimizer steps."),
  warmup: z
    .int()
    .nonnegative()
    .default(0)
    .describe("Optimizer steps that all processes share before they start."),
  seed: z.int().nonnegative().default(0).describe("Seed of the initial weights."),
});

export const eigenvalueSettings = z.strictObject({
  above: z
    .number()
    .positive()
    .default(1.5)
    .describe("Track every eigenvalue of the effective Hessian above this (2 is critical)."),
  initial: z.int().positive().default(1).describe("How many eigenvalues to track at the start."),
  most: z.int().positive().default(20).describe("Never track more than this many."),
  raw: z
    .int()
    .nonnegative()
    .default(0)
    .describe("Eigenvalues of the Hessian itself to measure where P is no multiple of I."),
  every: z
    .int()
    .positive()
    .default(1)
    .describe("Measure on every n-th step; the central flow itself solves on every step."),
  tolerance: z
    .number()
    .positive()
    .default(1e-4)
    .describe("Residual of an eigenpair, relative to ‖Hu‖ + |λ|, at which it is accepted."),
});
export type EigenvalueSettings = z.infer<typeof eigenvalueSettings>;

export const snapshotSettings = z.strictObject({
  every: z.int().positive().describe("Keep the weights at the start of every n-th step."),
});
export type SnapshotSettings = z.infer<typeof snapshotSettings>;

export const preconditionerSettings = z.strictObject({
  every: z.int().positive().default(10).describe("Measure on every n-th step."),
  tolerance: z
    .number()
    .positive()
    .default(1e-3)
    .describe("Relative duality gap at which a preconditioner is accepted."),
});
export type PreconditionerSettings = z.infer<typeof preconditionerSettings>;

export const blocks: readonly BlockEntry[] = [
  {
    name: "eigenvalues",
    doc: "Measure the top eigenvalues of the effective and the raw Hessian along every process.",
    settings: eigenvalueSettings,
    positional: [],
  },
  {
    name: "snapshots",
    doc: "Keep weights along every process.",
    settings: snapshotSettings,
    positional: [],
  },
  {
    name: "preconditioners",
    doc: "Compare RMSProp's preconditioner with the stationary one along the central flow.",
    settings: preconditionerSettings,
    positional: [],
  },
];
