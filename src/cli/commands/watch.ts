/**
 * `cflow watch`: runs a file, and again whenever it is saved, or another that it reads. What runs at
 * the time is stopped at a checkpoint: steps that the change doesn't concern go on from there.
 */
import { relative, resolve } from "node:path";
import type { Program } from "../../dsl/index.js";
import { StepFailure } from "../../runtime/step.js";
import { CallError, exitCodeOf, exitCodes, stopSignal } from "../exit.js";
import { printJson } from "../json.js";
import type { LivePage } from "../live-page.js";
import { load } from "../load.js";
import { type RunOptions, runProgram } from "../run-program.js";
import { colorsFor } from "../terminal.js";
import { filesOf } from "../watched-files.js";
import { type Look, lookAt, nextChange } from "../watching.js";

export async function watch(file: string, options: RunOptions): Promise<number> {
  const { signal, release } = stopSignal();
  const c = colorsFor(process.stderr);
  const tell = (event: string, files: readonly string[], line: string) => {
    if (options.json) printJson({ event, files });
    else process.stderr.write(`${c.dim(line)}\n`);
  };
  let look: Look = lookAt([resolve(file)]);
  let isFirst = true;
  let page: LivePage | undefined;
  try {
    for (;;) {
      const program = loaded(file, options, isFirst);
      if (isFirst && program && options.open) {
        page = await (await import("../live-page.js")).openLivePage(options);
      }
      isFirst = false;
      if (program) page?.show(program);
      // What changed while it was read counts as changed since.
      if (program) look = new Map([...lookAt(filesOf(program)), ...look]);
      const changing = new AbortController();
      const changed = nextChange(look, signal).then((now) => {
        changing.abort();
        return now;
      });
      if (program) await runUntil(program, options, signal, changing.signal, page);
      if (signal.aborted) return exitCodeOf(signal.reason);
      if (!changing.signal.aborted) {
        const count = look.size - 1;
        const others =
          count > 0 ? ` and ${count === 1 ? "a file" : `${count} files`} it reads` : "";
        tell("watching", [...look.keys()], `watching ${file}${others}; Ctrl-C ends`);
      }
      const now = await changed;
      if (now === undefined) return exitCodes.success;
      const changes = now.paths.map((path) => relative(process.cwd(), path));
      tell("changed", changes, `${changes.join(", ")} changed`);
      look = now.look;
    }
  } finally {
    page?.close();
    release();
  }
}

/** Undefined, with everything reported, if it can't be run; that is final for the first time only. */
function loaded(file: string, options: RunOptions, isFirst: boolean): Program | undefined {
  try {
    return load(file, options);
  } catch (error) {
    if (isFirst || !(error instanceof CallError)) throw error;
    report(error, options);
    return undefined;
  }
}

async function runUntil(
  program: Program,
  options: RunOptions,
  stopped: AbortSignal,
  changed: AbortSignal,
  page: LivePage | undefined,
): Promise<void> {
  const either = AbortSignal.any([stopped, changed]);
  try {
    await runProgram(program, options, either, {
      ...page?.onlookers,
      isShown: ({ interrupted }) => !interrupted || stopped.aborted,
    });
  } catch (error) {
    if (!(error instanceof CallError || error instanceof StepFailure)) throw error;
    report(error, options);
  }
}

function report({ message, help }: CallError | StepFailure, { json }: RunOptions): void {
  if (json) printJson({ event: "error", message, ...(help !== undefined && { help }) });
  else process.stderr.write(`error: ${message}${help ? `\n  help: ${help}` : ""}\n`);
}
