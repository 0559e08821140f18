/** Draws or reads the initial weights: `weights.arrow`, one flat column. */
import { isMisfit, type Settings } from "../dsl/vocabulary.js";
import { weights as weightsKinds } from "../models/index.js";
import { type StepContext, StepFailure } from "../runtime/step.js";
import { type Flattened, modelOf } from "./model.js";

export async function run(context: StepContext): Promise<void> {
  const { weights, seed, model } = context.parameters;
  const { maker } = weights as unknown as Flattened;
  const kind = weightsKinds.find((candidate) => candidate.name === maker)!;
  const settings = context.local.settings as Settings;
  const values = kind.make(settings, modelOf(model!).parameters, (seed as number) ?? 0);
  if (isMisfit(values)) throw new StepFailure(values.misfit, values.help);
  await context.out.tensors("weights", [{ name: "weights", shape: [values.length], values }]);
}
