/** Draws, takes or reads the initial weights: `weights.arrow`, one flat column. */
import { isMisfit, type Settings, type WeightsOwner } from "../dsl/vocabulary.js";
import { weights as weightsKinds } from "../models/index.js";
import { variablesOf } from "../models/landscape/build.js";
import { type JsonObject, type StepContext, StepFailure } from "../runtime/step.js";
import { modelOf } from "./model.js";
import { assertUnchanged } from "./unchanged.js";

export async function run(context: StepContext): Promise<void> {
  const { weights, seed, model, variables } = context.parameters;
  const planned = weights as JsonObject;
  const settings = context.local.settings as Settings;
  const kind = weightsKinds.find(({ name }) => name === planned.maker)!;
  const built = model === undefined ? undefined : modelOf(model);
  const owner: WeightsOwner = built
    ? { kind: "model", size: built.size }
    : { kind: "landscape", size: variables as number };
  // It was accepted when the file was checked, but another may lie in its place by now.
  const misfit = kind.accepts(settings, owner);
  if (misfit) throw new StepFailure(misfit.misfit, misfit.help);
  // Only models have weights that can be drawn.
  const values = kind.seeded
    ? kind.make(settings, built!.parameters, seed as number)
    : kind.make(settings, built?.parameters ?? variablesOf(owner.size));
  if (isMisfit(values)) throw new StepFailure(values.misfit, values.help);
  assertUnchanged(kind.identity(settings), planned);
  await context.out.tensors("weights", [{ name: "weights", shape: [values.length], values }]);
  context.out.note({ weights: values.length });
}
