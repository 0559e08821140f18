/** `cflow plot`: the figures that a file's results suffice for, listed or drawn as files. */
import { mkdirSync, statSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { printable } from "../../dsl/cells.js";
import type { Program } from "../../dsl/program.js";
import { nearest } from "../../dsl/suggest.js";
import type { EngineName } from "../../engine/objective.js";
import { type FlowFigure, together, variedFlows } from "../../report/family.js";
import type { Figure } from "../../report/figure.js";
import { figureKinds, figureOf } from "../../report/figures/index.js";
import { type FlowResults, flowResults } from "../../report/flow-results.js";
import { type FigureForm, figureForms } from "../../report/forms.js";
import { keptResults } from "../../report/kept-results.js";
import { nameOf, type PlotFigure, plotFigures } from "../../report/plot-figures.js";
import { StepFailure } from "../../runtime/step.js";
import { reading } from "../damaged.js";
import { CallError, exitCodes } from "../exit.js";
import { printJson } from "../json.js";
import { type FileOptions, load, planOf } from "../load.js";
import { assertFree, fileNameOf, save } from "../saving.js";
import { fittedTable, showBytes } from "../terminal.js";

export interface PlotCommandOptions extends FileOptions {
  readonly cache: string;
  readonly engine: EngineName;
  /** Told by the name of `out` if it isn't given. */
  readonly to?: FigureForm;
  /** A folder, or the file of the only figure. */
  readonly out?: string;
  /** The only flow whose figures are wanted. */
  readonly flow?: string;
  /** Variants of a flow in one figure. */
  readonly together?: boolean;
  readonly force?: boolean;
}

/** Of a plot that the file asks for there is no flow. */
type Drawn = Pick<FlowFigure, "figure"> & Partial<FlowFigure>;

export async function plot(
  file: string,
  names: readonly string[],
  options: PlotCommandOptions,
): Promise<number> {
  const program = load(file, options);
  if (!program) return exitCodes.badCall;
  const graph = planOf(program, options.engine);
  const wanted = wantedIn(program, names);
  const results = keptResults(graph, { root: resolve(options.cache) });
  const [all, plots] = await reading("a kept result", "cflow run", async () => [
    await flowResults(program, results),
    await plotFigures(program, results.series),
  ]);
  const flows = chosen(all, options.flow, file);
  if (flows.every(({ processes }) => processes.size === 0)) {
    throw new CallError(
      `no result of ${flowsNamed(flows)} is kept for these settings`,
      `cflow run ${file}, with the same options, computes it`,
    );
  }
  if (names.length === 0 && options.out === undefined) {
    list(flows, plots, file, options);
    return exitCodes.success;
  }
  const each = wanted.kinds.flatMap((kind) =>
    flows.flatMap((flow): FlowFigure[] => {
      const figure = figureOf(kind, flow);
      return figure ? [{ flow: flow.name, figure }] : [];
    }),
  );
  const drawn: Drawn[] = options.together ? together(each, variedFlows(program)) : each;
  for (const { name, needs } of names.length > 0 ? wanted.kinds : []) {
    if (drawn.some(({ figure }) => figure.name === name)) continue;
    if (wanted.plots.some((title) => nameOf(title) === name)) continue;
    throw new CallError(
      `the kept results of ${flowsNamed(flows)} don't have what '${name}' shows`,
      `it needs ${needs}; cflow plot ${file} lists the others`,
    );
  }
  if (options.flow === undefined || names.length > 0) {
    for (const { figure, lacking } of plots) {
      if (!wanted.plots.includes(figure.title)) continue;
      if (figure.curves.length > 0) drawn.push({ figure });
      else if (names.length > 0) {
        throw new CallError(
          `nothing that the plot '${printable(figure.title)}' shows is kept: ${lacking.join(", ")}`,
          `cflow run ${file}, with the same options, computes it`,
        );
      }
    }
  }
  await write(drawn, options);
  return exitCodes.success;
}

/** All, or those named; plots also by their titles. Throws a `CallError` for a name of nothing. */
function wantedIn({ plots }: Program, names: readonly string[]) {
  const titles = plots.map(({ title }) => title);
  if (names.length === 0) return { kinds: figureKinds, plots: titles };
  const known = [...new Set([...figureKinds.map(({ name }) => name), ...titles.map(nameOf)])];
  for (const name of names) {
    if (known.includes(name) || titles.includes(name)) continue;
    const near = nearest(name, known);
    throw new CallError(
      `there is no figure '${printable(name)}'`,
      near === undefined ? `there are ${known.join(", ")}` : `did you mean '${near}'?`,
    );
  }
  return {
    kinds: figureKinds.filter(({ name }) => names.includes(name)),
    plots: titles.filter((title) => names.includes(title) || names.includes(nameOf(title))),
  };
}

/** The flow of this name, all variants of one that was declared so, or all flows. */
function chosen(
  flows: readonly FlowResults[],
  name: string | undefined,
  file: string,
): readonly FlowResults[] {
  if (flows.length === 0)
    throw new CallError(`'${file}' declares no flow, and figures are of flows`);
  if (name === undefined) return flows;
  const found = flows.filter((flow) => flow.name === name || flow.name.startsWith(`${name}[`));
  if (found.length > 0) return found;
  const known = flows.map((flow) => flow.name);
  const near = nearest(name, known);
  throw new CallError(
    `'${file}' has no flow '${printable(name)}'`,
    near === undefined ? `there are ${known.join(", ")}` : `did you mean '${near}'?`,
  );
}

function flowsNamed(flows: readonly FlowResults[]): string {
  return flows.map(({ name }) => `'${printable(name)}'`).join(", ");
}

function list(
  flows: readonly FlowResults[],
  plots: readonly PlotFigure[],
  file: string,
  { json }: PlotCommandOptions,
): void {
  const there: string[][] = [];
  const lacking: string[][] = [];
  for (const flow of flows) {
    for (const kind of figureKinds) {
      const { name, title, needs } = kind;
      const suffices = figureOf(kind, flow) !== undefined;
      if (json) {
        printJson({ figure: name, flow: flow.name, title, suffices, ...(!suffices && { needs }) });
      } else if (suffices) {
        there.push([name, printable(flow.name), title]);
      } else if (flow.processes.size > 0) {
        lacking.push([name, printable(flow.name), needs]);
      }
    }
  }
  for (const { figure, lacking: steps } of plots) {
    const { name, title, curves } = figure;
    const suffices = curves.length > 0;
    if (json) printJson({ figure: name, flow: null, title, suffices, lacking: steps });
    else if (suffices) there.push([name, "", printable(title)]);
    else lacking.push([name, "", steps.map(printable).join(", ")]);
  }
  if (json) return;
  const { columns } = process.stdout;
  const blocks = [
    [["figure", "flow", "shows"], there] as const,
    [["lacking", "flow", "needs"], lacking] as const,
  ].flatMap(([heads, rows]) => (rows.length > 0 ? [fittedTable(heads, rows, columns)] : []));
  const empty = flows.filter(({ processes }) => processes.size === 0);
  if (empty.length > 0) {
    blocks.push([`nothing of ${flowsNamed(empty)} is kept: cflow run ${file} computes it`]);
  }
  process.stdout.write(`${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`);
}

async function write(drawn: readonly Drawn[], options: PlotCommandOptions): Promise<void> {
  const { out, force, json } = options;
  const folder = out === undefined || isFolder(out);
  if (!folder && drawn.length > 1) {
    throw new CallError(
      `'${out}' is one file, and there are ${drawn.length} figures`,
      "name a folder, such as figures/, or one figure of one flow with --flow",
    );
  }
  const form = options.to ?? (folder ? "svg" : formOf(out));
  const paths = drawn.map(({ flow, figure }) =>
    folder
      ? join(
          out ?? "",
          `${fileNameOf(flow === undefined ? figure.name : `${flow}-${figure.name}`)}.${form}`,
        )
      : out,
  );
  for (const path of paths) assertFree(path, force);
  if (folder && out !== undefined) createFolder(out);
  for (const [i, { flow, figure }] of drawn.entries()) {
    const path = paths[i]!;
    const bytes = await inForm(figure, form);
    await save(path, bytes);
    if (json) {
      printJson({ figure: figure.name, flow: flow ?? null, path, bytes: bytes.byteLength });
    } else
      process.stdout.write(`${path}: ${printable(figure.title)}, ${showBytes(bytes.byteLength)}\n`);
  }
}

/** What is one, or has no ending as files of figures have. */
function isFolder(path: string): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  return there ? there.isDirectory() : /[/\\]$/.test(path) || extname(path) === "";
}

function createFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new StepFailure(`cannot make the folder '${path}': ${(error as Error).message}`);
  }
}

function formOf(path: string): FigureForm {
  const form = figureForms.find((each) => extname(path) === `.${each}`);
  if (form) return form;
  throw new CallError(
    `the name of '${path}' tells no form`,
    `--to is one of ${figureForms.join(", ")}`,
  );
}

async function inForm(figure: Figure, form: FigureForm): Promise<Uint8Array> {
  switch (form) {
    case "svg":
      return Buffer.from((await import("../../report/figure-svg.js")).figureSvg(figure));
    case "png":
      return (await import("../../report/figure-png.js")).figurePng(figure);
  }
}
