/** Accuracies and test loss along a process: one forward pass over training and test examples. */
import type { Tensor } from "@tensorflow/tfjs";
import type { Problem } from "../dynamics/problem.js";
import type { BoundTensor, Engine } from "../engine/objective.js";
import { accuracy } from "../models/accuracy.js";
import type { Model } from "../models/build.js";
import type { Tf } from "../models/layers/layer.js";
import { countedRows, type Loss, type Task } from "../models/losses/loss.js";

export interface Evaluation {
  readonly engine: Engine;
  readonly tf: Tf;
  readonly model: Model;
  readonly loss: Loss;
  readonly task: Task;
  /** `x_train`, `y_train`, and `x_test`, `y_test` where there is a test set. */
  readonly examples: ReadonlyMap<string, BoundTensor>;
}

export interface Evaluator extends Pick<Problem, "evaluate"> {
  dispose(): Promise<void>;
}

/** What doesn't apply (accuracy of a regression, anything without a test set) is null. */
export async function evaluator(given: Evaluation): Promise<Evaluator> {
  const { engine, tf, model, loss, task, examples } = given;
  const [xTrain, yTrain] = [examples.get("x_train")!, examples.get("y_train")!];
  const [xTest, yTest] = [examples.get("x_test"), examples.get("y_test")];
  const rate = (outputs: Float32Array, { shape, values }: BoundTensor) =>
    accuracy(task, shape.at(-1)!, outputs, values) ?? null;
  const unmeasured = { train_accuracy: null, test_loss: null, test_accuracy: null };
  const test = xTest && yTest ? [xTest, yTest] : [];
  const train = task === "regression" ? [] : [xTrain];
  if (train.length + test.length === 0) {
    return { evaluate: async () => unmeasured, dispose: async () => {} };
  }

  const forward = await engine.compileMap({
    parameters: model.parameters,
    data: [...test, ...train],
    map(weights, data) {
      const results: Tensor[] = [];
      if (test.length > 0) {
        const outputs = model.apply(tf, weights, data[0]!);
        results.push(loss.value(tf, outputs, data[1]!, countedRows(task, yTest!)), outputs);
      }
      if (train.length > 0) results.push(model.apply(tf, weights, data.at(-1)!));
      return results;
    },
  });
  return {
    dispose: () => forward.dispose(),
    async evaluate(weights) {
      const results = await forward.run(weights);
      const [testLoss, testOutputs] = test.length > 0 ? results.splice(0, 2) : [];
      const [outputs] = results;
      return {
        train_accuracy: outputs ? rate(outputs, yTrain) : null,
        test_loss: testLoss?.[0] ?? null,
        test_accuracy: testOutputs ? rate(testOutputs, yTest!) : null,
      };
    },
  };
}
