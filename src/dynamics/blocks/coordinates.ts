/** Which single coordinates of g² and ν are kept (`../coordinates.ts`). */
import { z } from "zod";
import type { BlockEntry } from "../../dsl/vocabulary.js";

export const coordinateSettings = z.strictObject({
  count: z.int().positive().default(25).describe("How many weights, equally spaced among all."),
  at: z
    .array(z.int().nonnegative())
    .min(1)
    .optional()
    .describe("Places of the weights instead, counted from 0."),
});
export type CoordinateSettings = z.infer<typeof coordinateSettings>;

export const coordinates: BlockEntry = {
  name: "coordinates",
  doc: "Squared gradient and the optimizer's ν at chosen weights along every process.",
  settings: coordinateSettings,
  positional: [],
  accepts(given, { parameters }) {
    const last = Math.max(-1, ...(coordinateSettings.parse(given).at ?? []));
    if (last < parameters) return undefined;
    return {
      misfit: `coordinates asks for weight ${last}, but there are ${parameters}`,
      help: `the last one is ${parameters - 1}`,
      setting: "at",
    };
  },
};
