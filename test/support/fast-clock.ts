/**
 * Flows of adaptive optimizers with a defect of the paper's code switched on: there the whole
 * increment of a flow's state is divided by β₂, so that its counter t advances by 1/β₂ a step. Only
 * ν's own rate is meant to be: κ = (1 − β₂)/β₂.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { optimizerKinds } from "../../src/dynamics/index.js";
import type { Optimizer, OptimizerState } from "../../src/dynamics/optimizers/optimizer.js";
import type { Start } from "../../src/dynamics/problem.js";
import { central } from "../../src/dynamics/processes/central.js";
import { savedOptimizer } from "../../src/dynamics/processes/position.js";
import { stable } from "../../src/dynamics/processes/stable.js";
import { loadTfjs, openEngine } from "../../src/engine/index.js";
import type { Model } from "../../src/models/build.js";
import { losses } from "../../src/models/index.js";
import type { SeriesRow, TensorColumn } from "../../src/runtime/step.js";
import { type Flattened, modelOf } from "../../src/steps/model.js";
import { followFrom, problemOf } from "./process.js";
import { inputsOf, stepsOf } from "./steps.js";

export interface FastFlows {
  readonly central: readonly SeriesRow[];
  readonly stable: readonly SeriesRow[];
}

export interface Lengths {
  /** In steps. */
  readonly central: number;
  readonly stable: number;
}

/** Both flows of a golden case by the fast clock. */
export async function fastFlows(name: string, lengths: Lengths): Promise<FastFlows> {
  const { start, optimizer, beta2, model, examples, eigenvalues } = await setUpCase(name);
  const tf = await loadTfjs();
  const engine = await openEngine("onnx", { threads: 1 });
  const mse = losses.find((loss) => loss.name === "mse")!.of("classification");
  const objective = await engine.compile({
    parameters: model.parameters,
    data: ["x_train", "y_train"].map((wanted) => {
      const { shape, values } = examples.find((each) => each.name === wanted)!;
      return { name: wanted, shape, values: Float32Array.from(values) };
    }),
    loss: (weights, [x, y]) => mse.value(tf, model.apply(tf, weights, x!), y!, y!.shape[0]!),
  });
  const clocked = withFastClock(optimizer, start.state.t + 1, beta2);
  const problem = problemOf({ objective, optimizer: clocked, eigenvalues });
  const [averaged, calm] = await Promise.all([
    followFrom(central, problem, start, lengths.central),
    followFrom(stable, problem, start, lengths.stable),
  ]);
  await objective.dispose();
  return { central: averaged.rows, stable: calm.rows };
}

/** @param from  t at the start of the flow */
function withFastClock(optimizer: Optimizer, from: number, beta2: number): Optimizer {
  const seen = ({ t, moments }: OptimizerState) => ({ t: from + (t - from) / beta2, moments });
  return {
    ...optimizer,
    preconditioner: (state) => optimizer.preconditioner(seen(state)),
    preconditionerRate: (state, { moments, time }) =>
      optimizer.preconditionerRate(seen(state), { moments, time: time / beta2 }),
  };
}

export interface GoldenCase {
  /** After the warmup, if there is one. */
  readonly start: Start;
  readonly optimizer: Optimizer;
  readonly beta2: number;
  readonly model: Model;
  readonly examples: readonly TensorColumn[];
  /** Settings of the block. */
  readonly eigenvalues: Record<string, unknown>;
}

/** What the flow `flows` of a case's `case.cflow` is made of; its inputs are run. */
export async function setUpCase(name: string): Promise<GoldenCase> {
  const folder = fileURLToPath(new URL(`../golden/${name}`, import.meta.url));
  const steps = stepsOf(readFileSync(`${folder}/case.cflow`, "utf8"), folder);
  const step = steps.get("flows.central")!;
  const inputs = await inputsOf(step, steps);
  const { maker, ...settings } = step.parameters.optimizer as unknown as Flattened;
  const weights = inputs[step.inputs.weights!]!.files.weights!;
  const first = weights.find((tensor) => tensor.name === "weights")!.values as Float32Array;
  const optimizer = optimizerKinds.find((kind) => kind.name === maker)!.with(settings);
  const warm = weights.some((tensor) => tensor.name === "optimizer.t");
  return {
    start: {
      weights: first,
      state: warm ? savedOptimizer({ tensors: weights }) : optimizer.initial(first.length),
    },
    optimizer,
    beta2: settings.beta2 as number,
    model: modelOf(step.parameters.model!),
    examples: inputs[step.inputs.data!]!.files.examples!,
    eigenvalues: step.parameters.eigenvalues as Record<string, unknown>,
  };
}
