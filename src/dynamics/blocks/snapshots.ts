/** Whether the weights are kept on the way. */
import { z } from "zod";
import type { BlockEntry } from "../../dsl/vocabulary.js";

export const snapshotSettings = z.strictObject({
  every: z.int().positive().describe("Keep the weights at the start of every n-th step."),
});
export type SnapshotSettings = z.infer<typeof snapshotSettings>;

export const snapshots: BlockEntry = {
  name: "snapshots",
  doc: "Keep weights along every process.",
  settings: snapshotSettings,
  positional: [],
};
