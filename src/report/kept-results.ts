/** The series of a plan's steps, and how long they took, by the steps' names. */
import type { Step, StepGraph } from "../plan/graph.js";
import { contentsOf } from "../results/kept.js";
import { type Stage, wholeStage } from "../runtime/cache.js";
import { type Cache, seriesFile } from "../runtime/layout.js";
import { type PacePart, partsOf } from "../runtime/pace.js";
import type { SeriesTable } from "../runtime/step.js";

/** Of a trajectory, or of a command; undefined where there is none. */
export type SeriesReader = (step: string) => Promise<SeriesTable | undefined>;

export interface ResultReader {
  readonly series: SeriesReader;
  /** How long its steps took; undefined where nothing is kept, or that is not on record. */
  pace(step: string): readonly PacePart[] | undefined;
}

/** Reads what is kept. Throws, or rejects with, a `DamagedStage` for what isn't as its record says. */
export function keptResults(graph: StepGraph, cache: Cache): ResultReader {
  const stepNamed = stepsByName(graph);
  const stages = new Map<string, Stage | undefined>();
  const stageOf = ({ name, fingerprint, length }: Step) => {
    if (!stages.has(name)) stages.set(name, wholeStage(cache, fingerprint, length));
    return stages.get(name);
  };
  return {
    series: readingOnce(async (name) => {
      const step = stepNamed(name);
      if (!step || (step.length === undefined && step.kind !== "command")) return undefined;
      const stage = stageOf(step);
      if (!stage?.record.files.some((file) => file.name === seriesFile)) return undefined;
      const { kind, fingerprint, length } = step;
      const of = { cache, name, kind, fingerprint, stage };
      const contents = await contentsOf(
        { ...of, ...(length !== undefined && { length }) },
        seriesFile,
      );
      return contents.form === "series" ? contents.table : undefined;
    }),
    pace(name) {
      const step = stepNamed(name);
      if (step?.length === undefined) return undefined;
      const { pace, rows } = stageOf(step)?.record ?? {};
      return pace && partsOf(pace, rows!);
    },
  };
}

export function stepsByName({ steps }: StepGraph): (name: string) => Step | undefined {
  const named = new Map(steps.map((step) => [step.name, step]));
  return (name) => named.get(name);
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
