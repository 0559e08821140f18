/** Draws or reads the initial weights: `weights.arrow`, one flat column. */
import { isMisfit, type Settings } from "../dsl/vocabulary.js";
import { weights as weightsKinds } from "../models/index.js";
import { type JsonObject, type StepContext, StepFailure } from "../runtime/step.js";
import { modelOf } from "./model.js";
import { assertUnchanged } from "./unchanged.js";

export async function run(context: StepContext): Promise<void> {
  const { weights, seed, model } = context.parameters;
  const planned = weights as JsonObject;
  const settings = context.local.settings as Settings;
  const kind = weightsKinds.find(({ name }) => name === planned.maker)!;
  const { parameters, size } = modelOf(model!);
  // It was accepted when the file was checked, but another may lie in its place by now.
  const misfit = kind.accepts(settings, size);
  if (misfit) throw new StepFailure(misfit.misfit, misfit.help);
  const values = kind.make(settings, parameters, (seed as number) ?? 0);
  if (isMisfit(values)) throw new StepFailure(values.misfit, values.help);
  assertUnchanged(kind.identity(settings), planned);
  await context.out.tensors("weights", [{ name: "weights", shape: [values.length], values }]);
  context.out.note({ weights: values.length });
}
