/** RMSProp's preconditioner beside the stationary one of the same weights (`stationarity.ts`). */
import { z } from "zod";
import type { BlockEntry } from "../../dsl/vocabulary.js";

export const preconditionerSettings = z.strictObject({
  every: z.int().positive().default(10).describe("Measure on every n-th step."),
  tolerance: z
    .number()
    .positive()
    .default(1e-3)
    .describe("Relative duality gap at which a preconditioner is accepted."),
  coordinates: z
    .int()
    .positive()
    .default(10)
    .describe("How many weights, equally spaced among all, ν and ν̄ of which are kept."),
});
export type PreconditionerSettings = z.infer<typeof preconditionerSettings>;

export const preconditioners: BlockEntry = {
  name: "preconditioners",
  doc: "Compare RMSProp's preconditioner with the stationary one along the central flow.",
  settings: preconditionerSettings,
  positional: [],
};
