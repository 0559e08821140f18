/** A ramp min(1, t/steps) times what it leads to; time goes on within that as it does outside. */
import { z } from "zod";
import { scheduleSetting } from "../../dsl/vocabulary.js";
import type { ScheduleKind } from "./schedule.js";

const settings = z.strictObject({
  target: scheduleSetting("What is reached at t = `steps` and followed from there."),
  steps: z
    .int()
    .min(1)
    .describe("Length of the ramp, whose first step has 1/`steps` of the target."),
});

export const warmup: ScheduleKind = {
  name: "warmup",
  doc: "A ramp from zero to a value, or into another schedule.",
  settings,
  positional: ["target", "steps"],
  of(given, inner) {
    const { target: reached, steps } = settings.parse(given);
    const target = inner(reached);
    return {
      value: (t) => target.value(t) * Math.min(1, t / steps),
      rate: (t) => (t < steps ? (target.rate(t) * t + target.value(t)) / steps : target.rate(t)),
    };
  },
};
