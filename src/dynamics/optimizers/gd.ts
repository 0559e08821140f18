/** Gradient descent: P = 1/η, so the effective Hessian P⁻¹H is ηH and turns critical at H = 2/η. */
import { z } from "zod";
import { scheduleSetting } from "../../dsl/vocabulary.js";
import { scheduleOf } from "../schedules/index.js";
import type { OptimizerKind } from "./optimizer.js";

const settings = z.strictObject({
  lr: scheduleSetting("Learning rate η: w ← w − η∇L(w). A number or a schedule."),
});

const none = new Float64Array(0);

export const gd: OptimizerKind = {
  name: "gd",
  doc: "Gradient descent.",
  settings,
  positional: ["lr"],
  with(given) {
    const lr = scheduleOf(settings.parse(given).lr);
    return {
      initial: () => ({ t: 0, moments: none }),
      update: ({ t }) => ({ t: t + 1, moments: none }),
      preconditioner: ({ t }) => 1 / lr.value(t),
      rate: () => none,
      curvature: () => none,
      preconditionerRate: ({ t }, { time }) => (-time * lr.rate(t)) / lr.value(t) ** 2,
    };
  },
};
