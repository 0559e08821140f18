/** A result, or a part of it, in a format that other programs read. */
import type { Misfit } from "../dsl/vocabulary.js";
import { readStageFile } from "../runtime/cache.js";
import { seriesFile, stateFile } from "../runtime/layout.js";
import type { SeriesTable, Snapshots, TensorColumn } from "../runtime/step.js";
import { noPart, selectionIn } from "./address.js";
import { isList, withColumns, withComponent } from "./columns.js";
import { csvLines } from "./csv.js";
import type { ExportFormat } from "./formats.js";
import { contentsOf, filesOf, type Kept } from "./kept.js";

interface From {
  /** The file of the stage that it is from. */
  readonly file: string;
}

/** What is to be written. */
export type Exportable =
  /** `series` if it is about one, beside the step that each row is of. */
  | (From & { readonly form: "series"; readonly table: SeriesTable; readonly series?: string })
  | (From & { readonly form: "tensors"; readonly tensors: readonly TensorColumn[] })
  | (From & { readonly form: "snapshots"; readonly snapshots: Snapshots })
  /** Of a user's program, as they are. */
  | (From & { readonly form: "bytes" });

/** @param file  the name of one of the result's files, with or without `.arrow`; else the main one */
export async function exportable(
  kept: Kept,
  part: string | undefined,
  file: string | undefined,
): Promise<Exportable | Misfit> {
  const files = filesOf(kept).flatMap(({ name }) => (name === stateFile ? [] : [name]));
  const main = files.includes(seriesFile)
    ? seriesFile
    : kept.kind === "command"
      ? undefined
      : files[0];
  const name =
    file === undefined ? main : files.find((each) => [file, `${file}.arrow`].includes(each));
  if (name === undefined) {
    const misfit =
      file === undefined
        ? `'${kept.name}' wrote no series`
        : `'${kept.name}' has no file '${file}'`;
    return { misfit, help: `name one with --what: ${files.join(", ")}` };
  }
  const contents = await contentsOf(kept, name);
  switch (contents.form) {
    case "series": {
      const { table } = contents;
      if (part === undefined) return { file: name, form: "series", table };
      const chosen = chosenSeries(kept, table, part);
      return "misfit" in chosen ? chosen : { file: name, form: "series", ...chosen };
    }
    case "tensors": {
      const tensors = contents.tensors.filter((each) => part === undefined || each.name === part);
      return tensors.length > 0
        ? { file: name, form: "tensors", tensors }
        : noPart(
            kept.name,
            part!,
            contents.tensors.map((each) => each.name),
          );
    }
    case "snapshots":
      return { file: name, form: "snapshots", snapshots: contents.snapshots };
    default:
      return part === undefined ? { file: name, form: "bytes" } : noPart(kept.name, part, []);
  }
}

function chosenSeries(
  kept: Kept,
  table: SeriesTable,
  part: string,
): { table: SeriesTable; series: string } | Misfit {
  const names = table.columns.map(({ name }) => name);
  const selection = selectionIn(names, part);
  if (!selection) return noPart(kept.name, part, names);
  const { name, component } = selection;
  if (component === undefined) return { table: withColumns(table, ["step", name]), series: name };
  if (!isList(table, name)) {
    return { misfit: `'${name}' holds a number a row`, help: "leave the index out" };
  }
  const column = `${name}[${component}]`;
  return {
    table: withColumns(withComponent(table, name, component), ["step", column]),
    series: column,
  };
}

/** The bytes of a file. */
export async function exported(
  kept: Kept,
  what: Exportable,
  format: ExportFormat,
): Promise<Uint8Array | Misfit> {
  const { form, file } = what;
  const written = kept.kind === "command" && file.endsWith(`.${format}`);
  // What a user's program wrote stays as it is.
  if (written && !(form === "series" && what.series)) return readStageFile(kept.stage, file);
  switch (form) {
    case "series":
      return seriesIn(kept, what, format);
    case "tensors":
      return tensorsIn(what.tensors, format);
    case "snapshots":
      return snapshotsIn(what.snapshots, format);
    case "bytes":
      return {
        misfit: `'${file}' has a format of its own`,
        help: `it lies in ${kept.stage.folder}`,
      };
  }
}

async function seriesIn(
  kept: Kept,
  { table, series }: Extract<Exportable, { form: "series" }>,
  format: ExportFormat,
): Promise<Uint8Array | Misfit> {
  switch (format) {
    case "csv":
      return Buffer.from(`${[...csvLines(table)].join("\n")}\n`);
    case "parquet":
      return (await import("./parquet.js")).parquetOf(table);
    case "npy": {
      if (series !== undefined) return (await import("./npy.js")).npyOfSeries(table, series);
      const { name } = table.columns.find((each) => each.name !== "step") ?? { name: "NAME" };
      return { misfit: "npy holds one array", help: `name a series, as in ${kept.name}.${name}` };
    }
    case "arrow":
      return (await import("./arrow.js")).arrowOfSeries(table);
  }
}

async function tensorsIn(
  tensors: readonly TensorColumn[],
  format: ExportFormat,
): Promise<Uint8Array | Misfit> {
  if (format === "arrow") return (await import("./arrow.js")).arrowOfTensors(tensors);
  if (format !== "npy") {
    return { misfit: `tensors are no rows for ${format}`, help: "use --to npy or --to arrow" };
  }
  const [first, ...more] = tensors;
  if (more.length === 0) return (await import("./npy.js")).npyOfTensor(first!);
  const names = tensors.map(({ name }) => name).join(", ");
  return { misfit: "npy holds one array", help: `name one of its tensors: ${names}` };
}

async function snapshotsIn(
  snapshots: Snapshots,
  format: ExportFormat,
): Promise<Uint8Array | Misfit> {
  if (format === "npy") return (await import("./npy.js")).npyOfSnapshots(snapshots);
  if (format === "arrow") return (await import("./arrow.js")).arrowOfSnapshots(snapshots);
  return { misfit: `snapshots are no rows for ${format}`, help: "use --to npy or --to arrow" };
}
