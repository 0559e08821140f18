/** Runs steps of a compiled program one by one in memory, with everything they wrote to look at. */
import { vocabulary } from "../../src/cli/vocabulary.js";
import { check, renderDiagnostics } from "../../src/dsl/index.js";
import { exactJson } from "../../src/plan/canonical.js";
import { compile } from "../../src/plan/compile.js";
import type { Step } from "../../src/plan/graph.js";
import type {
  Checkpoint,
  JsonObject,
  Progress,
  SeriesColumn,
  SeriesRow,
  SnapshotName,
  StageReader,
  StepContext,
  TensorColumn,
} from "../../src/runtime/step.js";
import { stepKinds } from "../../src/steps/index.js";
import { reread } from "./process.js";

export interface Written {
  readonly files: Readonly<Record<string, readonly TensorColumn[]>>;
  readonly columns: readonly SeriesColumn[];
  readonly rows: readonly SeriesRow[];
  readonly snapshots: readonly {
    readonly step: number;
    readonly tensor: TensorColumn;
    readonly name: SnapshotName;
  }[];
  /** By rows; every one that was offered, though a runtime keeps one now and then. */
  readonly checkpoints: ReadonlyMap<number, Checkpoint>;
  readonly final: readonly number[];
  readonly notes: JsonObject;
  readonly progress: readonly Progress[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

export interface RunStepOptions {
  readonly inputs?: Readonly<Record<string, Written>>;
  readonly resume?: Checkpoint;
  /** Abort once so many rows are written. */
  readonly abortAt?: number;
}

/** The steps of a text by name; paths are relative to `directory`. */
export function stepsOf(text: string, directory = "."): ReadonlyMap<string, Step> {
  const { program, diagnostics } = check({ name: "test.cflow", text }, vocabulary, { directory });
  if (!program) throw new Error(renderDiagnostics(diagnostics, { colors: false }));
  const engine = "onnx";
  const { steps } = compile(program, { vocabulary, kinds: stepKinds, engine });
  return new Map(steps.map((step) => [step.name, step]));
}

/** Runs a step; what it wrote is in `written` also if it throws. */
export async function runStep(
  step: Step,
  { inputs = {}, resume, abortAt }: RunStepOptions,
  written: Written = nothing(),
): Promise<Written> {
  const abort = new AbortController();
  const stopAt = (rows: number) => {
    if (rows === abortAt) abort.abort();
  };
  const into = written as Mutable<Written> & {
    files: Record<string, readonly TensorColumn[]>;
    checkpoints: Map<number, Checkpoint>;
  };
  stopAt(resume?.rows ?? 0);
  const context: StepContext = {
    kind: step.kind,
    parameters: step.parameters,
    local: step.local,
    ...(step.length !== undefined && { length: step.length }),
    inputs: Object.fromEntries(
      Object.entries(step.inputs).map(([role, name]) => [role, readerOf(inputs[name]!)]),
    ),
    out: {
      async tensors(file, columns) {
        into.files[file] = columns;
      },
      async series(columns) {
        into.columns = [...columns];
        return {
          append(row) {
            into.rows.push(row);
            stopAt((resume?.rows ?? 0) + into.rows.length);
          },
        };
      },
      async snapshot(at, tensor, name = "snapshots") {
        into.snapshots.push({ step: at, tensor, name });
      },
      async checkpoint(make, final = false) {
        const { rows, notes, ...state } = make();
        exactJson(notes);
        into.checkpoints.set(rows, { rows, notes, ...reread(state) });
        if (final) into.final.push(rows);
        if (rows === step.length) into.notes = { ...notes, ...into.notes };
      },
      file: () => Promise.reject(new Error("no step that runs here makes files of its own")),
      scratch() {
        throw new Error("no step that runs here makes files of its own");
      },
      note(facts) {
        exactJson(facts);
        into.notes = { ...into.notes, ...facts };
      },
    },
    ...(resume && { resume }),
    engine: "onnx",
    threads: 1,
    signal: abort.signal,
    progress: (progress) => into.progress.push(progress),
  };
  const kind = stepKinds.find((each) => each.kind === step.kind)!;
  await (await kind.load())(context);
  return written;
}

export function nothing(): Written {
  return {
    files: {},
    columns: [],
    rows: [],
    snapshots: [],
    checkpoints: new Map(),
    final: [],
    notes: {},
    progress: [],
  };
}

/** Runs what a step reads, and what that reads, but not the step itself. */
export async function inputsOf(
  step: Step,
  steps: ReadonlyMap<string, Step>,
): Promise<Record<string, Written>> {
  const done: Record<string, Written> = {};
  for (const name of Object.values(step.inputs)) {
    const input = steps.get(name)!;
    done[name] = await runStep(input, { inputs: await inputsOf(input, steps) });
  }
  return done;
}

function readerOf({ files, columns, rows, snapshots }: Written): StageReader {
  const column = (name: string) => rows.map((row) => row[name] ?? null);
  return {
    tensors: async (file) => new Map(files[file]!.map((tensor) => [tensor.name, tensor])),
    series: async () => ({
      columns,
      rows: rows.length,
      scalar: (name) => column(name) as (number | null)[],
      list: (name) => column(name) as (Float64Array | null)[],
    }),
    async snapshots(wanted = "snapshots") {
      const taken = snapshots.filter(({ name }) => name === wanted);
      return {
        steps: Int32Array.from(taken, ({ step }) => step),
        tensors: taken.map(({ tensor }) => tensor),
      };
    },
    copyTo: () => Promise.reject(new Error("no step that runs here reads files")),
  };
}
