/** Where processes start: the initial weights, or what the warmup made of them. */
import type { Optimizer } from "../dynamics/optimizers/optimizer.js";
import type { Start } from "../dynamics/problem.js";
import { savedOptimizer } from "../dynamics/processes/position.js";
import type { StepContext } from "../runtime/step.js";

export async function startOf(context: StepContext, optimizer: Optimizer): Promise<Start> {
  const tensors = await context.inputs.weights!.tensors("weights");
  const weights = tensors.get("weights")!.values as Float32Array;
  const warm = tensors.has("optimizer.t");
  const state = warm
    ? savedOptimizer({ tensors: [...tensors.values()] })
    : optimizer.initial(weights.length);
  return { weights, state };
}
