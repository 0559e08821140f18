/** Results in words and tables, as wide as there is room. */
import { printable } from "../dsl/cells.js";
import { shown } from "../plan/shown.js";
import type { FileSummary, SeriesSummary, StepSummary, TensorSummary } from "../results/summary.js";
import type { JsonObject } from "../runtime/step.js";
import {
  colorsFor,
  cut,
  narrowedTable,
  pathFromHere,
  showBytes,
  showCount,
  showNumber,
  showSeconds,
} from "./terminal.js";

export interface Place {
  /** Columns there are; no end of them where the output is no terminal. */
  readonly width: number;
  readonly colors: ReturnType<typeof colorsFor>;
}

export function placeOf(stream: { readonly isTTY?: boolean; readonly columns?: number }): Place {
  const colors = colorsFor({ isTTY: Boolean(stream.isTTY) });
  return { width: stream.columns || Number.POSITIVE_INFINITY, colors };
}

/** Of settings and lists that go on, columns that are shown at most. */
const longest = 200;

export function describeStep(summary: StepSummary, place: Place): string[] {
  const { step, kind, inputs, parameters, notes, path } = summary;
  const { colors: c, width } = place;
  const facts: [string, string[]][] = [
    ["made", madeLines(summary)],
    ["reads", Object.entries(inputs).map(([role, name]) => `${role} = ${name}`)],
    ["with", settingLines(parameters)],
    ["noted", Object.entries(notes).map(([name, value]) => `${name} ${noted(value)}`)],
    ["path", [pathFromHere(path)]],
  ];
  return [
    `${c.bold(printable(step))}  ${kind}${rowsOf(summary)}`,
    ...facts.flatMap(([label, lines]) =>
      lines.map((line, i) => {
        const room = Math.max(10, Math.min(width - 9, longest));
        const whole = label === "path" ? line : cut(line, room);
        return `  ${c.dim((i === 0 ? label : "").padEnd(5))}  ${whole}`;
      }),
    ),
    ...summary.files.flatMap((file) => ["", ...describeFile(file, summary, place)]),
  ];
}

function rowsOf({ length, rows, notes }: StepSummary): string {
  if (length === undefined || rows === undefined) return "";
  if (rows > length) return `, the first ${length} of ${showCount(rows, "row")}`;
  const ended = notes.diverged_at === undefined ? "" : `, diverged at step ${notes.diverged_at}`;
  return `, ${showCount(rows, "row")}${ended}`;
}

function madeLines({ step, rows, made }: StepSummary): string[] {
  const { as, run, file, started, seconds, cflow, node, host, engine, threads, pace } = made;
  const by = [
    `cflow ${cflow}, Node ${node}`,
    ...(engine ? [`engine ${engine.name} ${engine.precision}`] : []),
    ...(threads === undefined ? [] : [showCount(threads, "thread")]),
  ];
  const when = `${started.slice(0, 19).replace("T", " ")} UTC in ${showSeconds(seconds)}`;
  const mean = pace && (1000 * pace.seconds.reduce((sum, each) => sum + each, 0)) / rows!;
  const each = mean === undefined ? "" : `, ${Number(mean.toPrecision(3))} ms a step`;
  return [
    `${when}${each}${as === step ? "" : `, as ${as}`}`,
    ...(run === undefined ? [] : [`by run ${run}${file === undefined ? "" : ` of ${file}`}`]),
    `on ${host} by ${by.join(", ")}`,
  ];
}

function noted(value: unknown): string {
  return typeof value === "number" ? showNumber(value) : String(value);
}

