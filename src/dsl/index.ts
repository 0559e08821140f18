/** The language: from text to a checked program, and errors to show. */
export { type Checked, type CheckOptions, check, type DeclaredName } from "./check.js";
export { type Code, codes } from "./codes.js";
export type { Diagnostic, Fix, Label, Source, Span } from "./diagnostic.js";
export { type Position, positionAt } from "./lines.js";
export type * from "./program.js";
export {
  diagnosticToJson,
  type JsonDiagnostic,
  type RenderOptions,
  renderDiagnostic,
  renderDiagnostics,
} from "./render.js";
export { written } from "./written.js";
