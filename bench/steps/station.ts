/**
 * The start of a step along a central flow: weights, the optimizer's state, and the eigenvectors of
 * the step before, from which a flow solves for the next. Getting there may take a minute, so what
 * was reached is kept in `cache/` under the digest of all that decides it.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { encodeNpy, readNpy } from "../../src/data/npy/index.js";
import type { SupervisedFlow } from "../../src/dsl/index.js";
import { isMisfit } from "../../src/dsl/vocabulary.js";
import { optimizerKinds } from "../../src/dynamics/index.js";
import type { Problem, Start } from "../../src/dynamics/problem.js";
import { central } from "../../src/dynamics/processes/central.js";
import type { Process, SavedState } from "../../src/dynamics/processes/process.js";
import { stepAlong } from "../../src/dynamics/weights.js";
import type { Objective } from "../../src/engine/index.js";
import type { Vector } from "../../src/linalg/vector.js";
import type { Model } from "../../src/models/build.js";
import { weights as weightsKinds } from "../../src/models/index.js";
import { home } from "../home.js";
import type { StepCase } from "./cases.js";

export interface Station {
  readonly saved: SavedState;
  /** Of the optimizer; its own settings unless the learning rate was chosen. */
  readonly optimizer: Record<string, unknown>;
}

export async function reach(
  given: StepCase,
  flow: SupervisedFlow,
  model: Model,
  objective: Objective,
): Promise<Station> {
  const { source, after, critical } = given;
  const recipe = JSON.stringify({ text: source.text, after, critical, version: 1 });
  const digest = createHash("sha256").update(recipe).digest("hex").slice(0, 16);
  const folder = fileURLToPath(new URL(`cache/steps/${given.name}-${digest}/`, home));
  const kept = read(folder);
  if (kept) return kept;
  const found = await travel(given, flow, model, objective);
  write(folder, found);
  return found;
}

async function travel(
  { after, critical }: StepCase,
  flow: SupervisedFlow,
  model: Model,
  objective: Objective,
): Promise<Station> {
  let settings: Record<string, unknown> = { ...flow.optimizer.settings };
  const kind = optimizerKinds.find(({ name }) => name === flow.optimizer.maker)!;
  let optimizer = kind.with(settings);
  let start: Start = { weights: initial(flow, model), state: optimizer.initial(model.size) };
  for (let step = 0; step < ((flow.settings.warmup as number) ?? 0); step++) {
    const { gradient } = await objective.at(start.weights as Float32Array).lossAndGradient();
    const state = optimizer.update(start.state, gradient);
    const weights = stepAlong(start.weights, gradient, optimizer.preconditioner(state), -1);
    start = { weights, state };
  }
  const begin = (from: SavedState | undefined) =>
    beginCentral({ objective, optimizer, tolerance: undefined, settings: {} }, start, from);
  if (critical === undefined) {
    const process = await begin(undefined);
    for (let step = 0; step < after!; step++) await advanced(process);
    return { saved: process.save(), optimizer: settings };
  }
  // The flow pulls eigenvalues down to 2 that are above, and others with them: once it has, the
  // learning rate is raised until the next are there.
  let process = await begin(undefined);
  for (;;) {
    let values = await advanced(process);
    for (let step = 0; step < 3; step++) values = await advanced(process);
    const last = values[critical - 1]!;
    if (last > 1.99 && values[0]! < 2.01) return { saved: process.save(), optimizer: settings };
    settings = { ...settings, lr: ((settings.lr as number) * 2.02) / last };
    optimizer = kind.with(settings);
    process = await begin(process.save());
  }
}

async function advanced(process: Process): Promise<readonly number[]> {
  const row = await process.measure();
  await process.advance();
  return [...(row.effective_eigenvalues as ArrayLike<number> & Iterable<number>)];
}

export interface CentralSettings extends Pick<Problem, "optimizer" | "settings"> {
  readonly objective: Objective;
  /** Of eigenpairs. */
  readonly tolerance: number | undefined;
}

/** The central flow of an objective, without anything else to measure. */
export function beginCentral(
  { objective, optimizer, tolerance, settings }: CentralSettings,
  start: Start,
  saved: SavedState | undefined,
): Promise<Process> {
  const eigenvalues = { above: 1.5, initial: 1, most: 20, raw: 0, every: 1 };
  return central.begin(
    {
      objective: objective as unknown as Problem["objective"],
      optimizer,
      evaluate: async () => ({}),
      eigenvalues: { ...eigenvalues, tolerance: tolerance ?? 1e-4 },
      settings,
    },
    start,
    saved,
  );
}

function initial(flow: SupervisedFlow, model: Model): Vector {
  const { maker, settings } = flow.weights;
  const kind = weightsKinds.find(({ name }) => name === maker)!;
  const made = kind.seeded
    ? kind.make(settings, model.parameters, flow.settings.seed as number)
    : kind.make(settings, model.parameters);
  if (isMisfit(made)) throw new Error(made.misfit);
  return Float32Array.from(made);
}

interface Index {
  readonly optimizer: Record<string, unknown>;
  readonly values: SavedState["values"];
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

function write(folder: string, { saved, optimizer }: Station): void {
  mkdirSync(folder, { recursive: true });
  const tensors = saved.tensors.map(({ name, shape, values }) => {
    const array = values as Float32Array | Float64Array;
    writeFileSync(`${folder}${name}.npy`, encodeNpy([array.length], array));
    return { name, shape };
  });
  // Written last: it says that all others are whole.
  const index: Index = { optimizer, values: saved.values, tensors };
  writeFileSync(`${folder}index.json`, JSON.stringify(index));
}

function read(folder: string): Station | undefined {
  if (!existsSync(`${folder}index.json`)) return undefined;
  const { optimizer, values, tensors }: Index = JSON.parse(
    readFileSync(`${folder}index.json`, "utf8"),
  );
  const loaded = tensors.map(({ name, shape }) => {
    const array = readNpy(`${folder}${name}.npy`);
    if (isMisfit(array)) throw new Error(array.misfit);
    return { name, shape, values: array.values as Float32Array };
  });
  return { saved: { values, tensors: loaded }, optimizer };
}
