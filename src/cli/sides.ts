/** Sides of a comparison as calls name them: files, and runs. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { type Side, sideOfFile, sideOfRun } from "../diff/side.js";
import type { EngineName } from "../engine/objective.js";
import type { Reading } from "../plan/story.js";
import type { RunRecord } from "../runtime/history.js";
import type { Cache } from "../runtime/layout.js";
import type { Compared } from "./differences.js";
import { CallError } from "./exit.js";
import { type FileOptions, load, planOf, recaller } from "./load.js";
import { callOf, runNamed, shortener } from "./runs.js";

export interface SideOptions extends FileOptions {
  readonly engine: EngineName;
}

export interface OpenedSide {
  readonly side: Side;
  readonly compared: Compared;
  /** Its file's name without the ending, or `run 20260601T0804`. */
  readonly title: string;
  /** What its text means; of a run what it means now, if it can be told. */
  readonly reading?: Reading;
  readonly run?: RunRecord;
}

/** Undefined, with everything reported, for a file that has errors. */
export function openSide(name: string, cache: Cache, options: SideOptions): OpenedSide | undefined {
  if (existsSync(name)) {
    const program = load(name, options);
    if (!program) return undefined;
    const reading = { program, graph: planOf(program, options.engine) };
    const call = callOf({ file: name, overrides: options.set });
    return {
      side: sideOfFile(reading, cache),
      compared: { name: call, command: `cflow run ${call}` },
      title: basename(name, ".cflow"),
      reading,
    };
  }
  const run = runNamed(cache, name);
  if (!run) {
    throw new CallError(`'${name}' is neither a file nor a run`, "cflow log lists all runs");
  }
  const { id, subject } = run;
  const called = `run ${shortener(cache)(id)}`;
  const reading = recaller(options.engine)(run);
  return {
    side: sideOfRun(run, reading, cache),
    compared: { name: subject ? `${called} of ${callOf(subject)}` : called },
    title: called,
    ...(reading && { reading }),
    run,
  };
}
