/** Sets up what a process works on, from the parameters of its step and the stages that it reads. */
import type { Settings } from "../dsl/vocabulary.js";
import { eigenvalueSettings, preconditionerSettings } from "../dynamics/blocks.js";
import { optimizerKinds } from "../dynamics/index.js";
import type { Optimizer } from "../dynamics/optimizers/optimizer.js";
import type { Problem } from "../dynamics/problem.js";
import { loadTfjs, openEngine } from "../engine/index.js";
import type { BoundTensor, Engine, EngineName, Objective } from "../engine/objective.js";
import type { Model } from "../models/build.js";
import { losses } from "../models/index.js";
import { countedRows, type Loss, type Task } from "../models/losses/loss.js";
import type { StepContext, TensorColumn } from "../runtime/step.js";
import { evaluator } from "./evaluator.js";
import { type Flattened, modelOf } from "./model.js";

export interface OpenObjective {
  /** The training loss. */
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  readonly engine: Engine;
  readonly model: Model;
  readonly task: Task;
  readonly loss: Loss;
  readonly examples: ReadonlyMap<string, BoundTensor>;
  /** Gives back what the engine holds: the worker lives on for other steps. */
  dispose(): Promise<void>;
}

export async function openObjective(context: StepContext): Promise<OpenObjective> {
  const { parameters, inputs } = context;
  const { maker: lossMaker } = parameters.loss as unknown as Flattened;
  const { maker: optimizerMaker, ...settings } = parameters.optimizer as unknown as Flattened;
  const engine = await openEngine(context.engine as EngineName, { threads: context.threads });
  context.out.note({ engine: engine.version });
  const tf = await loadTfjs();
  const model = modelOf(parameters.model!);
  const task = parameters.task as Task;
  const loss = losses.find(({ name }) => name === lossMaker)!.of(task);
  const optimizer = optimizerKinds.find(({ name }) => name === optimizerMaker)!;
  const examples = boundTensors(await inputs.data!.tensors("examples"));
  const [x, y] = [examples.get("x_train")!, examples.get("y_train")!];
  const counted = countedRows(task, y);
  const objective = await engine.compile({
    parameters: model.parameters,
    data: [x, y],
    loss: (weights, data) => loss.value(tf, model.apply(tf, weights, data[0]!), data[1]!, counted),
  });
  return {
    objective,
    optimizer: optimizer.with(settings),
    engine,
    model,
    task,
    loss,
    examples,
    dispose: () => objective.dispose(),
  };
}

export interface OpenProblem {
  readonly problem: Problem;
  dispose(): Promise<void>;
}

export async function setUp(context: StepContext): Promise<OpenProblem> {
  const { parameters } = context;
  const { eigenvalues, preconditioners } = parameters as Record<string, Settings | undefined>;
  const opened = await openObjective(context);
  const evaluation = await evaluator({ ...opened, tf: await loadTfjs() });
  return {
    problem: {
      objective: opened.objective,
      optimizer: opened.optimizer,
      evaluate: evaluation.evaluate,
      eigenvalues: eigenvalues && eigenvalueSettings.parse(eigenvalues),
      preconditioners: preconditioners && preconditionerSettings.parse(preconditioners),
      settings: parameters[context.kind] as Settings,
    },
    async dispose() {
      await opened.dispose();
      await evaluation.dispose();
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
