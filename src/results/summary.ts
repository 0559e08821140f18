/** What a result is, how it came to be, and its files summed up, as plain data. */
import { runs } from "../runtime/history.js";
import { type FileRecord, type Making, makingOf } from "../runtime/record.js";
import type { JsonObject, SeriesTable, Snapshots } from "../runtime/step.js";
import { numberColumns, valuesOf, withRows } from "./columns.js";
import { contentsOf, filesOf, type Kept } from "./kept.js";
import {
  type Statistics,
  statisticsOf,
  type TensorStatistics,
  tensorStatistics,
} from "./statistics.js";

export interface StepSummary {
  readonly step: string;
  readonly kind: string;
  readonly fingerprint: string;
  readonly path: string;
  /** Rows asked for, of a trajectory, and rows there are. */
  readonly length?: number;
  readonly rows?: number;
  readonly made: {
    /** The name that the step had then. */
    readonly as: string;
    /** Id of the last run that worked on it, and its file; absent where it isn't on record. */
    readonly run?: string;
    readonly file?: string;
    readonly started: string;
    readonly seconds: number;
    readonly cflow: string;
    readonly node: string;
    readonly host: string;
    readonly engine?: { readonly name: string; readonly precision: string };
  } & Making;
  /** By role, the names of the steps that it read. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly parameters: JsonObject;
  readonly notes: JsonObject;
  readonly files: readonly FileSummary[];
}

export interface FileSummary extends FileRecord {
  readonly rows?: number;
  readonly columns?: readonly { readonly name: string; readonly type: string }[];
  readonly series?: readonly SeriesSummary[];
  readonly tensors?: readonly TensorSummary[];
  /** Steps of the snapshots; `tensors` are the first and the last. */
  readonly steps?: readonly number[];
  /** The first lines of a text, and how many there are. */
  readonly text?: readonly string[];
  readonly lines?: number;
}

export interface SeriesSummary extends Statistics {
  /** `train_loss`, `effective_eigenvalues[0]`. */
  readonly name: string;
}

export interface TensorSummary extends TensorStatistics {
  readonly name: string;
  /** Of a snapshot. */
  readonly step?: number;
}

/** Rows [from, to) of a table. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** Lines of a text that are kept. */
const firstLines = 10;

/** @param window  of `series.arrow`, given the number of rows that it has */
export async function summaryOf(
  kept: Kept,
  window: (rows: number) => Window,
): Promise<StepSummary> {
  const { name, kind, fingerprint, length, stage, cache } = kept;
  const { record, folder } = stage;
  const { started, seconds, cflow, node, host, engine, parameters, notes, rows } = record;
  const files: FileSummary[] = [];
  for (const file of filesOf(kept)) files.push(await fileSummary(kept, file, window));
  return {
    step: name,
    kind,
    fingerprint,
    path: folder,
    ...(length !== undefined && { length }),
    ...(rows !== undefined && { rows }),
    made: {
      as: record.name,
      ...madeBy(cache, fingerprint),
      started,
      seconds,
      cflow,
      node,
      host,
      ...(engine && { engine }),
      ...makingOf(record),
    },
    inputs: Object.fromEntries(
      Object.entries(record.inputs).map(([role, input]) => [role, input.name]),
    ),
    parameters,
    notes,
    files,
  };
}

function madeBy(cache: Kept["cache"], fingerprint: string): { run?: string; file?: string } {
  for (const run of runs(cache)) {
    const made = run.steps.some(
      (step) => step.fingerprint === fingerprint && step.status === "ran",
    );
    if (made) return { run: run.id, ...(run.subject && { file: run.subject.file }) };
  }
  return {};
}

async function fileSummary(
  kept: Kept,
  file: FileRecord,
  window: (rows: number) => Window,
): Promise<FileSummary> {
  const contents = await contentsOf(kept, file.name);
  switch (contents.form) {
    case "series": {
      const { columns, rows } = contents.table;
      const { from, to } = window(rows);
      return { ...file, rows, columns, series: seriesSummaries(contents.table, from, to) };
    }
    case "tensors":
      return {
        ...file,
        tensors: contents.tensors.map((each) => ({ name: each.name, ...tensorStatistics(each) })),
      };
    case "snapshots":
      return { ...file, ...snapshotSummary(contents.snapshots) };
    case "table":
      return { ...file, rows: contents.rows, columns: contents.columns };
    case "text": {
      const lines = contents.text.replace(/\r?\n$/, "").split(/\r?\n/);
      const empty = contents.text === "";
      return {
        ...file,
        text: empty ? [] : lines.slice(0, firstLines),
        lines: empty ? 0 : lines.length,
      };
    }
    case "other":
      return file;
  }
}

/** Of every series, or every component of a spectrum. */
export function seriesSummaries(table: SeriesTable, from: number, to: number): SeriesSummary[] {
  const part = withRows(table, from, to);
  return table.columns.flatMap(({ name }) => {
    const columns = numberColumns(part, name);
    // Where no row has a component, the series is summed up as a whole.
    if (columns.length === 0) return [{ name, ...statisticsOf(Array(part.rows).fill(null)) }];
    return columns.map((column) => ({
      name: column.name,
      ...statisticsOf(valuesOf(column, part.rows)),
    }));
  });
}

function snapshotSummary({ steps, tensors }: Snapshots): Partial<FileSummary> {
  const ends = [...new Set([0, tensors.length - 1])].filter((i) => i >= 0);
  return {
    rows: tensors.length,
    steps: [...steps],
    tensors: ends.map((i) => ({
      name: tensors[i]!.name,
      step: steps[i]!,
      ...tensorStatistics(tensors[i]!),
    })),
  };
}
