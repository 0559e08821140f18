/**
 * What RMSProp and its scalar variant share: a moving average ν of squared gradients and
 *   P = (√ν̂ + ε)/η,   ν̂ = ν/(1 − β₂ᵗ) with bias correction, else ν.
 * ε stands outside of the root, as in the code of PyTorch and of arXiv:2410.24206.
 *
 * The discrete ν moves by ν_t − ν_{t−1} = κ(g_t² − ν_t) exactly, κ = (1 − β₂)/β₂. A flow's ν stands
 * for the updated ν_t that P is made of, so κ is what it moves with.
 */
import { z } from "zod";
import { scheduleSetting } from "../../dsl/vocabulary.js";
import { scheduleOf } from "../schedules/index.js";
import { constant } from "./schedule.js";

export const adaptiveSettings = z.strictObject({
  lr: scheduleSetting("Learning rate η: a number or a schedule."),
  beta2: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.99)
    .describe("β₂: memory of the moving average of squared gradients."),
  eps: z.number().nonnegative().default(1e-8).describe("ε, added to the root of the average."),
  bias_correction: z
    .boolean()
    .default(false)
    .describe("Whether the average is divided by 1 − β₂ᵗ, its weight so far."),
});

export interface AdaptiveLaw {
  readonly beta2: number;
  /** κ = (1 − β₂)/β₂. */
  readonly kappa: number;
  /** η at t. */
  learningRate(t: number): number;
  /** One entry of P from one of ν. */
  entry(nu: number, t: number): number;
  /** Its time derivative where ν moves at `rate` and t at `time`. */
  entryRate(nu: number, t: number, rate: number, time: number): number;
}

export function adaptiveLaw(given: z.infer<typeof adaptiveSettings>): AdaptiveLaw {
  const { beta2, eps, bias_correction } = given;
  const lr = scheduleOf(given.lr);
  const weight = bias_correction
    ? {
        value: (t: number) => 1 - beta2 ** t,
        rate: (t: number) => -Math.log(beta2) * beta2 ** t,
      }
    : constant(1);
  const root = (nu: number, t: number) => Math.sqrt(nu / weight.value(t));
  return {
    beta2,
    kappa: (1 - beta2) / beta2,
    learningRate: (t) => lr.value(t),
    entry: (nu, t) => (root(nu, t) + eps) / lr.value(t),
    entryRate(nu, t, rate, time) {
      const w = weight.value(t);
      const r = root(nu, t);
      // d√ν̂ = (dν/w − ν̂ dw/w)/(2√ν̂), and 0 for a coordinate that never had a gradient: what moves
      // ν there is only the rounding in an eigenvector.
      const rootRate = r > 0 ? rate / (2 * w * r) - (time * r * weight.rate(t)) / (2 * w) : 0;
      return rootRate / lr.value(t) - (time * (r + eps) * lr.rate(t)) / lr.value(t) ** 2;
    },
  };
}
