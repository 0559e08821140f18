/** `cflow export`: a kept series as text. */
import { resolve } from "node:path";
import type { EngineName } from "../../engine/objective.js";
import type { Step, StepGraph } from "../../plan/graph.js";
import { describeReason } from "../../plan/reasons.js";
import { plan } from "../../plan/staleness.js";
import { DamagedStage, setAside } from "../../runtime/cache.js";
import { numberColumns } from "../../runtime/columns.js";
import type { Cache } from "../../runtime/layout.js";
import { readStage } from "../../runtime/stage-reader.js";
import { type SeriesTable, StepFailure } from "../../runtime/step.js";
import { CallError, exitCodes } from "../exit.js";
import { type FileOptions, load, planOf } from "../load.js";

export interface ExportCommandOptions extends FileOptions {
  readonly cache: string;
  readonly engine: EngineName;
}

export async function exportStep(
  file: string,
  name: string,
  options: ExportCommandOptions,
): Promise<number> {
  const program = load(file, options);
  if (!program) return exitCodes.badCall;
  const graph = planOf(program, options.engine);
  const cache = { root: resolve(options.cache) };
  const step = trajectory(graph, name);
  assertComputed(graph, step, cache, file);
  for (const line of csvLines(await keptSeries(cache, step, file))) {
    if (process.stdout.destroyed) break;
    process.stdout.write(`${line}\n`);
  }
  return exitCodes.success;
}

/** A header and a line a row; not measured is empty. */
export function* csvLines(table: SeriesTable): Generator<string> {
  const columns = numberColumns(table);
  yield columns.map(({ name }) => name).join(",");
  for (let row = 0; row < table.rows; row++) {
    yield columns.map(({ at }) => at(row) ?? "").join(",");
  }
}

function trajectory({ steps }: StepGraph, name: string): Step {
  const all = steps.filter(({ length }) => length !== undefined);
  const step = all.find((candidate) => candidate.name === name);
  if (step) return step;
  const names = all.map((each) => each.name).join(", ");
  throw new CallError(`'${name}' is no step with a series`, `there are ${names}`);
}

function assertComputed(graph: StepGraph, step: Step, cache: Cache, file: string): void {
  const { status, reasons } = plan(graph, cache).find((planned) => planned.step === step)!;
  if (status === "cached") return;
  throw new CallError(
    `no result of '${step.name}' is kept for these settings: ${reasons().map(describeReason).join("; ")}`,
    `cflow run ${file}, with the same options, computes it`,
  );
}

/** A damaged stage is set aside, as a run does that reads one, so that the next run mends it. */
async function keptSeries(cache: Cache, step: Step, file: string): Promise<SeriesTable> {
  try {
    return await readStage(cache, step.fingerprint, step.length).series();
  } catch (error) {
    if (!(error instanceof DamagedStage)) throw error;
    const movedTo = setAside(cache, error.damage);
    throw new StepFailure(
      `the kept series of '${step.name}' is damaged: ${error.damage.what}${movedTo ? `; moved to ${movedTo}` : ""}`,
      `cflow run ${file}, with the same options, computes it again`,
    );
  }
}
