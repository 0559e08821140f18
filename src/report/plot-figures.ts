/** The plots that a file asks for, as figures: series and their arithmetic over the step. */
import { evaluate, stepsRead } from "../claims/evaluate.js";
import type { Series } from "../claims/functions.js";
import type { Plot, PlotCurve, Program, SeriesExpression } from "../dsl/program.js";
import { numberColumns } from "../results/columns.js";
import type { SeriesTable } from "../runtime/step.js";
import type { Curve, Figure } from "./figure.js";
import { roleOf } from "./figures/curves.js";
import type { SeriesReader } from "./kept-results.js";

export interface PlotFigure {
  readonly figure: Figure;
  /** Steps that curves lack, since nothing of them is kept. */
  readonly lacking: readonly string[];
}

/** Figures of plots, in the file's order. Rejects as the reader does. */
export async function plotFigures(
  { plots }: Program,
  seriesOf: SeriesReader,
): Promise<PlotFigure[]> {
  const tables = new Map<string, SeriesTable | undefined>();
  for (const step of plots.flatMap(stepsOf)) tables.set(step, await seriesOf(step));
  return plots.map((plot) => ({
    figure: plotFigure(plot, (step) => tables.get(step)),
    lacking: [...new Set(stepsOf(plot))].filter((step) => !tables.get(step)),
  }));
}

function stepsOf({ curves }: Plot): readonly string[] {
  return curves.flatMap(({ expression }) => stepsRead(expression));
}

/** Curves whose steps are not kept are left out. */
export function plotFigure(
  { title, scale, curves }: Plot,
  tableOf: (step: string) => SeriesTable | undefined,
): Figure {
  const [only, ...others] = new Set(curves.map(({ text }) => text));
  const drawn = curves.flatMap((curve) => curvesOf(curve, tableOf));
  return {
    name: nameOf(title),
    title,
    caption: "",
    x: { label: "step" },
    y: { label: others.length === 0 ? only! : "", scale },
    curves: told(drawn),
    levels: [],
  };
}

/** As in the names of files: `squared-norms`. */
export function nameOf(title: string): string {
  const words = title
    .toLowerCase()
    .normalize("NFKD")
    .match(/[\p{L}\p{N}]+/gu);
  return words?.join("-") ?? "plot";
}

function curvesOf(
  { expression, text, variant }: PlotCurve,
  tableOf: (step: string) => SeriesTable | undefined,
): Curve[] {
  const steps = stepsRead(expression);
  if (!steps.every(tableOf)) return [];
  const process = /\.(\w+)$/.exec(steps[0]!)?.[1] ?? "";
  const look = { label: variant === "" ? text : `${text} ${variant}`, role: roleOf(process) };
  const first = tableOf(steps[0]!)!;
  const hasSteps = first.columns.some(({ name }) => name === "step");
  const x = hasSteps ? first.scalar("step") : [];
  return valuesOf(expression, tableOf).map((y): Curve => {
    const rows = y.flatMap((value, row) => (value === null ? [] : [row]));
    return {
      ...look,
      x: rows.map((row) => x[row] ?? row),
      y: rows.map((row) => y[row]!),
    };
  });
}

/** One series, or the components of a spectrum. */
function valuesOf(
  expression: SeriesExpression,
  tableOf: (step: string) => SeriesTable | undefined,
): Series[] {
  const component = (step: string, series: string, index = 0): Series => {
    const table = tableOf(step)!;
    const column = numberColumns(table, series)[index];
    return Array.from({ length: table.rows }, (_, row) => column?.at(row) ?? null);
  };
  if (expression.form !== "series" || expression.index !== undefined) {
    return [evaluate(expression, component) as Series];
  }
  const { step, series } = expression;
  const { length } = numberColumns(tableOf(step)!, series);
  return Array.from({ length }, (_, index) => component(step, series, index));
}

/** Several labels of one role are told apart by their lines. */
function told(curves: readonly Curve[]): Curve[] {
  const labels = new Map<string, string[]>();
  for (const { role, label } of curves) {
    const known = labels.get(role) ?? [];
    if (!known.includes(label)) labels.set(role, [...known, label]);
  }
  const styles = [undefined, "dashed", "dots"] as const;
  return curves.map((curve) => {
    const place = labels.get(curve.role)!.indexOf(curve.label);
    const style = styles[place % styles.length];
    return style ? { ...curve, style } : curve;
  });
}
