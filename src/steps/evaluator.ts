/**
 * Accuracies, test loss and chosen outputs along a process: a forward pass over the training
 * examples and one over those of the test, in batches as the gradient is.
 */
import { sizeOf } from "../data/axes.js";
import { examplesOf, type OutputSettings } from "../dynamics/blocks/outputs.js";
import type { Problem } from "../dynamics/problem.js";
import type { BoundTensor, CompileOptions, Engine, Vector } from "../engine/objective.js";
import { accuracy } from "../models/accuracy.js";
import type { Model } from "../models/build.js";
import type { Tf } from "../models/layers/layer.js";
import { countedRows, type Loss, type Task } from "../models/losses/loss.js";

export interface Evaluation {
  readonly engine: Engine<Vector>;
  readonly tf: Tf;
  readonly model: Model;
  readonly loss: Loss;
  readonly task: Task;
  /** Examples whose outputs are columns of their own. */
  readonly outputs: OutputSettings | undefined;
  /** `x_train`, `y_train`, and `x_test`, `y_test` where there is a test set. */
  readonly examples: ReadonlyMap<string, BoundTensor>;
  readonly options: CompileOptions;
}

export interface Evaluator extends Pick<Problem, "evaluate"> {
  dispose(): Promise<void>;
}

export const unmeasured = { train_accuracy: null, test_loss: null, test_accuracy: null };

/** What doesn't apply (accuracy of a regression, anything without a test set) is null. */
export async function evaluator(given: Evaluation): Promise<Evaluator> {
  const { engine, options, tf, model, loss, task, examples } = given;
  const chosenTrain = examplesOf(given.outputs?.train ?? 0);
  const chosenTest = examplesOf(given.outputs?.test ?? 0);
  const [xTrain, yTrain] = [examples.get("x_train")!, examples.get("y_train")!];
  const [xTest, yTest] = [examples.get("x_test"), examples.get("y_test")];
  const rate = (outputs: Vector, { shape, values }: BoundTensor) =>
    accuracy(task, shape.at(-1)!, outputs, values) ?? null;
  const { parameters } = model;
  const train =
    task === "regression" && chosenTrain.length === 0
      ? undefined
      : await engine.compileMap(
          { parameters, data: [xTrain], map: (weights, [x]) => [model.apply(tf, weights, x!)] },
          options,
        );
  const test =
    xTest &&
    yTest &&
    (await engine.compileMap(
      {
        parameters,
        data: [xTest, yTest],
        map(weights, [x, y]) {
          const outputs = model.apply(tf, weights, x!);
          return [loss.value(tf, outputs, y!, countedRows(task, yTest)), outputs];
        },
      },
      options,
    ));
  const width = sizeOf(model.output);
  const rowsOf = (values: Vector, rows: readonly number[]) =>
    rows.flatMap((row) => [...values.subarray(row * width, (row + 1) * width)]);
  return {
    async dispose() {
      await train?.dispose();
      await test?.dispose();
    },
    async evaluate(weights) {
      const [outputs] = (await train?.run(weights)) ?? [];
      const [testLoss, testOutputs] = (await test?.run(weights)) ?? [];
      return {
        train_accuracy: outputs ? rate(outputs, yTrain) : null,
        test_loss: testLoss?.[0] ?? null,
        test_accuracy: testOutputs ? rate(testOutputs, yTest!) : null,
        ...(outputs && chosenTrain.length > 0 && { train_outputs: rowsOf(outputs, chosenTrain) }),
        ...(testOutputs &&
          chosenTest.length > 0 && { test_outputs: rowsOf(testOutputs, chosenTest) }),
      };
    },
  };
}
