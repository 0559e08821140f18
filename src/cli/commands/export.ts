/** `cflow export`: a kept result for other programs, as text on standard output or as a file. */
import { printable } from "../../dsl/cells.js";
import { isMisfit, type Misfit } from "../../dsl/vocabulary.js";
import { csvLines } from "../../results/csv.js";
import { type Exportable, exportable, exported } from "../../results/export.js";
import type { ExportFormat } from "../../results/formats.js";
import { CallError, exitCodes } from "../exit.js";
import { assertFree, fileNameOf, save } from "../saving.js";
import { readingSubject, type Subject, type SubjectOptions, subjectsOf } from "../subjects.js";
import { showBytes, showCount } from "../terminal.js";

export interface ExportCommandOptions extends SubjectOptions {
  readonly to: ExportFormat;
  /** The name of one of the result's files. */
  readonly what?: string;
  readonly out?: string;
  readonly force?: boolean;
}

export async function exportResult(
  args: readonly string[],
  options: ExportCommandOptions,
): Promise<number> {
  const subjects = subjectsOf(args, options);
  if (!subjects) return exitCodes.badCall;
  const [subject, ...more] = subjects;
  if (more.length > 0) {
    throw new CallError("one result at a time is exported", "name one step or series");
  }
  const { to, what, out, force } = options;
  const { kept, part } = subject!;
  const found = await readingSubject(subject!, () => exportable(kept, part, what));
  if (isMisfit(found)) throw refused(found);
  if (to === "csv" && out === undefined && found.form === "series") {
    for (const line of csvLines(found.table)) {
      if (process.stdout.destroyed) break;
      process.stdout.write(`${line}\n`);
    }
    return exitCodes.success;
  }
  const path = out ?? fileName(subject!, what && found.file, to);
  assertFree(path, force);
  const bytes = await readingSubject(subject!, () => exported(kept, found, to));
  if (isMisfit(bytes)) throw refused(bytes);
  await save(path, bytes);
  process.stdout.write(`${path}: ${counted(found, to)}${showBytes(bytes.byteLength)}\n`);
  return exitCodes.success;
}

function refused({ misfit, help }: Misfit): CallError {
  return new CallError(printable(misfit), help && printable(help));
}

function fileName({ text }: Subject, file: string | undefined, format: ExportFormat): string {
  const name = file === undefined ? text : `${text}.${file.replace(/\.[^.]*$/, "")}`;
  return `${fileNameOf(name)}.${format}`;
}

function counted(what: Exportable, format: ExportFormat): string {
  switch (what.form) {
    case "series": {
      const columns = showCount(what.table.columns.length, "column");
      return `${showCount(what.table.rows, "row")}, ${format === "npy" ? "" : `${columns}, `}`;
    }
    case "tensors":
      return what.tensors.map(({ name, shape }) => `${name} [${shape.join(", ")}], `).join("");
    case "snapshots":
      return `${showCount(what.snapshots.tensors.length, "snapshot")}, `;
    case "bytes":
      return "";
  }
}
