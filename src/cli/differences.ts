/** How two files or runs differ, as text for people and as data for scripts. */
import { claimTitle } from "../claims/verdict.js";
import type { ClaimPair, Missing, ResultsDifference, StepResults } from "../diff/results.js";
import type { ColumnDifference } from "../diff/series.js";
import type { Places, SettingsDifference, StepPair } from "../diff/settings.js";
import type { SideStep } from "../diff/side.js";
import { printable } from "../dsl/cells.js";
import { jsonPlace } from "../dsl/render.js";
import { type Difference, describeReason } from "../plan/reasons.js";
import { comparison, verdictOf } from "./outcomes.js";
import { abbreviated, settingTable } from "./setting-table.js";
import { type Colors, fittedTable, showCount, showNumber } from "./terminal.js";

export interface Compared {
  readonly name: string;
  /** What makes the results that it lacks; absent for a run. */
  readonly command?: string;
}

export interface DifferencesView {
  readonly colors: Colors;
  /** Of the terminal; absent where it is none. */
  readonly columns?: number;
  readonly a: Compared;
  readonly b: Compared;
}

export function differencesText(
  settings: SettingsDifference,
  results: ResultsDifference,
  view: DifferencesView,
): string {
  const c = view.colors;
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", c.bold(title), ...lines];
  const same = settings.pairs.filter(({ relation }) => relation === "same").length;
  return `${[
    `${c.bold("A")}  ${printable(view.a.name)}`,
    `${c.bold("B")}  ${printable(view.b.name)}`,
    ...section("settings", settingTable(settings, view)),
    ...section("steps", stepLines(settings, same)),
    ...results.steps.flatMap((step) => section(titleOf(step), seriesLines(step, view))),
    ...section("claims", claimLines(results, view)),
    ...missingLines(results.missing, view),
  ].join("\n")}\n`;
}

function stepLines({ pairs, renamed, onlyA, onlyB }: SettingsDifference, same: number): string[] {
  const names = (steps: readonly SideStep[]) => steps.map(({ name }) => name).join(", ");
  const relation = (wanted: StepPair["relation"]) =>
    pairs.filter((pair) => pair.relation === wanted).map(({ a }) => a);
  const line = (steps: readonly SideStep[], text: string) =>
    steps.length === 0 ? [] : [printable(`${text}: ${names(steps)}`)];
  return [
    ...(same > 0
      ? [
          `${showCount(same, "step")} of ${pairs.length} in both ${same === 1 ? "is" : "are"} the same`,
        ]
      : []),
    ...line(relation("length"), "the same as far as both go"),
    ...renamed.map(({ a, b }) => printable(`the same under two names: ${a.name} and ${b.name}`)),
    ...line(relation("kind"), "of different kinds"),
    ...line(relation("unknown"), "of settings that are not known any more"),
    ...line(onlyA, "only in A"),
    ...line(onlyB, "only in B"),
  ];
}

function titleOf({ name, rowsA, rowsB }: StepResults): string {
  const rows = showCount(Math.min(rowsA, rowsB), "row");
  return `${printable(name)}, ${rowsA === rowsB ? rows : `the ${rows} that both have`}`;
}

/** Components of one spectrum that are shown: those that differ most. */
const mostComponents = 4;

