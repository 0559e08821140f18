/** `cflow check`: every error of a file, or its models, layer by layer, and its landscapes. */
import {
  type Command,
  type Flow,
  type LandscapeFlow,
  type Program,
  type ResolvedLandscape,
  type ResolvedLayer,
  type SupervisedFlow,
  written,
} from "../../dsl/index.js";
import type { Settings } from "../../dsl/vocabulary.js";
import { commandSettings } from "../../programs/command.js";
import { exitCodes } from "../exit.js";
import { type FileOptions, load } from "../load.js";
import { colorsFor, showCount, showNumber, table } from "../terminal.js";

export async function check(file: string, options: FileOptions): Promise<number> {
  const program = load(file, options);
  if (!program) return exitCodes.badCall;
  const text = options.json
    ? JSON.stringify({
        flows: program.flows.map(toJson),
        commands: program.commands.map(commandJson),
        claims: program.claims.map((c) => c.title),
      })
    : [...program.flows.map(render), ...program.commands.map(renderCommand), counts(program)].join(
        "\n\n",
      );
  process.stdout.write(`${text}\n`);
  return exitCodes.success;
}

function toJson(flow: Flow): object {
  const { name, declared, variant, settings, processes } = flow;
  return {
    name,
    ...(declared !== name && { declared, variant }),
    steps: settings.steps,
    ...(flow.form === "supervised"
      ? supervisedJson(flow)
      : { landscape: landscapeJson(flow.landscape) }),
    processes: processes.map((process) => process.name),
  };
}

function supervisedJson({ dataset, model }: SupervisedFlow): object {
  return {
    dataset: { name: dataset.name ?? null, maker: dataset.maker, ...dataset.description },
    model: {
      name: model.name ?? null,
      parameters: model.parameterCount,
      layers: model.layers.map(layerToJson),
    },
  };
}

function layerToJson({ maker, settings, branches, ...layer }: ResolvedLayer): object {
  return {
    maker,
    settings,
    input: layer.input,
    output: layer.output,
    parameters: count(layer.parameters),
    ...(branches.length > 0 && {
      branches: branches.map(({ name, layers }) => ({ name, layers: layers.map(layerToJson) })),
    }),
  };
}

function landscapeJson({ name, variables, text, constants }: ResolvedLandscape): object {
  return { name, variables, formula: text, constants };
}

function commandJson({ name, declared, variant, settings, inputs }: Command): object {
  return {
    name,
    ...(declared !== name && { declared, variant }),
    settings,
    inputs: Object.fromEntries(Object.entries(inputs).map(([role, { step }]) => [role, step])),
  };
}

function renderCommand({ name, settings, inputs }: Command): string {
  const c = colorsFor(process.stdout);
  const { run, outputs } = commandSettings.parse(settings);
  const read = Object.entries(inputs).map(([role, { step }]) => `${role} = ${step}`);
  return [
    c.bold(`command ${name}`),
    `  ${run.join(" ")}`,
    ...(read.length > 0 ? [`  reads ${read.join(", ")}`] : []),
    `  makes ${outputs.join(", ")}`,
  ].join("\n");
}

function render(flow: Flow): string {
  const c = colorsFor(process.stdout);
  const { name, optimizer, processes, settings } = flow;
  const course = `${written(optimizer.maker, optimizer.settings)}, ${settings.steps} steps: ${processes.map((each) => each.name).join(", ")}`;
  return [
    c.bold(`flow ${name}`),
    ...(flow.form === "supervised" ? supervisedLines(flow, course) : landscapeLines(flow, course)),
  ].join("\n");
}

function supervisedLines({ dataset, model, loss }: SupervisedFlow, course: string): string[] {
  const { train, test, task, outputs } = dataset.description;
  const rows = model.layers.flatMap((layer) => layerRows(layer, "  "));
  return [
    `  ${dataset.name ?? dataset.maker}: ${showNumber(train)} training and ${showNumber(test)} test examples, ${task}, ${outputs} outputs`,
    `  ${loss.maker}, ${course}`,
    `  ${model.name ?? "model"}: ${showNumber(model.parameterCount)} parameters`,
    ...table(rows).map((line) => `  ${line}`),
  ];
}

function landscapeLines({ landscape }: LandscapeFlow, course: string): string[] {
  const { name, variables, text, constants } = landscape;
  const values = Object.entries(constants).map(([param, value]) => `${param} = ${value}`);
  return [
    `  ${name}(${variables.join(", ")}) = ${text}`,
    ...(values.length === 0 ? [] : [`  where ${values.join(", ")}`]),
    `  ${course}`,
    `  ${showCount(variables.length, "variable")}`,
  ];
}

/** A layer, and the chains that it was given, each under its name. */
function layerRows(layer: ResolvedLayer, indent: string): string[][] {
  const own = count(layer.parameters);
  return [
    [
      `${indent}${written(layer.maker, given(layer))}`,
      `${shape(layer.input)} → ${shape(layer.output)}`,
      own === 0 ? "" : showNumber(own),
    ],
    ...layer.branches.flatMap(({ name, layers }) => [
      [`${indent}  ${name}:`, "", ""],
      ...layers.flatMap((each) => layerRows(each, `${indent}    `)),
    ]),
  ];
}

/** The settings that were written; the others, which `--json` gives too, would hide them. */
function given({ settings, places }: ResolvedLayer): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name in places));
}

function counts({ flows, commands, claims }: Program): string {
  return [
    showCount(flows.length, "flow"),
    ...(commands.length > 0 ? [showCount(commands.length, "command")] : []),
    showCount(claims.length, "claim"),
  ].join(", ");
}

const shape = (axes: readonly number[]) => `[${axes.join(", ")}]`;

function count(parameters: SupervisedFlow["model"]["layers"][number]["parameters"]): number {
  return parameters.reduce(
    (sum, each) => sum + each.shape.reduce((size, side) => size * side, 1),
    0,
  );
}
