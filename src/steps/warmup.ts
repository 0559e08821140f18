/** Takes the optimizer steps that all processes share: `weights.arrow`, with the optimizer's state. */

import type { Start } from "../dynamics/problem.js";
import { optimizerTensors } from "../dynamics/processes/position.js";
import { stepAlong } from "../dynamics/weights.js";
import { Interrupted, type StepContext, StepFailure } from "../runtime/step.js";
import { openObjective } from "./problem.js";
import { startOf } from "./start.js";

export async function run(context: StepContext): Promise<void> {
  const { objective, optimizer, dispose } = await openObjective(context);
  try {
    const steps = context.parameters.steps as number;
    let at: Start = await startOf(context, optimizer);
    for (let step = 0; step < steps; step++) {
      if (context.signal.aborted) throw new Interrupted();
      const { loss, gradient } = await objective.at(at.weights).lossAndGradient();
      if (!Number.isFinite(loss)) {
        throw new StepFailure(
          `the warmup diverged at step ${step}: its loss is ${loss}`,
          "lower the learning rate",
        );
      }
      const state = optimizer.update(at.state, gradient);
      const weights = stepAlong(at.weights, gradient, optimizer.preconditioner(state), -1);
      at = { weights, state };
      context.progress({ done: step + 1, total: steps, values: { loss } });
    }
    await context.out.tensors("weights", [
      { name: "weights", shape: [at.weights.length], values: at.weights },
      ...optimizerTensors(at.state),
    ]);
    context.out.note({ steps });
  } finally {
    await dispose();
  }
}
