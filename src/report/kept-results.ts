/** The series of a plan's steps, and how long they took, by the steps' names. */
import type { StepGraph } from "../plan/graph.js";
import { contentsOf } from "../results/kept.js";
import { wholeStage } from "../runtime/cache.js";
import { type Cache, seriesFile } from "../runtime/layout.js";
import { type PacePart, partsOf } from "../runtime/pace.js";
import type { SeriesTable } from "../runtime/step.js";

/** Of a trajectory, or of a command; undefined where there is none. */
export type SeriesReader = (step: string) => Promise<SeriesTable | undefined>;

/** Reads what is kept. Rejects with a `DamagedStage` for a result that isn't what its record says. */
export function keptSeries(graph: StepGraph, cache: Cache): SeriesReader {
  return readingOnce((name) => read(name, graph, cache));
}

/** Undefined where nothing is kept, or its time is not on record. Throws `DamagedStage`. */
export type PaceReader = (step: string) => readonly PacePart[] | undefined;

export function keptPaces(graph: StepGraph, cache: Cache): PaceReader {
  return (name) => {
    const step = graph.steps.find((each) => each.name === name);
    if (step?.length === undefined) return undefined;
    const { pace, rows } = wholeStage(cache, step.fingerprint, step.length)?.record ?? {};
    return pace && partsOf(pace, rows!);
  };
}

/** Each table once, however many figures are made of it. */
export function readingOnce(read: SeriesReader): SeriesReader {
  const tables = new Map<string, ReturnType<SeriesReader>>();
  return (name) => {
    const table = tables.get(name) ?? read(name);
    tables.set(name, table);
    return table;
  };
}

async function read(
  name: string,
  graph: StepGraph,
  cache: Cache,
): Promise<SeriesTable | undefined> {
  const step = graph.steps.find((each) => each.name === name);
  if (!step || (step.length === undefined && step.kind !== "command")) return undefined;
  const { kind, fingerprint, length } = step;
  const stage = wholeStage(cache, fingerprint, length);
  if (!stage?.record.files.some((file) => file.name === seriesFile)) return undefined;
  const kept = { cache, name, kind, fingerprint, stage, ...(length !== undefined && { length }) };
  const contents = await contentsOf(kept, seriesFile);
  return contents.form === "series" ? contents.table : undefined;
}