function seriesLines({ columns, onlyA, onlyB }: StepResults, view: DifferencesView): string[] {
  const differing = columns.filter(({ largest }) => largest.difference > 0);
  const bySeries = new Map<string, ColumnDifference[]>();
  for (const column of differing) {
    const series = column.name.replace(/\[\d+\]$/, "");
    bySeries.set(series, [...(bySeries.get(series) ?? []), column]);
  }
  const chosen = [...bySeries.values()].flatMap((all) => {
    const worst = [...all].sort((a, b) => b.relative - a.relative);
    const kept = new Set(worst.slice(0, mostComponents));
    return all.filter((column) => kept.has(column));
  });
  const c = view.colors;
  const heads = ["final A", "final B", "largest difference", "relative", "at step"];
  const rows = chosen.map(({ name, final, largest, relative }) => [
    name,
    showNumber(final.a),
    showNumber(final.b),
    showNumber(largest.difference),
    share(relative),
    String(largest.step),
  ]);
  const hidden = differing.length - chosen.length;
  const equal = columns.length - differing.length;
  const only = (names: readonly string[], side: string) =>
    names.length === 0 ? [] : [`measured only in ${side}: ${abbreviated(names)}`];
  return [
    ...(rows.length > 0 ? fittedTable(["", ...heads.map(c.dim)], rows, view.columns) : []),
    ...(hidden > 0 ? [`${showCount(hidden, "component")} more, with smaller differences`] : []),
    ...(equal > 0 ? [`${equal} ${equal === 1 ? "series is" : "series are"} the same`] : []),
    ...only(onlyA, "A"),
    ...only(onlyB, "B"),
  ];
}

function share(relative: number): string {
  if (!Number.isFinite(relative)) return "not finite";
  return `${showNumber(100 * relative)} %`;
}

function claimLines({ claims, agreeing }: ResultsDifference, view: DifferencesView): string[] {
  const rows = claims.map(({ a, b }) => [
    printable(claimTitle(a.name)),
    `A ${verdictText(a, view.colors)}`,
    `B ${verdictText(b, view.colors)}`,
  ]);
  return [
    ...fittedTable([], rows, view.columns),
    ...(agreeing > 0 ? [`${showCount(agreeing, "claim")} with the same verdict`] : []),
  ];
}

function verdictText({ verdict, described }: SideStep, c: Colors): string {
  if (!verdict) return "not judged";
  const { holds, value, bound } = verdict;
  const measured = described ? ` (${comparison(described, value, bound)})` : "";
  return `${verdictOf(holds, c)}${measured}`;
}

function missingLines(missing: readonly Missing[], { a, b }: DifferencesView): string[] {
  return (["A", "B"] as const).flatMap((side) => {
    const lacking = missing.filter((each) => each.side === side);
    if (lacking.length === 0) return [];
    const names = lacking.map(
      ({ name, damage }) => `${name}${damage ? ` (damaged: ${damage})` : ""}`,
    );
    const { command } = side === "A" ? a : b;
    return [
      "",
      printable(`${side} has no results of ${names.join(", ")}`),
      ...(command ? [`  help: ${printable(command)} computes them`] : []),
    ];
  });
}

export function differencesJson(
  settings: SettingsDifference,
  results: ResultsDifference,
  { a, b }: Pick<DifferencesView, "a" | "b">,
): object {
  const names = (steps: readonly SideStep[]) => steps.map(({ name }) => name);
  return {
    a: a.name,
    b: b.name,
    params: settings.params.map(({ path, before, after, ...places }) => ({
      ...{ name: path, a: before ?? null, b: after ?? null },
      ...placesJson(places),
    })),
    steps: settings.pairs.map(({ a, b, relation, differences }) => ({
      name: a.name,
      relation,
      ...(a.length !== undefined && { rows: [a.length, b.length ?? null] }),
      differences: differences.map(differenceJson),
    })),
    renamed: settings.renamed.map(({ a, b }) => [a.name, b.name]),
    only: { a: names(settings.onlyA), b: names(settings.onlyB) },
    results: results.steps,
    missing: results.missing,
    claims: results.claims.map(claimPairJson),
  };
}

function placesJson({ placeA, placeB }: Places): object {
  return {
    place_a: placeA ? jsonPlace(placeA) : null,
    place_b: placeB ? jsonPlace(placeB) : null,
  };
}

function differenceJson(difference: Difference & Places): object {
  const { form, ...more } = {
    ...difference,
    place: undefined,
    placeA: undefined,
    placeB: undefined,
  };
  return {
    ...{ reason: form, text: describeReason(difference), ...more },
    ...(difference.form === "setting" && placesJson(difference)),
  };
}

function claimPairJson({ a, b }: ClaimPair): object {
  return { name: claimTitle(a.name), a: a.verdict ?? null, b: b.verdict ?? null };
}
