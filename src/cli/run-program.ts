/** A checked program's run, with its progress and its summary, as `run` and `watch` show them. */
import { dirname, resolve } from "node:path";
import type { Program } from "../dsl/index.js";
import type { EngineName } from "../engine/objective.js";
import type { StepGraph } from "../plan/graph.js";
import type { RunEvent, RunSummary } from "../runtime/events.js";
import { gitCommit } from "../runtime/git.js";
import { runPlan } from "../runtime/run.js";
import type { Json, JsonObject } from "../runtime/step.js";
import { eventJson, printJson } from "./json.js";
import { type FileOptions, partOf, planOf } from "./load.js";
import { progressView } from "./progress.js";
import { jsonSummary, textSummary } from "./summary.js";

export interface RunOptions extends FileOptions {
  readonly cache: string;
  readonly engine: EngineName;
  readonly threads?: number;
  readonly workers?: number;
  readonly checkpoint?: number;
  readonly only: readonly string[];
  /** Whether a page with the values as they come is to be opened. */
  readonly open?: boolean;
}

export interface Ran {
  readonly graph: StepGraph;
  readonly summary: RunSummary;
}

export interface Onlookers {
  /** Whether a summary is to be shown. */
  isShown?(summary: RunSummary): boolean;
  onEvent?(event: RunEvent): void;
}

/** Runs what isn't kept yet and tells of it. */
export async function runProgram(
  program: Program,
  options: RunOptions,
  signal: AbortSignal,
  { isShown = () => true, onEvent: alsoTell }: Onlookers = {},
): Promise<Ran> {
  const file = program.source.name;
  const whole = planOf(program, options.engine);
  const graph = options.only.length > 0 ? partOf(whole, options.only) : whole;
  const { threads, workers, checkpoint, json } = options;
  const view = json ? undefined : progressView(process.stderr);
  const onEvent = (event: RunEvent) => {
    if (view) view.listen(event);
    else printJson(eventJson(event));
    alsoTell?.(event);
  };
  const commit = gitCommit(dirname(resolve(file)));
  try {
    const summary = await runPlan(graph, {
      cache: { root: resolve(options.cache) },
      engine: options.engine,
      registry: new URL("../steps/index.js", import.meta.url).href,
      ...(threads !== undefined && { threads }),
      ...(workers !== undefined && { workers }),
      ...(checkpoint !== undefined && { checkpoint }),
      subject: {
        file,
        text: program.source.text,
        ...(program.imports.length > 0 && {
          imports: program.imports.map(({ name, text }) => ({ file: name, text })),
        }),
        overrides: options.set,
        ...(options.only.length > 0 && { only: options.only }),
        params: paramValues(program),
        ...(commit !== undefined && { commit }),
      },
      onEvent,
      signal,
    });
    view?.end();
    if (json) printJson(jsonSummary(graph, summary));
    else if (isShown(summary)) {
      process.stdout.write(textSummary(graph, summary, process.stdout, { ...options, file }));
    }
    return { graph, summary };
  } finally {
    view?.end();
  }
}

function paramValues({ params }: Program): JsonObject {
  return Object.fromEntries(params.map(({ name, value }) => [name, value as Json]));
}
