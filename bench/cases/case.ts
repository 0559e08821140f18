/**
 * A case: a model, a dataset and a loss, written in the language, and what an outsider needs to know
 * to compute the same. Weights are the model's own draw with a little noise: those that start at zero
 * would leave parts of the derivatives out.
 */
import { mersenne } from "pure-rand/generator/mersenne";
import { vocabulary } from "../../src/cli/vocabulary.js";
import { datasets } from "../../src/data/index.js";
import { normal } from "../../src/data/random.js";
import { check, renderDiagnostics, type Source, type SupervisedFlow } from "../../src/dsl/index.js";
import { isMisfit } from "../../src/dsl/vocabulary.js";
import { type BoundTensor, type LossSource, loadTfjs } from "../../src/engine/index.js";
import { buildModel, type Model } from "../../src/models/build.js";
import { layers, losses } from "../../src/models/index.js";
import { countedRows } from "../../src/models/losses/loss.js";
import { defaultWeights } from "../../src/models/weights/default.js";
import { trainingLoss } from "../../src/steps/problem.js";
import type { LinearLayer } from "../arithmetic.js";
import { synthetic } from "./synthetic.js";

export interface Peered {
  /** How peers build it: a function of that name takes the parameters in our order and shapes. */
  readonly peer?: { readonly family: "mlp" | "cnn" | "transformer"; readonly heads?: number };
}

export interface Case extends Peered {
  readonly name: string;
  readonly doc: string;
  /** Declares `examples` and `net`. */
  readonly text: string;
  /** Where all of its products are those of a chain of linear maps. */
  readonly linear?: readonly LinearLayer[];
  /** Figures have a goal of five times PyTorch here, elsewhere of twice. */
  readonly small?: true;
  /** The fraction of the peak that its figures are to reach. */
  readonly peakGoal?: number;
}

export interface OpenFlow {
  readonly model: Model;
  readonly source: LossSource;
  readonly x: { readonly shape: readonly number[]; readonly values: Float32Array };
  readonly y: { readonly shape: readonly number[]; readonly values: Float32Array };
  /** Rows that the loss's mean is over. */
  readonly counted: number;
}

/** A case with its data. */
export interface OpenCase extends OpenFlow {
  readonly weights: Float32Array;
  /** Unit vectors to differentiate along. */
  readonly vectors: readonly Float32Array[];
}

const noise = 0.02;

export async function openCase({ text }: Pick<Case, "text">, vectors: number): Promise<OpenCase> {
  const open = await openFlow(resolved(text));
  const weights = defaultWeights.make({}, open.model.parameters, 0);
  const random = mersenne(1);
  for (let i = 0; i < weights.length; i++) weights[i]! += noise * normal(random);
  return {
    ...open,
    weights,
    vectors: Array.from({ length: vectors }, (_, i) => unitVector(weights.length, 2 + i)),
  };
}

/** A flow's model and data. */
export async function openFlow(flow: SupervisedFlow): Promise<OpenFlow> {
  const { description, maker, settings } = flow.dataset;
  const kind = [...datasets, synthetic].find(({ name }) => name === maker)!;
  const examples = await kind.load(settings);
  if (isMisfit(examples)) throw new Error(examples.misfit);
  const model = buildModel(layers, description.input, flow.model.layers);
  const { task } = description;
  const loss = losses.find(({ name }) => name === flow.loss.maker)!.of(task);
  const { xTrain: x, yTrain: y } = examples;
  const bound = new Map<string, BoundTensor>([
    ["x_train", { name: "x", ...x, examples: true }],
    ["y_train", { name: "y", ...y, examples: true }],
  ]);
  return {
    model,
    source: trainingLoss(await loadTfjs(), { model, task, loss, examples: bound }),
    x,
    y,
    counted: countedRows(task, y),
  };
}

function resolved(text: string): SupervisedFlow {
  const flow = `flow timed {
    dataset = examples  model = net  loss = mse  optimizer = gd(1)  steps = 1  discrete
  }`;
  return flowsOf({ name: "case.cflow", text: `${text}\n${flow}` })[0]!;
}

/** The flows of a text; relative paths in it are taken from a folder. */
export function flowsOf(source: Source, directory = "."): readonly SupervisedFlow[] {
  const known = { ...vocabulary, datasets: [...vocabulary.datasets, synthetic] };
  const { program, diagnostics } = check(source, known, { directory });
  if (program === undefined) throw new Error(renderDiagnostics(diagnostics));
  return program.flows as readonly SupervisedFlow[];
}

function unitVector(size: number, seed: number): Float32Array {
  const random = mersenne(seed);
  const vector = Float32Array.from({ length: size }, () => normal(random));
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / length);
}