function describeFile(file: FileSummary, { rows = 0 }: StepSummary, place: Place): string[] {
  const { colors: c, width } = place;
  const head = (what: string) => `${c.bold(file.name)}  ${what}, ${showBytes(file.size)}`;
  const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`);
  if (file.series) {
    const columns = showCount(file.columns!.length, "column");
    return [
      head(`${showCount(file.rows!, "row")}, ${columns}`),
      ...indented(seriesTable(file.series, { ...place, width: width - 2 })),
    ];
  }
  if (file.tensors) {
    const what = file.steps
      ? `${showCount(file.steps.length, "snapshot")}${stepsShown(file.steps)}`
      : showCount(file.tensors.length, "tensor");
    return [head(what), ...indented(tensorTable(file.tensors, { ...place, width: width - 2 }))];
  }
  if (file.columns) {
    const types = file.columns.map(({ name, type }) => `${name}: ${type}`);
    return [
      head(showCount(file.rows!, "row")),
      ...indented(types.map((line) => cut(line, width - 2))),
    ];
  }
  if (file.text) {
    const more = file.lines! - file.text.length;
    return [
      head(showCount(file.lines!, "line")),
      ...indented(file.text.map((line) => cut(line, Math.min(width - 2, longest)))),
      ...(more > 0 ? [c.dim(`  and ${showCount(more, "more line")}`)] : []),
    ];
  }
  return file.name === "state.arrow"
    ? [head(`the state after ${showCount(rows, "row")}, to go on from`)]
    : [`${c.bold(file.name)}  ${showBytes(file.size)}`];
}

function stepsShown(steps: readonly number[]): string {
  if (steps.length === 0) return "";
  return steps.length === 1 ? ` of step ${steps[0]}` : ` of steps ${steps[0]} to ${steps.at(-1)}`;
}

/** Series that no row has a value of are named below the others. */
export function seriesTable(series: readonly SeriesSummary[], { width, colors }: Place): string[] {
  const some = series.filter(({ rows, missing }) => missing < rows);
  const none = series.filter(({ rows, missing }) => missing === rows);
  const gaps = some.some(({ missing }) => missing > 0);
  const odd = some.some(({ notFinite }) => notFinite > 0);
  const heading = ["", "min", "max", "mean", "first", "last"];
  const rows = [
    [...heading, ...(gaps ? ["not measured"] : []), ...(odd ? ["not finite"] : [])],
    ...some.map((each) => [
      printable(each.name),
      ...[each.min, each.max, each.mean, each.first, each.last].map(numberCell),
      ...(gaps ? [countCell(each.missing)] : []),
      ...(odd ? [countCell(each.notFinite)] : []),
    ]),
  ];
  const names = none.map(({ name }) => printable(name));
  return [
    ...(some.length > 0
      ? narrowedTable(rows, width, ["mean", "first", "not measured", "max"])
      : []),
    ...(names.length > 0 ? wrapped("not measured: ", names, width).map(colors.dim) : []),
  ];
}

export function tensorTable(tensors: readonly TensorSummary[], { width }: Place): string[] {
  const odd = tensors.some(({ notFinite }) => notFinite > 0);
  const rows = [
    ["", "shape", "type", "min", "max", "mean", "norm", ...(odd ? ["not finite"] : [])],
    ...tensors.map(({ name, step, shape, type, ...each }) => [
      step === undefined ? name : `${name} at ${step}`,
      `[${shape.join(", ")}]`,
      type,
      ...[each.min, each.max, each.mean, each.norm].map(numberCell),
      ...(odd ? [countCell(each.notFinite)] : []),
    ]),
  ];
  return narrowedTable(rows, width, ["mean", "type", "norm", "max"]);
}

const numberCell = (value: number | null) => (value === null ? "" : showNumber(value));
const countCell = (count: number) => (count === 0 ? "" : showNumber(count));

/** Names after a label, on as many lines as they need. */
function wrapped(label: string, names: readonly string[], width: number): string[] {
  const lines = [label];
  for (const [i, name] of names.entries()) {
    const piece = i < names.length - 1 ? `${name}, ` : name;
    const line = lines.at(-1)!;
    const begun = line !== label && line.trim() !== "";
    if (begun && line.length + piece.trimEnd().length > width) lines.push("    ");
    lines[lines.length - 1] += piece;
  }
  return lines.map((line) => line.trimEnd());
}

/** Parameters of a step, a line each, as a file could have them. */
export function settingLines(parameters: JsonObject): string[] {
  return Object.entries(parameters).map(([name, value]) => {
    const text = shown(value, Number.POSITIVE_INFINITY);
    return text === "{ }" ? name : `${name} = ${text}`;
  });
}
