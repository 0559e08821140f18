/** Runs and stages as if texts had been run, written by hand: no step is computed. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { vocabulary } from "../../src/cli/vocabulary.js";
import { check, renderDiagnostics } from "../../src/dsl/index.js";
import { compile } from "../../src/plan/compile.js";
import { described } from "../../src/plan/differences.js";
import type { Step } from "../../src/plan/graph.js";
import { pastOf } from "../../src/plan/past.js";
import { plan } from "../../src/plan/staleness.js";
import { type Reading, type Story, tell } from "../../src/plan/story.js";
import { type RunRecord, type RunStep, runId, writeRun } from "../../src/runtime/history.js";
import { type Cache, stageFolder } from "../../src/runtime/layout.js";
import { recordText } from "../../src/runtime/record.js";
import { stepKinds } from "../../src/steps/index.js";

export interface Call {
  readonly text: string;
  /** Default: `eos.cflow`. */
  readonly file?: string;
  readonly set?: readonly string[];
  readonly engine?: string;
}

export const fileName = "eos.cflow";

export function readingOf({ text, file = fileName, set = [], engine = "onnx" }: Call): Reading {
  const source = { name: file, text };
  const { program, diagnostics } = check(source, vocabulary, { overrides: set });
  if (!program) throw new Error(renderDiagnostics(diagnostics));
  return { program, graph: compile(program, { vocabulary, kinds: stepKinds, engine }) };
}

export interface RecordOptions {
  /** ISO 8601. */
  readonly at: string;
  /** Names of steps that this run made, with what it noted; others it found. Default: all, nothing. */
  readonly made?: Readonly<Record<string, RunStep["notes"]>>;
  /** Overrides fields of the run's record. */
  readonly record?: Partial<RunRecord>;
}

/** Writes what a complete run of a text leaves: a record, and a stage a step that it made. */
export function recordRun(
  cache: Cache,
  call: Call,
  { at, made, record }: RecordOptions,
): RunRecord {
  const { program, graph } = readingOf(call);
  const steps = graph.steps.map((step): RunStep => {
    const makes = made === undefined || step.name in made;
    const notes = made?.[step.name] ?? {};
    if (makes) writeStage(cache, step, graph.steps, { at, notes });
    const { name, kind, fingerprint, length } = step;
    return {
      ...{ name, kind, fingerprint, ...(length !== undefined && { length, rows: length }) },
      ...{ status: makes ? "ran" : "cached", seconds: makes ? 2 : 0, notes },
    };
  });
  const run: RunRecord = {
    id: runId(new Date(at)),
    started: at,
    seconds: 2,
    status: "complete",
    cflow: "0.1.0",
    engine: call.engine ?? "onnx",
    subject: {
      file: call.file ?? fileName,
      text: call.text,
      overrides: call.set ?? [],
      params: Object.fromEntries(program.params.map(({ name, value }) => [name, value as number])),
    },
    steps,
    ...record,
  };
  writeRun(cache, run);
  return run;
}

function writeStage(
  cache: Cache,
  step: Step,
  steps: readonly Step[],
  { at, notes }: { readonly at: string; readonly notes: RunStep["notes"] },
): void {
  const { name, fingerprint, length } = step;
  const base = stageFolder(cache, fingerprint);
  const folder = length === undefined ? base : join(base, String(length));
  mkdirSync(folder, { recursive: true });
  const text = recordText({
    ...{ name, fingerprint, notes, files: [] },
    ...described(step, (input) => steps.find((each) => each.name === input)!),
    ...(length !== undefined && { rows: length }),
    ...{ cflow: "0.1.0", node: "20.0.0", host: "lab", started: at, seconds: 2 },
  });
  writeFileSync(join(folder, "stage.json"), text);
}

/** What `cflow why` knows of a step. */
export function storyOf(cache: Cache, call: Call, name: string): Story {
  const reading = readingOf(call);
  const planned = plan(reading.graph, cache).find(({ step }) => step.name === name);
  if (!planned) throw new Error(`there is no step ${name}`);
  const recall = ({ subject, engine }: RunRecord) =>
    subject &&
    readingOf({
      ...{ text: subject.text, file: subject.file, set: subject.overrides },
      ...(engine !== undefined && { engine }),
    });
  return tell(planned, { cache, past: pastOf(cache), reading, recall });
}
