/** From a file's name to a checked program and its plan, or to its errors on standard error. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import {
  check,
  type Diagnostic,
  diagnosticToJson,
  type Program,
  renderDiagnostics,
  type Source,
} from "../dsl/index.js";
import { type EngineName, precision } from "../engine/objective.js";
import { compile } from "../plan/compile.js";
import type { StepGraph } from "../plan/graph.js";
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
  const source: Source = { name: file, text: read(file) };
  const { program, diagnostics } = check(source, vocabulary, {
    overrides: options.set,
    directory: dirname(resolve(file)),
  });
  report(diagnostics, options);
  return program;
}

export function planOf(program: Program, engine: EngineName): StepGraph {
  return compile(program, { vocabulary, kinds: stepKinds, engine: { name: engine, precision } });
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new CallError(`there is no file '${file}'`);
    if (code === "EISDIR") throw new CallError(`'${file}' is a folder; name a .cflow file in it`);
    throw new CallError(`cannot read '${file}': ${(error as Error).message}`);
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
  const text = renderDiagnostics(diagnostics, { colors: wantsColors(stderr), ...width });
  if (text !== "") stderr.write(`${text}\n`);
}
