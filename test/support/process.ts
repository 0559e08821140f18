/** Runs processes on toy problems as a trajectory step does, without files or an engine. */
import type { Settings } from "../../src/dsl/vocabulary.js";
import { eigenvalueSettings } from "../../src/dynamics/blocks/eigenvalues.js";
import { isFiniteRow } from "../../src/dynamics/observe.js";
import { gd } from "../../src/dynamics/optimizers/gd.js";
import type { Optimizer } from "../../src/dynamics/optimizers/optimizer.js";
import type { Problem, Start } from "../../src/dynamics/problem.js";
import type { Process, ProcessKind, SavedState } from "../../src/dynamics/processes/process.js";
import type { Objective } from "../../src/engine/objective.js";
import { exactJson } from "../../src/plan/canonical.js";
import { readTensors, writeTensors } from "../../src/runtime/arrow/tensors.js";
import type { SeriesRow } from "../../src/runtime/step.js";

export type ProblemOptions = {
  readonly objective: Objective;
  /** Of the process. */
  readonly settings?: Settings;
  /** Of the block `eigenvalues`; `null` for a flow without it. */
  readonly eigenvalues?: Settings | null;
} & (
  | { readonly optimizer: Optimizer }
  /** Of gradient descent. */
  | { readonly lr: number }
);

export function problemOf(options: ProblemOptions): Problem {
  const { objective, settings = {}, eigenvalues = {} } = options;
  return {
    objective,
    evaluate: async () => ({ train_accuracy: null, test_loss: null, test_accuracy: null }),
    optimizer: "lr" in options ? gd.with({ lr: options.lr }) : options.optimizer,
    eigenvalues: eigenvalues === null ? undefined : eigenvalueSettings.parse(eigenvalues),
    settings,
  };
}

/** At these weights, before the optimizer has seen any gradient. */
export function startAt({ optimizer }: Problem, weights: readonly number[]): Start {
  return { weights: Float32Array.from(weights), state: optimizer.initial(weights.length) };
}

export interface Trace {
  readonly rows: readonly SeriesRow[];
  /** Of each row. */
  readonly weights: readonly Float32Array[];
}

/** So many rows, fewer if the process diverges. */
export async function follow(
  kind: ProcessKind,
  problem: Problem,
  start: readonly number[],
  length: number,
): Promise<Trace> {
  return followFrom(kind, problem, startAt(problem, start), length);
}

/** The same, where the optimizer may have seen gradients before. */
export async function followFrom(
  kind: ProcessKind,
  problem: Problem,
  start: Start,
  length: number,
): Promise<Trace> {
  const process = await kind.begin(problem, start, undefined);
  const trace: { rows: SeriesRow[]; weights: Float32Array[] } = { rows: [], weights: [] };
  while (trace.rows.length < length && (await addRow(process, trace))) {}
  return trace;
}

/** The same, but saved, and begun anew from what was saved, before every row. */
export async function followInPieces(
  kind: ProcessKind,
  problem: Problem,
  start: readonly number[],
  length: number,
): Promise<Trace> {
  const at = startAt(problem, start);
  const trace: { rows: SeriesRow[]; weights: Float32Array[] } = { rows: [], weights: [] };
  let process = await kind.begin(problem, at, undefined);
  do process = await kind.begin(problem, at, reread(process.save()));
  while (trace.rows.length < length && (await addRow(process, trace)));
  return trace;
}

async function addRow(
  process: Process,
  { rows, weights }: { rows: SeriesRow[]; weights: Float32Array[] },
): Promise<boolean> {
  const measured = await process.measure();
  const finite = isFiniteRow(measured);
  weights.push(process.weights() as Float32Array);
  rows.push(finite ? { ...measured, ...(await process.advance()) } : measured);
  return finite;
}

/** What is read of a checkpoint that was written: tensors by way of Arrow, values by way of JSON. */
export function reread({ tensors, values }: SavedState): SavedState {
  const parts: Uint8Array[] = [];
  writeTensors(tensors, (bytes) => parts.push(bytes.slice()));
  const read = readTensors(Buffer.concat(parts));
  return { tensors: [...read.tensors.values()], values: JSON.parse(exactJson(values)) };
}

/** A column of numbers; fails for a row that lacks it. */
export function numbers(rows: readonly SeriesRow[], column: string): number[] {
  return rows.map((row) => {
    const value = row[column];
    if (typeof value !== "number") throw new Error(`${column} is ${value} in row ${row.step}`);
    return value;
  });
}

/** A column of spectra, or one entry of each. */
export function spectra(rows: readonly SeriesRow[], column: string): number[][] {
  return rows.map((row) => [...(row[column] as Float64Array)]);
}

export function top(rows: readonly SeriesRow[], column = "effective_eigenvalues"): number[] {
  return spectra(rows, column).map(([first]) => first!);
}
