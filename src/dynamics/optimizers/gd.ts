/** Gradient descent: P = 1/η, so the effective Hessian P⁻¹H is ηH and turns critical at H = 2/η. */
import { z } from "zod";
import type { OptimizerKind } from "./optimizer.js";

const settings = z.strictObject({
  lr: z.number().positive().describe("Learning rate η: w ← w − η∇L(w)."),
});

export const gd: OptimizerKind = {
  name: "gd",
  doc: "Gradient descent with a fixed learning rate.",
  settings,
  positional: ["lr"],
  preconditioner: (given) => 1 / settings.parse(given).lr,
};
