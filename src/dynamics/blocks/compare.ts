/** Distances between processes and displacements from the central flow (`../comparison.ts`). */
import { z } from "zod";
import type { BlockEntry } from "../../dsl/vocabulary.js";
import { comparisonSeries } from "../comparison.js";

export const compareSettings = z.strictObject({
  every: z.int().positive().default(10).describe("Compare on every n-th step."),
});
export type CompareSettings = z.infer<typeof compareSettings>;

/** Raised when the same weights give other rows. */
export const compareVersion = 1;

export const compare: BlockEntry = {
  name: "compare",
  doc: "Distances between processes, and displacements from the central flow.",
  settings: compareSettings,
  positional: [],
  step: { version: compareVersion, series: comparisonSeries },
  accepts(_, { processes }) {
    if (processes.length > 1) return undefined;
    return {
      misfit: `compare needs two processes, and the flow runs ${processes.length}`,
      help: "add another, such as `discrete` or `central`",
    };
  },
};
