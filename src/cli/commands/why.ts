/** `cflow why`: the story of one step, down to the settings that changed, with their lines. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { defaultEngine, type EngineName } from "../../engine/objective.js";
import type { StepGraph } from "../../plan/graph.js";
import { pastOf } from "../../plan/past.js";
import { plan } from "../../plan/staleness.js";
import { tell } from "../../plan/story.js";
import { type RunRecord, runs } from "../../runtime/history.js";
import type { Cache } from "../../runtime/layout.js";
import { CallError, exitCodes } from "../exit.js";
import { type FileOptions, load, otherSteps, planOf, recaller } from "../load.js";
import { shortener } from "../runs.js";
import { storyJson, storyText } from "../story.js";
import { colorsFor } from "../terminal.js";

export interface WhyCommandOptions extends FileOptions {
  readonly cache: string;
  /** Default: that of the run whose file is read, else the usual one. */
  readonly engine?: EngineName;
}

/** With one word it is the step, and the newest run that has it is asked for again. */
export async function why(
  fileOrStep: string,
  given: string | undefined,
  options: WhyCommandOptions,
): Promise<number> {
  const cache = { root: resolve(options.cache) };
  const name = given ?? fileOrStep;
  const call =
    given === undefined ? lastCall(cache, name, options) : { file: fileOrStep, ...options };
  const program = load(call.file, call);
  if (!program) return exitCodes.badCall;
  const engine = call.engine ?? defaultEngine;
  const graph = planOf(program, engine);
  const planned = plan(graph, cache);
  const step = planned[indexOf(graph, name, call.file)]!;
  const past = pastOf(cache);
  const reading = { program, graph };
  const story = tell(step, { cache, past, reading, recall: recaller(engine) });
  const { stdout } = process;
  stdout.write(
    options.json
      ? `${JSON.stringify(storyJson(story))}\n`
      : storyText(story, {
          colors: colorsFor(stdout),
          ...(stdout.columns && { columns: stdout.columns }),
          now: Date.now(),
          short: shortener(cache),
        }),
  );
  return exitCodes.success;
}

type Call = WhyCommandOptions & { readonly file: string };

/** The call of the newest run that has a step; what is given on the command line wins. */
function lastCall(cache: Cache, name: string, options: WhyCommandOptions): Call {
  const run = newestWith(cache, name);
  const subject = run?.subject;
  if (!subject) {
    throw new CallError(
      `no run that is recorded has a step '${name}'`,
      "name the file, too: cflow why FILE STEP",
    );
  }
  if (!existsSync(subject.file)) {
    throw new CallError(
      `there is no file '${subject.file}' here, of which run ${run.id} was`,
      "go to its folder, or name it: cflow why FILE STEP",
    );
  }
  const engine = options.engine ?? (run.engine as EngineName | undefined);
  const set = options.set.length > 0 ? options.set : subject.overrides;
  return { ...options, file: subject.file, set, ...(engine && { engine }) };
}

function newestWith(cache: Cache, name: string): RunRecord | undefined {
  for (const run of runs(cache)) {
    if (run.subject && run.steps.some((step) => isCalled(step.name, name))) return run;
  }
  return undefined;
}

/** A claim is called by its title, too. */
function isCalled(step: string, name: string): boolean {
  return step === name || step === `expect "${name}"`;
}

function indexOf({ steps }: StepGraph, name: string, file: string): number {
  const index = steps.findIndex((step) => isCalled(step.name, name));
  if (index >= 0) return index;
  const names = steps.map((step) => step.name);
  throw new CallError(`${file} has no step '${name}'`, otherSteps(name, names));
}
