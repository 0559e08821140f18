/** Sets up what a process works on, from the parameters of its step and the stages that it reads. */
import type { DatasetDescription, Settings } from "../dsl/vocabulary.js";
import { eigenvalueSettings } from "../dynamics/blocks.js";
import { optimizerKinds } from "../dynamics/index.js";
import type { Problem } from "../dynamics/problem.js";
import { loadTfjs, openEngine } from "../engine/index.js";
import type { BoundTensor, EngineName } from "../engine/objective.js";
import { losses } from "../models/index.js";
import type { StepContext, TensorColumn } from "../runtime/step.js";
import { evaluator } from "./evaluator.js";
import { type Flattened, modelOf } from "./model.js";

export interface OpenProblem {
  readonly problem: Problem;
  /** Gives back what the engine holds: the worker lives on for other steps. */
  dispose(): Promise<void>;
}

export async function setUp(context: StepContext): Promise<OpenProblem> {
  const { parameters, inputs } = context;
  const { maker: lossMaker } = parameters.loss as unknown as Flattened;
  const { maker: optimizerMaker, ...settings } = parameters.optimizer as unknown as Flattened;
  const { eigenvalues } = parameters as { eigenvalues?: Settings };
  const tf = await loadTfjs();
  const engine = await openEngine(context.engine as EngineName, { threads: context.threads });
  context.out.note({ engine: engine.version });
  const model = modelOf(parameters.model!);
  const loss = losses.find(({ name }) => name === lossMaker)!;
  const optimizer = optimizerKinds.find(({ name }) => name === optimizerMaker)!;
  const examples = boundTensors(await inputs.data!.tensors("examples"));
  const [xTrain, yTrain] = [examples.get("x_train")!, examples.get("y_train")!];
  const objective = await engine.compile({
    parameters: model.parameters,
    data: [xTrain, yTrain],
    loss: (weights, [x, y]) => loss.value(tf, model.apply(tf, weights, x!), y!),
  });
  const { evaluate, dispose } = await evaluator({
    engine,
    tf,
    model,
    loss,
    task: parameters.task as DatasetDescription["task"],
    examples,
  });
  return {
    problem: {
      objective,
      evaluate,
      preconditioner: optimizer.preconditioner(settings),
      eigenvalues: eigenvalues && eigenvalueSettings.parse(eigenvalues),
      settings: parameters[context.kind] as Settings,
    },
    async dispose() {
      await objective.dispose();
      await dispose();
    },
  };
}

function boundTensors(columns: ReadonlyMap<string, TensorColumn>): Map<string, BoundTensor> {
  return new Map(
    [...columns].map(([name, { shape, values }]) => [
      name,
      { name, shape, values: Float32Array.from(values) },
    ]),
  );
}
