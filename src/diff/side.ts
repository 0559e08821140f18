/** What is compared: a file as a run would plan it, or a run as it is recorded, in one form. */
import { type NotedVerdict, notedVerdict } from "../claims/verdict.js";
import type { Span } from "../dsl/diagnostic.js";
import { type Described, described } from "../plan/differences.js";
import type { Step } from "../plan/graph.js";
import type { Reading } from "../plan/story.js";
import { anyStage } from "../runtime/cache.js";
import type { RunRecord, RunStep } from "../runtime/history.js";
import type { Cache } from "../runtime/layout.js";
import type { Json, JsonObject } from "../runtime/step.js";

export interface SideStep {
  readonly name: string;
  readonly kind: string;
  readonly fingerprint: string;
  /** Rows of a trajectory. */
  readonly length?: number;
  /** Absent where its stage is gone and the text that the run kept does not tell. */
  readonly described?: Described;
  /** Where its settings are written, by dotted path. */
  readonly places: Readonly<Record<string, Span>>;
  /** Of a claim that was judged. */
  readonly verdict?: NotedVerdict;
}

export interface Side {
  readonly params: JsonObject;
  /** Where the params' values are written. */
  readonly paramPlaces: Readonly<Record<string, Span>>;
  /** By name, in the plan's order. */
  readonly steps: ReadonlyMap<string, SideStep>;
}

/** Verdicts are those that the cache has. */
export function sideOfFile(reading: Reading, cache: Cache): Side {
  const { params } = reading.program;
  const steps = new Map(reading.graph.steps.map((step) => [step.name, step]));
  return {
    params: Object.fromEntries(params.map(({ name, value }) => [name, value as Json])),
    paramPlaces: paramPlaces(reading),
    steps: mapValues(steps, (step) => {
      const { name, kind, fingerprint, length, places } = step;
      const verdict = notedVerdict(anyStage(cache, fingerprint)?.record.notes ?? {});
      return {
        ...{ name, kind, fingerprint, places },
        ...(length !== undefined && { length }),
        described: described(step, (input) => steps.get(input)!),
        ...(verdict && { verdict }),
      };
    }),
  };
}

/** @param reading what the text that the run kept means now, if it can be told */
export function sideOfRun(run: RunRecord, reading: Reading | undefined, cache: Cache): Side {
  const steps = new Map(run.steps.map((step) => [step.name, step]));
  const read = new Map(reading?.graph.steps.map((step) => [step.name, step]));
  return {
    params: run.subject?.params ?? {},
    paramPlaces: reading ? paramPlaces(reading) : {},
    steps: mapValues(steps, (step) => runStep(step, read, cache)),
  };
}

function runStep(step: RunStep, read: ReadonlyMap<string, Step>, cache: Cache): SideStep {
  const { name, kind, fingerprint, length, notes } = step;
  const written = read.get(name);
  const verdict = notedVerdict(notes);
  const meant = written?.fingerprint === fingerprint ? written : undefined;
  const known =
    anyStage(cache, fingerprint)?.record ??
    (meant && described(meant, (input) => read.get(input)!));
  return {
    ...{ name, kind, fingerprint },
    ...(length !== undefined && { length }),
    ...(known && { described: known }),
    places: written?.kind === kind ? written.places : {},
    ...(verdict && { verdict }),
  };
}

function paramPlaces({ program }: Reading): Record<string, Span> {
  return Object.fromEntries(program.params.map(({ name, span }) => [name, span]));
}

function mapValues<K, V, W>(map: ReadonlyMap<K, V>, f: (value: V) => W): Map<K, W> {
  return new Map([...map].map(([key, value]) => [key, f(value)]));
}
