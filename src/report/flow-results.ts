/** What is kept of a flow: the series of its processes, which figures are made of. */
import type { Program } from "../dsl/program.js";
import type { StepGraph } from "../plan/graph.js";
import { contentsOf } from "../results/kept.js";
import { findStage } from "../runtime/cache.js";
import { type Cache, seriesFile } from "../runtime/layout.js";
import type { SeriesTable } from "../runtime/step.js";

export interface FlowResults {
  /** With its swept values: `eos[lr=0.02]`. */
  readonly name: string;
  /** Of the processes that it has and whose results are kept: `discrete`, `central`. */
  readonly processes: ReadonlyMap<string, SeriesTable>;
  /** Distances and displacements, where the flow compares its processes and they are kept. */
  readonly compare?: SeriesTable;
}

/** Flows in the program's order. Throws `DamagedStage` for a result that isn't what its record says. */
export async function flowResults(
  program: Program,
  graph: StepGraph,
  cache: Cache,
): Promise<FlowResults[]> {
  const found: FlowResults[] = [];
  for (const { name, processes } of program.flows) {
    const tables = new Map<string, SeriesTable>();
    for (const { name: process } of processes) {
      const table = await seriesOf(`${name}.${process}`, graph, cache);
      if (table) tables.set(process, table);
    }
    const compare = await seriesOf(`${name}.compare`, graph, cache);
    found.push({ name, processes: tables, ...(compare && { compare }) });
  }
  return found;
}

async function seriesOf(name: string, graph: StepGraph, cache: Cache) {
  const step = graph.steps.find((each) => each.name === name);
  if (step?.length === undefined) return undefined;
  const { kind, fingerprint, length } = step;
  const { stage } = findStage(cache, fingerprint, length);
  if (!stage) return undefined;
  const contents = await contentsOf({ cache, name, kind, fingerprint, length, stage }, seriesFile);
  return contents.form === "series" ? contents.table : undefined;
}
