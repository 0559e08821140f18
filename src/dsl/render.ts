/** Diagnostics for people, as text with a code frame, and for programs, as JSON. */
import picocolors from "picocolors";
import { printable } from "./cells.js";
import type { Diagnostic, Span } from "./diagnostic.js";
import { frame, type Paint } from "./frame.js";
import { positionAt } from "./lines.js";

export interface RenderOptions {
  /** Whether to use terminal colours. Whether they are wanted (NO_COLOR) is for the caller to say. */
  readonly colors?: boolean;
  /** Columns of a source line that are shown at most. */
  readonly columns?: number;
}

const fewestColumns = 40;

/** One diagnostic, without a final newline. */
export function renderDiagnostic(diagnostic: Diagnostic, options: RenderOptions = {}): string {
  const { code, severity, message, labels, help, fix } = diagnostic;
  const c = picocolors.createColors(options.colors ?? false);
  const emphasis = severity === "error" ? c.red : c.yellow;
  const paint: Paint = {
    gutter: c.blue,
    primary: (text) => c.bold(emphasis(text)),
    secondary: c.cyan,
  };
  const columns = Math.max(fewestColumns, options.columns ?? 100);
  const note = (kind: string, text: string) => `  ${c.cyan(`${kind}:`)} ${printable(text)}`;
  // "did you mean `gd`?" says what the fix would do.
  const told = fix !== undefined && fix.replacement !== "" && help?.includes(fix.replacement);
  return [
    `${c.bold(emphasis(`${severity}[${code}]`))}${c.bold(`: ${printable(message)}`)}`,
    ...frame(labels, paint, columns),
    ...(help === undefined ? [] : [note("help", help)]),
    ...(fix === undefined || told === true ? [] : [note("fix", fix.title)]),
  ].join("\n");
}

/** All of them with a count at the end; empty for none. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  options: RenderOptions = {},
): string {
  if (diagnostics.length === 0) return "";
  const parts = diagnostics.map((each) => renderDiagnostic(each, options));
  return `${[...parts, summary(diagnostics)].join("\n\n")}\n`;
}

/** `2 errors, 1 warning`. */
function summary(diagnostics: readonly Diagnostic[]): string {
  const count = (severity: Diagnostic["severity"]) => {
    const n = diagnostics.filter((each) => each.severity === severity).length;
    return n === 0 ? [] : [`${n} ${severity}${n === 1 ? "" : "s"}`];
  };
  return [...count("error"), ...count("warning")].join(", ");
}

/** A place as editors and scripts want it: lines and columns from 1, columns in UTF-16 units. */
export interface JsonPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface JsonDiagnostic extends JsonPlace {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly help: string | null;
  readonly fix: (JsonPlace & { readonly title: string; readonly replacement: string }) | null;
}

export function diagnosticToJson(diagnostic: Diagnostic): JsonDiagnostic {
  const { code, severity, message, labels, help, fix } = diagnostic;
  return {
    ...jsonPlace(labels[0]!.span),
    code,
    severity,
    message,
    help: help ?? null,
    fix:
      fix === undefined
        ? null
        : { title: fix.title, ...jsonPlace(fix.span), replacement: fix.replacement },
  };
}

export function jsonPlace({ source, start, end }: Span): JsonPlace {
  const first = positionAt(source, start);
  const last = positionAt(source, end);
  return {
    file: source.name,
    line: first.line,
    column: first.column,
    endLine: last.line,
    endColumn: last.column,
  };
}
