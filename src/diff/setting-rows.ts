/** The settings in which two sides differ, each once for all steps that it concerns. */
import { renameSteps } from "../claims/evaluate.js";
import { claimKind } from "../claims/verdict.js";
import type { Span } from "../dsl/diagnostic.js";
import { isOverride } from "../dsl/mentions.js";
import type { SeriesExpression } from "../dsl/program.js";
import { type Difference, describeEngine, lineOf } from "../plan/reasons.js";
import { shown } from "../plan/shown.js";
import type { Json } from "../runtime/step.js";
import type { Places, SettingsDifference } from "./settings.js";
import type { SideStep } from "./side.js";

/** A setting in words, with its lines, and the steps that it concerns. */
export interface SettingRow {
  readonly cells: readonly [name: string, a: string, b: string];
  readonly steps: readonly string[];
}

export function settingRows({ params, pairs }: SettingsDifference): SettingRow[] {
  const rows = new Map<string, { cells: SettingRow["cells"]; steps: string[] }>();
  const add = (cells: SettingRow["cells"], step?: string) => {
    const key = cells.join("\n");
    const row = rows.get(key) ?? { cells, steps: [] };
    rows.set(key, row);
    if (step !== undefined) row.steps.push(step);
  };
  for (const { path, before, after, placeA, placeB } of params) {
    add([`param ${path}`, written(before, placeA), written(after, placeB)]);
  }
  for (const { a, b, relation, differences } of pairs) {
    if (relation === "same") continue;
    if (a.length !== b.length) {
      add(["rows", `${a.length ?? "none"}`, `${b.length ?? "none"}`], a.name);
    }
    if (a.kind === claimKind) {
      const [textA, textB] = [claimOf(a), claimOf(b)];
      if (textA !== textB) add([a.name, withLine(textA, a), withLine(textB, b)]);
    }
    for (const each of differences) {
      const cells = a.kind === claimKind && inClaim.has(each.form) ? undefined : cellsOf(each);
      if (cells) add(cells, a.name);
    }
  }
  return [...rows.values()];
}

/** What the text of a claim tells of its step. */
const inClaim: ReadonlySet<Difference["form"]> = new Set(["setting", "input"]);

function written(value: Json | undefined, place: Span | undefined): string {
  const where = place && (isOverride(place) ? "--set" : lineOf(place));
  return `${shown(value)}${where && value !== undefined ? ` (${where})` : ""}`;
}

/** Characters of a claim that are shown. */
const claimWidth = 80;

/** What is claimed, of series by the names of their steps. */
function claimOf({ described }: SideStep): string {
  if (!described) return "not known";
  const { parameters, inputs } = described;
  const expression = renameSteps(
    parameters.expression as unknown as SeriesExpression,
    (role) => inputs[role]?.name ?? role,
  );
  return shown(expression as unknown as Json, claimWidth);
}

function withLine(claim: string, { places }: SideStep): string {
  return places.expression ? `${claim} (${lineOf(places.expression)})` : claim;
}

/** Undefined for what the row of another step tells. */
function cellsOf(difference: Difference & Places): SettingRow["cells"] | undefined {
  switch (difference.form) {
    case "setting": {
      const { path, before, after, placeA, placeB } = difference;
      return [path, written(before, placeA), written(after, placeB)];
    }
    case "version":
      return ["version of the step", String(difference.before), String(difference.after)];
    case "engine":
      return ["engine", describeEngine(difference.before), describeEngine(difference.after)];
    case "input": {
      const { before, after } = difference;
      return before?.name === after?.name
        ? undefined
        : ["reads", before?.name ?? "nothing", after?.name ?? "nothing"];
    }
    case "input rows":
      return undefined;
  }
}
