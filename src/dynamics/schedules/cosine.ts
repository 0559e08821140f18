/** Half a period of a cosine, from its top to a floor above zero (Loshchilov & Hutter, arXiv:1608.03983). */
import { z } from "zod";
import type { ScheduleKind } from "./schedule.js";

const settings = z.strictObject({
  from: z.number().positive().describe("Value before the first step, t = 0."),
  steps: z.int().min(1).describe("Number of steps down to the floor."),
  floor: z
    .number()
    .gt(0)
    .lte(1)
    .default(0.01)
    .describe("Value at t = `steps` and after, as a fraction of `from`."),
});

export const cosine: ScheduleKind = {
  name: "cosine",
  doc: "Half a cosine from a value down to a fraction of it, then constant.",
  settings,
  positional: ["from", "steps"],
  of(given) {
    const { from, steps, floor } = settings.parse(given);
    const least = floor * from;
    const half = (from - least) / 2;
    const frequency = Math.PI / steps;
    return {
      value: (t) => (t < steps ? least + half * (1 + Math.cos(frequency * t)) : least),
      rate: (t) => (t < steps ? -half * frequency * Math.sin(frequency * t) : 0),
    };
  },
};
