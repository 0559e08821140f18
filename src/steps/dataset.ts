/** Loads or makes the examples and keeps them as tensors: `examples.arrow`. */
import { loadDataset } from "../data/index.js";
import { isMisfit, type Settings } from "../dsl/vocabulary.js";
import { type StepContext, StepFailure } from "../runtime/step.js";

export async function run(context: StepContext): Promise<void> {
  const { maker } = context.parameters as { maker: string };
  const examples = await loadDataset(maker, context.local.settings as Settings);
  if (isMisfit(examples)) throw new StepFailure(examples.misfit, examples.help);
  const { xTrain, yTrain, xTest, yTest } = examples;
  await context.out.tensors("examples", [
    { name: "x_train", ...xTrain },
    { name: "y_train", ...yTrain },
    ...(xTest ? [{ name: "x_test", ...xTest }] : []),
    ...(yTest ? [{ name: "y_test", ...yTest }] : []),
  ]);
}
