/** The end of a run, for people and for scripts. */
import { printable } from "../dsl/cells.js";
import type { SeriesExpression } from "../dsl/program.js";
import type { Step, StepGraph } from "../plan/graph.js";
import type { RunSummary, StepOutcome } from "../runtime/events.js";
import type { JsonObject } from "../runtime/step.js";
import { exitCodes } from "./exit.js";
import {
  colorsFor,
  pathFromHere,
  showCount,
  showNumber,
  showSeconds,
  table,
  textWidth,
} from "./terminal.js";

export interface ClaimOutcome {
  readonly name: string;
  /** Null where it was not judged, since a step that it reads has no result. */
  readonly holds: boolean | null;
  /** The measured left side; null where it is no finite number. */
  readonly value: number | null;
}

export interface JsonSummary {
  readonly run: string;
  readonly seconds: number;
  readonly steps: readonly {
    readonly name: string;
    readonly kind: string;
    readonly status: StepOutcome["status"];
    readonly seconds: number;
    readonly fingerprint: string;
    readonly path: string | null;
    /** Of a trajectory: how many of the rows asked for there are. */
    readonly rows?: number;
    readonly results: JsonObject;
    readonly error?: string;
  }[];
  readonly claims: readonly ClaimOutcome[];
}

export function jsonSummary(graph: StepGraph, summary: RunSummary): JsonSummary {
  return {
    run: summary.id,
    seconds: summary.seconds,
    steps: summary.steps.map((outcome, i) => {
      const { length } = graph.steps[i]!;
      const rows = "rows" in outcome ? outcome.rows : undefined;
      return {
        name: outcome.name,
        kind: outcome.kind,
        status: outcome.status,
        seconds: outcome.seconds,
        fingerprint: outcome.fingerprint,
        path: "folder" in outcome ? outcome.folder : null,
        ...(length !== undefined && { rows: Math.min(rows ?? 0, length) }),
        results: isPrefix(outcome, length) ? {} : outcome.notes,
        ...(outcome.status === "failed" && { error: outcome.failure.message }),
      };
    }),
    claims: claims(graph, summary).map(({ outcome }) => outcome),
  };
}

/** Of a run that was not interrupted: 0 only if every step has its result and every claim holds. */
export function exitCode(graph: StepGraph, summary: RunSummary): number {
  const lacking = summary.steps.some(({ status }) => status === "failed" || status === "skipped");
  const refuted = claims(graph, summary).some(({ outcome }) => !outcome.holds);
  return lacking || refuted ? exitCodes.failure : exitCodes.success;
}

/** On a terminal too narrow for one line a step, its path gets a line of its own. */
export function textSummary(
  graph: StepGraph,
  summary: RunSummary,
  stream: { readonly isTTY?: boolean; readonly columns?: number },
): string {
  const c = colorsFor({ isTTY: Boolean(stream.isTTY) });
  const paint: Record<StepOutcome["status"], (text: string) => string> = {
    cached: c.dim,
    ran: c.green,
    failed: c.red,
    skipped: c.yellow,
    interrupted: c.yellow,
    unneeded: c.dim,
  };
  const shown = summary.steps.flatMap((outcome, i) => {
    if (outcome.kind === "expect") return [];
    const { name, status, seconds } = outcome;
    const numbers = keyNumbers(outcome, graph.steps[i]!.length);
    const path = "folder" in outcome ? c.dim(pathFromHere(outcome.folder)) : "";
    const took = timed.has(status) ? showSeconds(seconds) : "";
    return [{ row: [name, paint[status](status), took, numbers], path }];
  });
  let lines = table(shown.map(({ row, path }) => [...row, path]));
  if (stream.columns && lines.some((line) => textWidth(line) > stream.columns!)) {
    const rows = table(shown.map(({ row }) => row));
    lines = shown.flatMap(({ path }, i) => [rows[i]!, ...(path ? [`  ${path}`] : [])]);
  }
  const judged = claims(graph, summary);
  if (judged.length > 0) lines.push("");
  for (const { outcome, status, measured } of judged) {
    const { holds, name } = outcome;
    const mark = holds === null ? paint[status](status) : holds ? c.green("holds") : c.red("fails");
    lines.push(`${mark}  ${printable(name)}${measured ? c.dim(`  (${measured})`) : ""}`);
  }
  for (const outcome of summary.steps) {
    if (outcome.status !== "failed") continue;
    const { message, help, detail } = outcome.failure;
    lines.push("", `${c.red("error")}: ${outcome.name}: ${message}`);
    if (help) lines.push(`  ${c.cyan("help:")} ${help}`);
    if (detail) lines.push(...detail.split("\n").map((line) => `  ${c.dim(line)}`));
  }
  if (summary.interrupted) lines.push("", "interrupted; the same command goes on from here");
  return `${lines.join("\n")}\n`;
}

/** Statuses of steps that took time. */
const timed: ReadonlySet<StepOutcome["status"]> = new Set(["ran", "failed", "interrupted"]);

interface JudgedClaim {
  readonly outcome: ClaimOutcome;
  /** Of the step that judges it. */
  readonly status: StepOutcome["status"];
  /** `2.0003, claimed < 2.02`, where it was judged. */
  readonly measured?: string;
}

function claims(graph: StepGraph, summary: RunSummary): JudgedClaim[] {
  return graph.steps.flatMap((step, i) => {
    if (step.kind !== "expect") return [];
    const { notes, status } = summary.steps[i]!;
    const holds = typeof notes.holds === "boolean" ? notes.holds : null;
    const value = (notes.value ?? null) as number | null;
    const outcome = { name: step.local.title as string, holds, value };
    const measured = holds === null ? {} : { measured: comparison(step, value, notes.bound) };
    return [{ outcome, status, ...measured }];
  });
}

function comparison(step: Step, value: number | null, bound: unknown): string {
  const { operator } = step.parameters.expression as unknown as SeriesExpression & {
    operator: string;
  };
  const shown = (side: unknown) =>
    typeof side === "number" ? showNumber(side) : "no finite value";
  return `${shown(value)}, claimed ${operator} ${shown(bound)}`;
}

/** Whether more rows are kept than were asked for: then the notes speak of a later row. */
function isPrefix(outcome: StepOutcome, length: number | undefined): boolean {
  return "folder" in outcome && length !== undefined && (outcome.rows ?? 0) > length;
}

/** Notes that are told first; others follow by name. */
const firstTold = ["diverged_at", "train", "last_step", "loss"];

/** What a step noted, as in `last step 399  loss 0.0061`, or how much of a trajectory there is. */
function keyNumbers(outcome: StepOutcome, length: number | undefined): string {
  if (outcome.status === "interrupted") return `${showCount(outcome.rows, "row")} kept`;
  if ("folder" in outcome && isPrefix(outcome, length)) {
    return `the first ${length} of ${showCount(outcome.rows!, "row")}`;
  }
  const rank = (name: string) =>
    firstTold.includes(name) ? firstTold.indexOf(name) : firstTold.length;
  return Object.entries(outcome.notes)
    .filter((entry): entry is [string, number] => typeof entry[1] === "number")
    .sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b))
    .map(([name, value]) => `${label(name)} ${showNumber(value)}`)
    .join("  ");
}

function label(note: string): string {
  return note === "diverged_at" ? "diverged at step" : note.replaceAll("_", " ");
}
