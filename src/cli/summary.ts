/** The end of a run, for people and for scripts. */
import { printable } from "../dsl/cells.js";
import type { Step, StepGraph } from "../plan/graph.js";
import { givenSettings } from "../plan/settings.js";
import type { RunSummary, StepOutcome } from "../runtime/events.js";
import type { JsonObject } from "../runtime/step.js";
import { exitCodes } from "./exit.js";
import {
  comparison,
  isPrefix,
  keyNumbers,
  statusPaint,
  type Told,
  timed,
  verdictOf,
} from "./outcomes.js";
import { type Again, rerunCommand } from "./rerun.js";
import { colorsFor, pathFromHere, showSeconds, table, textWidth } from "./terminal.js";

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
        results: isPrefix(asTold(outcome, graph.steps[i]!)) ? {} : outcome.notes,
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
  call?: Again,
): string {
  const c = colorsFor({ isTTY: Boolean(stream.isTTY) });
  const paint = statusPaint(c);
  const shown = summary.steps.flatMap((outcome, i) => {
    if (outcome.kind === "expect") return [];
    const { name, status, seconds } = outcome;
    const numbers = keyNumbers(asTold(outcome, graph.steps[i]!));
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
    const mark = holds === null ? paint[status](status) : verdictOf(holds, c);
    lines.push(`${mark}  ${printable(name)}${measured ? c.dim(`  (${measured})`) : ""}`);
  }
  for (const [i, outcome] of summary.steps.entries()) {
    if (outcome.status !== "failed") continue;
    const { message, help, detail, log } = outcome.failure;
    lines.push("", `${c.red("error")}: ${printable(outcome.name)}: ${message}`);
    const say = (label: string, text: string) => lines.push(`  ${c.cyan(`${label}:`)} ${text}`);
    if (help) say("help", help);
    const settings = givenSettings(graph.steps[i]!).join(", ");
    if (settings) say("settings", shortened(printable(settings)));
    if (detail) lines.push(...detail.split("\n").map((line) => `  ${c.dim(line)}`));
    if (log) {
      say("its last lines, of", pathFromHere(log.file));
      lines.push(...log.tail.map((line) => `  ${c.dim(`| ${printable(line)}`)}`));
    }
    if (call) say("alone", rerunCommand(call, outcome.name));
  }
  if (summary.interrupted) lines.push("", "interrupted; the same command goes on from here");
  return `${lines.join("\n")}\n`;
}

/** Characters of a step's settings that are shown. */
const settingsWidth = 200;

function shortened(text: string): string {
  return text.length > settingsWidth ? `${text.slice(0, settingsWidth - 1)}…` : text;
}

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

function asTold(outcome: StepOutcome, { length }: Step): Told {
  const { status, notes } = outcome;
  const rows = "rows" in outcome ? outcome.rows : undefined;
  return {
    status,
    notes,
    ...(rows !== undefined && { rows }),
    ...(length !== undefined && { length }),
  };
}
