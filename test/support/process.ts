/** Runs processes on toy problems as a trajectory step does, without files or an engine. */
import type { Settings } from "../../src/dsl/vocabulary.js";
import { eigenvalueSettings } from "../../src/dynamics/blocks.js";
import { isFiniteRow } from "../../src/dynamics/observe.js";
import type { Problem } from "../../src/dynamics/problem.js";
import type { Process, ProcessKind, SavedState } from "../../src/dynamics/processes/process.js";
import type { Objective } from "../../src/engine/objective.js";
import { exactJson } from "../../src/plan/canonical.js";
import { readTensors, writeTensors } from "../../src/runtime/arrow/tensors.js";
import type { SeriesRow } from "../../src/runtime/step.js";

export interface ProblemOptions {
  readonly objective: Objective;
  readonly lr: number;
  /** Of the process. */
  readonly settings?: Settings;
  /** Of the block `eigenvalues`; `null` for a flow without it. */
  readonly eigenvalues?: Settings | null;
}

export function problemOf({
  objective,
  lr,
  settings = {},
  eigenvalues = {},
}: ProblemOptions): Problem {
  return {
    objective,
    evaluate: async () => ({ train_accuracy: null, test_loss: null, test_accuracy: null }),
    preconditioner: 1 / lr,
    eigenvalues: eigenvalues === null ? undefined : eigenvalueSettings.parse(eigenvalues),
    settings,
  };
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
  const process = await kind.begin(problem, Float32Array.from(start), undefined);
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
  const weights = Float32Array.from(start);
  const trace: { rows: SeriesRow[]; weights: Float32Array[] } = { rows: [], weights: [] };
  let process = await kind.begin(problem, weights, undefined);
  do process = await kind.begin(problem, weights, reread(process.save()));
  while (trace.rows.length < length && (await addRow(process, trace)));
  return trace;
}

async function addRow(
  process: Process,
  { rows, weights }: { rows: SeriesRow[]; weights: Float32Array[] },
): Promise<boolean> {
  const measured = await process.measure();
  const finite = isFiniteRow(measured);
  weights.push(process.weights());
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
