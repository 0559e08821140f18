/** Which top eigenvalues of the effective Hessian P⁻¹H are measured, and how exactly. */
import { z } from "zod";
import type { BlockEntry } from "../../dsl/vocabulary.js";

/** Below this part of `above` eigenvalues are dropped by default. */
const dropShare = 0.9;

export const eigenvalueSettings = z
  .strictObject({
    above: z
      .number()
      .positive()
      .default(1.5)
      .describe("Track every eigenvalue of the effective Hessian above this (2 is critical)."),
    drop: z
      .number()
      .positive()
      .optional()
      .describe(
        "Track eigenvalues no more once they are below this, nine tenths of `above` by default; " +
          "one below it is always tracked.",
      ),
    initial: z
      .int()
      .positive()
      .default(1)
      .describe("How many eigenvalues to track at the start, and at least."),
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
  })
  .refine(({ above, drop = above }) => drop <= above, {
    error: "eigenvalues cannot be dropped above `above`, where they are added",
    path: ["drop"],
  });
export type EigenvalueSettings = z.infer<typeof eigenvalueSettings>;

/** Where tracked eigenvalues are dropped; `above` may have been lowered since it was written. */
export function dropOf({ above, drop = dropShare * above }: EigenvalueSettings): number {
  return Math.min(drop, above);
}

export const eigenvalues: BlockEntry = {
  name: "eigenvalues",
  doc: "Measure the top eigenvalues of the effective and the raw Hessian along every process.",
  settings: eigenvalueSettings,
  positional: [],
};
