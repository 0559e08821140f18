/** The settings that decide a program's results, defaults among them, in words. */
import type { Flow, Made, Program, ResolvedLayer } from "../dsl/program.js";
import { written, writtenValue } from "../dsl/written.js";
import type { SettingsTable } from "./page/report.js";

type Row = readonly [name: string, value: string];

export function settingsOf({ params, sweeps, flows, commands }: Program): SettingsTable[] {
  const values: Row[] = [
    ...params.map(({ name, value }): Row => [name, writtenValue(value)]),
    ...sweeps.map(
      (each): Row => [each.name, each.values.map(({ value }) => writtenValue(value)).join(", ")],
    ),
  ];
  return [
    ...(values.length > 0 ? [{ title: "params", rows: values }] : []),
    ...flows.map((flow) => ({ title: flow.name, rows: flowRows(flow) })),
    ...commands.map(({ name, settings }) => ({ title: name, rows: rowsOf(settings) })),
  ];
}

/** `mlp on digits, mse, gd(lr = 0.05), 400 steps`. */
export function aboutFlow(flow: Flow): string {
  const what =
    flow.form === "landscape"
      ? [flow.landscape.name]
      : [
          `${flow.model.name ?? "a model"} on ${flow.dataset.name ?? flow.dataset.maker}`,
          flow.loss.maker,
        ];
  const { steps } = flow.settings;
  const length = steps === undefined ? [] : [`${writtenValue(steps)} steps`];
  return [...what, inWords(flow.optimizer), ...length].join(", ");
}

function flowRows(flow: Flow): Row[] {
  const problem: Row[] =
    flow.form === "landscape"
      ? [["landscape", flow.landscape.text]]
      : [
          ["dataset", inWords(flow.dataset)],
          ["model", chain(flow.model.layers)],
          ["parameters", flow.model.parameterCount.toLocaleString("en-US")],
          ["loss", inWords(flow.loss)],
        ];
  return [
    ...problem,
    ["optimizer", inWords(flow.optimizer)],
    ["weights", inWords(flow.weights)],
    ...rowsOf(flow.settings),
    ...Object.entries(flow.blocks).map(([name, { settings }]): Row => [name, inSettings(settings)]),
    ...flow.processes.map(({ name, settings }): Row => [name, inSettings(settings)]),
  ];
}

function rowsOf(settings: Made["settings"]): Row[] {
  return given(settings).map(([name, value]) => [name, writtenValue(value)]);
}

function inWords({ maker, settings }: Pick<Made, "maker" | "settings">): string {
  return written(maker, Object.fromEntries(given(settings)));
}

function inSettings(settings: Made["settings"]): string {
  return given(settings)
    .map(([name, value]) => `${name} = ${writtenValue(value)}`)
    .join(", ");
}

function chain(layers: readonly ResolvedLayer[]): string {
  return layers
    .map(({ maker, settings, branches }) => {
      const inner = branches.map((each) => `${each.name} = ${chain(each.layers)}`);
      const own = inSettings(settings);
      const all = [...(own === "" ? [] : [own]), ...inner].join(", ");
      return all === "" ? maker : `${maker}(${all})`;
    })
    .join(" → ");
}

function given(settings: Made["settings"]): [string, unknown][] {
  return Object.entries(settings).filter(([, value]) => value !== undefined);
}
