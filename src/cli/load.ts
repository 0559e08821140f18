/** From a file's name to a checked program and its plan, or to its errors on standard error. */
import { dirname, resolve } from "node:path";
import {
  check,
  type Diagnostic,
  diagnosticToJson,
  type Program,
  renderDiagnostics,
  type Source,
} from "../dsl/index.js";
import { readText } from "../dsl/read-text.js";
import { nearest } from "../dsl/suggest.js";
import type { EngineName } from "../engine/objective.js";
import { compile } from "../plan/compile.js";
import type { StepGraph } from "../plan/graph.js";
import { only } from "../plan/only.js";
import type { Reading } from "../plan/story.js";
import type { RunRecord } from "../runtime/history.js";
import { stepKinds } from "../steps/index.js";
import { CallError } from "./exit.js";
import { wantsColors } from "./terminal.js";
import { vocabulary } from "./vocabulary.js";

export interface FileOptions {
  readonly set: readonly string[];
  readonly json?: boolean;
}

/** Reads and checks a file. Undefined, with everything reported, if it has errors. */
export function load(file: string, options: FileOptions): Program | undefined {
  const { program, diagnostics } = read(file, options.set);
  report(diagnostics, options);
  // Warnings stand apart from what follows.
  if (program && diagnostics.length > 0 && !options.json) process.stderr.write("\n");
  return program;
}

/** The same without a report. Throws a `CallError` for a file that cannot be read. */
export function read(file: string, overrides: readonly string[]) {
  const text = readText(file, file);
  if (typeof text !== "string") throw new CallError(text.misfit, text.help);
  const source: Source = { name: file, text };
  return check(source, vocabulary, { overrides, directory: dirname(resolve(file)) });
}

/** Throws a `CallError` if the program has no flow and no command: there is nothing to plan, run or read. */
export function planOf(program: Program, engine: EngineName): StepGraph {
  if (program.flows.length + program.commands.length === 0) {
    throw new CallError(`'${program.source.name}' declares no flow`, "add one: flow NAME { … }");
  }
  return compile(program, { vocabulary, kinds: stepKinds, engine });
}

/**
 * Gives what the text that a run kept means now, silently, and once a run; undefined if the run kept
 * none, or if it has errors by now, as where its data are gone.
 */
export function recaller(engine: EngineName): (run: RunRecord) => Reading | undefined {
  const known = new Map<string, Reading | undefined>();
  return (run) => {
    if (!known.has(run.id)) known.set(run.id, recall(run, engine));
    return known.get(run.id);
  };
}

function recall({ subject, ...run }: RunRecord, engine: EngineName): Reading | undefined {
  if (!subject) return undefined;
  const source: Source = { name: subject.file, text: subject.text };
  const { program } = check(source, vocabulary, {
    overrides: subject.overrides,
    directory: dirname(resolve(subject.file)),
    // As the run read them, whatever they hold by now.
    read: (path, name) =>
      subject.imports?.find(({ file }) => resolve(file) === path)?.text ?? readText(path, name),
  });
  if (!program) return undefined;
  const kinds = stepKinds;
  return { program, graph: compile(program, { vocabulary, kinds, engine: run.engine ?? engine }) };
}

/** A part of a plan: the steps named and what they need. Throws a `CallError` for a name of no step. */
export function partOf(graph: StepGraph, names: readonly string[]): StepGraph {
  assertSteps(graph, names);
  return only(graph, names);
}

/** Throws a `CallError` for a name of no step. */
export function assertSteps(graph: StepGraph, names: readonly string[]): void {
  const known = graph.steps.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    throw new CallError(`there is no step '${name}'`, otherSteps(name, known));
  }
}

/** What to do about a name that none of the steps has. */
export function otherSteps(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === undefined ? `there are ${known.join(", ")}` : `did you mean '${near}'?`;
}

/** For scripts one JSON object a diagnostic on standard output, for people text on standard error. */
function report(diagnostics: readonly Diagnostic[], { json }: FileOptions): void {
  if (json) {
    for (const diagnostic of diagnostics) {
      const line = JSON.stringify({ event: "diagnostic", ...diagnosticToJson(diagnostic) });
      process.stdout.write(`${line}\n`);
    }
    return;
  }
  const { stderr } = process;
  const width = stderr.columns ? { columns: stderr.columns } : {};
  stderr.write(renderDiagnostics(diagnostics, { colors: wantsColors(stderr), ...width }));
}
