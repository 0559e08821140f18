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
    const near = nearest(name, known);
    throw new CallError(
      `there is no step '${name}'`,
      near ? `did you mean '${near}'?` : `there are ${known.join(", ")}`,
    );
  }
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
