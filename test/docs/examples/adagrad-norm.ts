import { z } from "zod";
import { scheduleSetting } from "../../../src/dsl/vocabulary.js";
import type { OptimizerKind } from "../../../src/dynamics/optimizers/optimizer.js";
import { scheduleOf } from "../../../src/dynamics/schedules/index.js";
import { dot } from "../../../src/linalg/dot.js";

const settings = z.strictObject({
  lr: scheduleSetting("Learning rate η: a number or a schedule."),
  start: z.number().positive().default(0.1).describe("Value of √ν before the first gradient."),
});

/** AdaGrad-Norm (arXiv:1806.01811): ν sums up ‖∇L‖², and P = √ν/η · I. */
export const adagradNorm: OptimizerKind = {
  name: "adagrad_norm",
  doc: "Gradient descent whose step size falls as squared gradient norms add up.",
  settings,
  positional: ["lr"],
  with(given) {
    const { lr: rate, start } = settings.parse(given);
    const lr = scheduleOf(rate);
    return {
      initial: () => ({ t: 0, moments: Float64Array.of(start ** 2) }),
      // The discrete optimizer: ν has seen the gradient before P is made of it.
      update: ({ t, moments: [nu] }, g) => ({
        t: t + 1,
        moments: Float64Array.of(nu! + dot(g, g)),
      }),
      preconditioner: ({ t, moments: [nu] }) => Math.sqrt(nu!) / lr.value(t),
      // Its flow: dν/dt = f(g) = ‖g‖², and the second derivative of f along a and b.
      rate: (_state, g) => Float64Array.of(dot(g, g)),
      curvature: (_state, a, b) => Float64Array.of(2 * dot(a, b)),
      // d(√ν/η)/dt where ν moves at `moved` and t at `time`.
      preconditionerRate({ t, moments: [nu] }, { moments: [moved], time }) {
        const root = Math.sqrt(nu!);
        const eta = lr.value(t);
        return moved! / (2 * root * eta) - (time * root * lr.rate(t)) / eta ** 2;
      },
    };
  },
};
