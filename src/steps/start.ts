/** Where processes start: the initial weights, or what the warmup made of them. */
import type { Optimizer } from "../dynamics/optimizers/optimizer.js";
import type { Start } from "../dynamics/problem.js";
import { savedOptimizer } from "../dynamics/processes/position.js";
import type { StepContext } from "../runtime/step.js";
import { inPrecision, precisionOf } from "./precision.js";

export async function startOf(context: StepContext, optimizer: Optimizer): Promise<Start> {
  const tensors = await context.inputs.weights!.tensors("weights");
  const weights = inPrecision(tensors.get("weights")!.values, precisionOf(context));
  const warm = tensors.has("optimizer.t");
  const state = warm
    ? savedOptimizer({ tensors: [...tensors.values()] })
    : optimizer.initial(weights.length);
  return { weights, state };
}
