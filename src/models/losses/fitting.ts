import { formatShape } from "../../data/axes.js";
import type { DatasetDescription, Misfit, Shape } from "../../dsl/vocabulary.js";

/** Why a model's outputs are not what a dataset has targets for, if they are not. */
export function outputsFit(dataset: DatasetDescription, output: Shape): Misfit | undefined {
  const { outputs, positions, task } = dataset;
  if (task === "binary" && outputs !== 1) {
    return { misfit: `a binary task has one output, but the dataset asks for ${outputs}` };
  }
  const asked = positions === undefined ? [outputs] : [positions, outputs];
  if (formatShape(output) === formatShape(asked)) return undefined;
  return {
    misfit: `the model's output is ${formatShape(output)}, but the dataset asks for ${formatShape(asked)}`,
    help: help(asked, output),
  };
}

function help(asked: Shape, output: Shape): string {
  const [positions] = asked.length > 1 ? asked : [undefined];
  if (positions !== undefined && (output.length < 2 || output[0] !== positions)) {
    return `keep the axis of ${positions} positions up to the last layer, dense(outputs)`;
  }
  return output.length > asked.length
    ? "put flatten before the model's last layer, dense(outputs)"
    : "end the model with dense(outputs)";
}
