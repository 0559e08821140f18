/** Loads or makes the examples and keeps them as tensors: `examples.arrow`. */
import { datasets } from "../data/index.js";
import { isMisfit, type Settings } from "../dsl/vocabulary.js";
import { type StepContext, StepFailure } from "../runtime/step.js";
import { assertUnchanged } from "./unchanged.js";

export async function run(context: StepContext): Promise<void> {
  const settings = context.local.settings as Settings;
  const dataset = datasets.find(({ name }) => name === context.parameters.maker)!;
  const examples = await dataset.load(settings);
  if (isMisfit(examples)) throw new StepFailure(examples.misfit, examples.help);
  assertUnchanged(dataset.identity(settings), context.parameters);
  const { xTrain, yTrain, xTest, yTest } = examples;
  await context.out.tensors("examples", [
    { name: "x_train", ...xTrain },
    { name: "y_train", ...yTrain },
    ...(xTest ? [{ name: "x_test", ...xTest }] : []),
    ...(yTest ? [{ name: "y_test", ...yTest }] : []),
  ]);
  context.out.note({ train: xTrain.shape[0]!, test: xTest?.shape[0] ?? 0 });
}
