/** Sets up what a process works on, from the parameters of its step and the stages that it reads. */
import type { Settings } from "../dsl/vocabulary.js";
import { coordinateSettings } from "../dynamics/blocks/coordinates.js";
import { eigenvalueSettings } from "../dynamics/blocks/eigenvalues.js";
import { outputSettings } from "../dynamics/blocks/outputs.js";
import { preconditionerSettings } from "../dynamics/blocks/preconditioners.js";
import { optimizerKinds } from "../dynamics/index.js";
import type { Optimizer } from "../dynamics/optimizers/optimizer.js";
import type { Problem } from "../dynamics/problem.js";
import { loadTfjs, openEngine } from "../engine/index.js";
import type {
  BoundTensor,
  CompileOptions,
  Engine,
  EngineName,
  LossSource,
  Objective,
  Precision,
  Vector,
} from "../engine/objective.js";
import type { Model } from "../models/build.js";
import { losses } from "../models/index.js";
import type { Landscape } from "../models/landscape/build.js";
import type { Tf } from "../models/layers/layer.js";
import { countedRows, type Loss, type Task } from "../models/losses/loss.js";
import type { StepContext, TensorColumn } from "../runtime/step.js";
import { evaluator, unmeasured } from "./evaluator.js";
import { landscapeOf } from "./landscape.js";
import { type Flattened, modelOf } from "./model.js";
import { inPrecision, precisionOf } from "./precision.js";

export interface OpenObjective {
  /** The training loss, or the landscape. */
  readonly objective: Objective<Vector>;
  readonly optimizer: Optimizer;
  readonly engine: Engine<Vector>;
  readonly options: CompileOptions;
  /** What is learned from; absent on a landscape. */
  readonly supervision?: Supervision;
  /** Gives back what the engine holds: the worker lives on for other steps. */
  dispose(): Promise<void>;
}

export interface Supervision {
  readonly model: Model;
  readonly task: Task;
  readonly loss: Loss;
  readonly examples: ReadonlyMap<string, BoundTensor>;
}

export async function openObjective(context: StepContext): Promise<OpenObjective> {
  const { parameters } = context;
  const { maker, ...settings } = parameters.optimizer as unknown as Flattened;
  const precision = precisionOf(context);
  const engine: Engine<Vector> = await openEngine(context.engine as EngineName, {
    threads: context.threads,
    precision,
  });
  context.out.note({ engine: engine.version });
  const tf = await loadTfjs();
  const optimizer = optimizerKinds.find(({ name }) => name === maker)!.with(settings, precision);
  const supervision = parameters.landscape === undefined ? await supervisionOf(context) : undefined;
  const options = typeof parameters.batch === "number" ? { batch: parameters.batch } : {};
  const objective = await engine.compile(
    supervision
      ? trainingLoss(tf, supervision)
      : landscapeLoss(tf, landscapeOf(parameters.landscape!)),
    options,
  );
  const dispose = () => objective.dispose();
  return { objective, optimizer, engine, options, ...(supervision && { supervision }), dispose };
}

async function supervisionOf(context: StepContext): Promise<Supervision> {
  const { parameters, inputs } = context;
  const { maker } = parameters.loss as unknown as Flattened;
  const task = parameters.task as Task;
  return {
    model: modelOf(parameters.model!),
    task,
    loss: losses.find(({ name }) => name === maker)!.of(task),
    examples: boundTensors(await inputs.data!.tensors("examples"), precisionOf(context)),
  };
}

/** The loss on `x_train` and `y_train`. */
export function trainingLoss(tf: Tf, { model, task, loss, examples }: Supervision): LossSource {
  const [inputs, targets] = [examples.get("x_train")!, examples.get("y_train")!];
  const counted = countedRows(task, targets);
  return {
    parameters: model.parameters,
    data: [inputs, targets],
    loss: (weights, [x, y]) => loss.value(tf, model.apply(tf, weights, x!), y!, counted),
  };
}

function landscapeLoss(tf: Tf, { parameters, loss }: Landscape): LossSource {
  return { parameters, data: [], loss: (variables) => loss(tf, variables) };
}

export interface OpenProblem {
  readonly problem: Problem;
  dispose(): Promise<void>;
}

export async function setUp(context: StepContext): Promise<OpenProblem> {
  const { parameters } = context;
  const { eigenvalues, preconditioners, coordinates, outputs } = parameters as Record<
    string,
    Settings | undefined
  >;
  const { objective, optimizer, engine, options, supervision, dispose } =
    await openObjective(context);
  const evaluation =
    supervision &&
    (await evaluator({
      ...supervision,
      engine,
      options,
      tf: await loadTfjs(),
      outputs: outputs && outputSettings.parse(outputs),
    }));
  return {
    problem: {
      objective,
      optimizer,
      evaluate: evaluation?.evaluate ?? (async () => unmeasured),
      eigenvalues: eigenvalues && eigenvalueSettings.parse(eigenvalues),
      preconditioners: preconditioners && preconditionerSettings.parse(preconditioners),
      coordinates: coordinates && coordinateSettings.parse(coordinates),
      settings: parameters[context.kind] as Settings,
    },
    async dispose() {
      await dispose();
      await evaluation?.dispose();
    },
  };
}

function boundTensors(
  columns: ReadonlyMap<string, TensorColumn>,
  precision: Precision,
): Map<string, BoundTensor> {
  return new Map(
    [...columns].map(([name, { shape, values }]) => [
      name,
      { name, shape, values: inPrecision(values, precision), examples: true },
    ]),
  );
}
