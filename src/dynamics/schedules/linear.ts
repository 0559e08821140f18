import { z } from "zod";
import type { ScheduleKind } from "./schedule.js";

const settings = z.strictObject({
  from: z.number().positive().describe("Value before the first step, t = 0."),
  to: z.number().positive().describe("Value at t = `steps` and after."),
  steps: z.int().min(1).describe("Number of steps from one to the other."),
});

export const linear: ScheduleKind = {
  name: "linear",
  doc: "A straight line between two values, then constant.",
  settings,
  positional: ["from", "to", "steps"],
  of(given) {
    const { from, to, steps } = settings.parse(given);
    return {
      value: (t) => (t < steps ? from + ((to - from) * t) / steps : to),
      rate: (t) => (t < steps ? (to - from) / steps : 0),
    };
  },
};
