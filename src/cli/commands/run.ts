/**
 * `cflow run`: what isn't kept yet is run, claims are checked, and a summary ends it. A process that
 * diverges is a result like any other; only claims that it makes untrue fail the run.
 */
import { dirname, resolve } from "node:path";
import type { Program } from "../../dsl/index.js";
import type { EngineName } from "../../engine/objective.js";
import type { RunEvent } from "../../runtime/events.js";
import { gitCommit } from "../../runtime/git.js";
import { runPlan } from "../../runtime/run.js";
import type { Json, JsonObject } from "../../runtime/step.js";
import { exitCodeOf, exitCodes, type StopSignal } from "../exit.js";
import { eventJson } from "../json.js";
import { type FileOptions, load, partOf, planOf } from "../load.js";
import { progressView } from "../progress.js";
import { exitCode, jsonSummary, textSummary } from "../summary.js";

export interface RunCommandOptions extends FileOptions {
  readonly cache: string;
  readonly engine: EngineName;
  readonly threads?: number;
  readonly workers?: number;
  readonly checkpoint?: number;
  readonly only: readonly string[];
}

export async function run(file: string, options: RunCommandOptions): Promise<number> {
  const program = load(file, options);
  if (!program) return exitCodes.badCall;
  const whole = planOf(program, options.engine);
  const graph = options.only.length > 0 ? partOf(whole, options.only) : whole;
  const { threads, workers, checkpoint, json } = options;
  const interruption = new AbortController();
  const stop = (signal: StopSignal) => interruption.abort(signal);
  process.on("SIGINT", stop).on("SIGTERM", stop);
  const view = json ? undefined : progressView(process.stderr);
  const print = (value: object) => void process.stdout.write(`${JSON.stringify(value)}\n`);
  const onEvent = (event: RunEvent) => (view ? view.listen(event) : print(eventJson(event)));
  const commit = gitCommit(dirname(resolve(file)));
  try {
    const summary = await runPlan(graph, {
      cache: { root: resolve(options.cache) },
      engine: options.engine,
      registry: new URL("../../steps/index.js", import.meta.url).href,
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
      signal: interruption.signal,
    });
    view?.end();
    if (json) print(jsonSummary(graph, summary));
    else process.stdout.write(textSummary(graph, summary, process.stdout, { ...options, file }));
    return summary.interrupted ? exitCodeOf(interruption.signal.reason) : exitCode(graph, summary);
  } finally {
    view?.end();
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

function paramValues({ params }: Program): JsonObject {
  return Object.fromEntries(params.map(({ name, value }) => [name, value as Json]));
}
