/** `cflow show`: what a result is and how it came to be; statistics and curves of its series. */
import { type Plotted, plot } from "../../drawing/plot.js";
import { printable } from "../../dsl/cells.js";
import { noPart, selectionIn } from "../../results/address.js";
import {
  isList,
  numberColumns,
  valuesOf,
  withColumns,
  withComponent,
  withRows,
} from "../../results/columns.js";
import { tableOf, tensorsOf } from "../../results/kept.js";
import { tensorStatistics } from "../../results/statistics.js";
import {
  seriesSummaries,
  summaryOf,
  type TensorSummary,
  type Window,
} from "../../results/summary.js";
import type { SeriesTable } from "../../runtime/step.js";
import { describeStep, type Place, placeOf, seriesTable, tensorTable } from "../describe.js";
import { CallError, exitCodes } from "../exit.js";
import { readingSubject, type Subject, type SubjectOptions, subjectsOf } from "../subjects.js";

export interface ShowCommandOptions extends SubjectOptions {
  readonly log?: boolean;
  readonly last?: number;
  readonly from?: number;
  readonly to?: number;
}

/** A series to draw, or a component of one: a table with that column alone, and the steps of its rows. */
interface Shown {
  readonly subject: Subject;
  readonly name: string;
  readonly table: SeriesTable;
  readonly steps: readonly number[];
  readonly window: Window;
}

export async function show(args: readonly string[], options: ShowCommandOptions): Promise<number> {
  const subjects = subjectsOf(args, options);
  if (!subjects) return exitCodes.badCall;
  const place = placeOf(process.stdout);
  const blocks: string[] = [];
  const drawn: Shown[] = [];
  let hasRows = false;
  for (const subject of subjects) {
    await readingSubject(subject, async () => {
      const { kept, part } = subject;
      if (part === undefined) {
        const summary = await summaryOf(kept, windowOf(options));
        hasRows ||= summary.files.some(({ series }) => series !== undefined);
        const lines = options.json ? [JSON.stringify(summary)] : describeStep(summary, place);
        blocks.push(lines.join("\n"));
        return;
      }
      const found = await partOf(subject, part, options);
      hasRows ||= "table" in found;
      if ("table" in found) drawn.push(found);
      else blocks.push(tensorBlock(subject, found, options, place));
    });
  }
  if (options.log && drawn.length === 0) {
    throw new CallError("--log draws series", "name one, such as eos.central.train_loss");
  }
  if (windowed(options) && !hasRows) {
    throw new CallError("there is no series to take rows of", "name a step that has one");
  }
  if (options.json) blocks.push(...drawn.map(seriesJson));
  else if (drawn.length > 0) blocks.push(seriesBlock(drawn, options, place));
  process.stdout.write(`${blocks.join(options.json ? "\n" : "\n\n")}\n`);
  return exitCodes.success;
}

function windowed({ last, from, to }: ShowCommandOptions): boolean {
  return last !== undefined || from !== undefined || to !== undefined;
}

function windowOf({ last, from = 0, to = Number.POSITIVE_INFINITY }: ShowCommandOptions) {
  return (rows: number): Window =>
    last === undefined
      ? { from: Math.min(from, rows), to: Math.min(to, rows) }
      : { from: Math.max(0, rows - last), to: rows };
}

async function partOf(
  subject: Subject,
  part: string,
  options: ShowCommandOptions,
): Promise<Shown | TensorSummary> {
  const { kept } = subject;
  const table = await tableOf(kept);
  const tensors = await tensorsOf(kept);
  const series = table?.columns.map(({ name }) => name) ?? [];
  const selection = selectionIn(series, part);
  if (table && selection) return shownOf(subject, table, selection, windowOf(options));
  const tensor = tensors.find(({ name }) => name === part);
  if (tensor) return { name: tensor.name, ...tensorStatistics(tensor) };
  const names = [...series, ...tensors.map(({ name }) => name)];
  const { misfit, help } = noPart(kept.name, part, names);
  throw new CallError(printable(misfit), help && printable(help));
}

function shownOf(
  subject: Subject,
  table: SeriesTable,
  { name, component }: { readonly name: string; readonly component?: number },
  window: (rows: number) => Window,
): Shown {
  if (component !== undefined && !isList(table, name)) {
    throw new CallError(`'${printable(name)}' holds a number a row`, "leave the index out");
  }
  const { from, to } = window(table.rows);
  const rows = withRows(table, from, to);
  const one = component === undefined ? rows : withComponent(rows, name, component);
  const column = component === undefined ? name : `${name}[${component}]`;
  return {
    subject,
    name: `${subject.kept.name}.${column}`,
    table: withColumns(one, [column]),
    steps: stepsOf(rows, from),
    window: { from, to },
  };
}

/** Steps of rows; where a table doesn't tell them, rows are counted. */
function stepsOf(table: SeriesTable, from: number): number[] {
  const told = table.columns.some(({ name, type }) => name === "step" && type === "int32");
  const steps = told ? table.scalar("step") : [];
  const ascending = steps.every((step, i) => step !== null && step >= (steps[i - 1] ?? step));
  return Array.from({ length: table.rows }, (_, i) => (told && ascending ? steps[i]! : from + i));
}

function seriesJson({ subject, table, window }: Shown): string {
  return JSON.stringify({
    step: subject.kept.name,
    fingerprint: subject.kept.fingerprint,
    ...window,
    series: seriesSummaries(table, 0, table.rows),
  });
}

function seriesBlock(drawn: readonly Shown[], { log }: ShowCommandOptions, place: Place): string {
  const c = place.colors;
  const paints = [c.cyan, c.yellow, c.magenta, c.green, c.blue, c.red];
  const summaries = drawn.flatMap(({ subject, table }) =>
    seriesSummaries(table, 0, table.rows).map((each) => ({
      ...each,
      name: `${subject.kept.name}.${each.name}`,
    })),
  );
  const plotted = drawn.map(({ name, table, steps }, i): Plotted => {
    const columns = numberColumns(table, table.columns[0]!.name);
    return {
      name: printable(name),
      x: steps,
      curves: columns.map((column) => valuesOf(column, table.rows)),
      paint: paints[i % paints.length]!,
    };
  });
  const { columns, rows } = process.stdout;
  const height = Math.max(6, Math.min(16, (rows || 24) - 4 - plotted.length));
  const lines = plot(plotted, { width: columns || 80, height, log: log ?? false });
  return [...seriesTable(summaries, place), "", ...lines].join("\n");
}

function tensorBlock(
  { kept }: Subject,
  tensor: TensorSummary,
  { json }: ShowCommandOptions,
  place: Place,
): string {
  if (json) return JSON.stringify({ step: kept.name, fingerprint: kept.fingerprint, tensor });
  const named = { ...tensor, name: `${printable(kept.name)}.${tensor.name}` };
  return tensorTable([named], place).join("\n");
}
