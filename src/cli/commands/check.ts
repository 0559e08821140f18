/** `cflow check`: every error of a file, or its models with layer shapes and parameter counts. */
import { type Flow, type Program, type ResolvedLayer, written } from "../../dsl/index.js";
import type { Settings } from "../../dsl/vocabulary.js";
import { exitCodes } from "../exit.js";
import { type FileOptions, load } from "../load.js";
import { colorsFor, showCount, showNumber, table } from "../terminal.js";

export async function check(file: string, options: FileOptions): Promise<number> {
  const program = load(file, options);
  if (!program) return exitCodes.badCall;
  const text = options.json
    ? JSON.stringify({
        flows: program.flows.map(toJson),
        claims: program.claims.map((c) => c.title),
      })
    : [...program.flows.map(render), counts(program)].join("\n\n");
  process.stdout.write(`${text}\n`);
  return exitCodes.success;
}

function toJson({ name, dataset, model, processes, settings }: Flow): object {
  return {
    name,
    steps: settings.steps,
    dataset: { name: dataset.name ?? null, maker: dataset.maker, ...dataset.description },
    model: {
      name: model.name ?? null,
      parameters: model.parameterCount,
      layers: model.layers.map(layerToJson),
    },
    processes: processes.map((process) => process.name),
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

function render({ name, dataset, model, loss, optimizer, processes, settings }: Flow): string {
  const c = colorsFor(process.stdout);
  const { train, test, task, outputs } = dataset.description;
  const rows = model.layers.flatMap((layer) => layerRows(layer, "  "));
  return [
    c.bold(`flow ${name}`),
    `  ${dataset.name ?? dataset.maker}: ${showNumber(train)} training and ${showNumber(test)} test examples, ${task}, ${outputs} outputs`,
    `  ${loss.maker}, ${written(optimizer.maker, optimizer.settings)}, ${settings.steps} steps: ${processes.map((each) => each.name).join(", ")}`,
    `  ${model.name ?? "model"}: ${showNumber(model.parameterCount)} parameters`,
    ...table(rows).map((line) => `  ${line}`),
  ].join("\n");
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

function counts({ flows, claims }: Program): string {
  return `${showCount(flows.length, "flow")}, ${showCount(claims.length, "claim")}`;
}

const shape = (axes: readonly number[]) => `[${axes.join(", ")}]`;

function count(parameters: Flow["model"]["layers"][number]["parameters"]): number {
  return parameters.reduce(
    (sum, each) => sum + each.shape.reduce((size, side) => size * side, 1),
    0,
  );
}
