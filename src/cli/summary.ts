/** The end of a run, for people and for scripts. */
import { relative } from "node:path";
import type { SeriesExpression } from "../dsl/program.js";
import type { Step, StepGraph } from "../plan/graph.js";
import type { RunSummary, StepOutcome } from "../runtime/events.js";
import type { JsonObject } from "../runtime/step.js";
import { exitCodes } from "./exit.js";
import { colorsFor, showNumber, showSeconds, table } from "./terminal.js";

export interface ClaimOutcome {
  readonly name: string;
  readonly holds: boolean;
  /** The measured left side; null where nothing was measured. */
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
    readonly results: JsonObject;
    readonly error?: string;
  }[];
  readonly claims: readonly ClaimOutcome[];
}

export function jsonSummary(graph: StepGraph, summary: RunSummary): JsonSummary {
  return {
    run: summary.id,
    seconds: summary.seconds,
    steps: summary.steps.map((outcome) => ({
      name: outcome.name,
      kind: outcome.kind,
      status: outcome.status,
      seconds: outcome.seconds,
      fingerprint: outcome.fingerprint,
      path: "folder" in outcome ? outcome.folder : null,
      results: outcome.notes,
      ...(outcome.status === "failed" && { error: outcome.failure.message }),
    })),
    claims: claims(graph, summary).map(({ outcome }) => outcome),
  };
}

/** 0 only if every step has its result and every claim holds. */
export function exitCode(graph: StepGraph, summary: RunSummary): number {
  if (summary.interrupted) return exitCodes.interrupted;
  const lacking = summary.steps.some(({ status }) => status === "failed" || status === "skipped");
  const refuted = claims(graph, summary).some(({ outcome }) => !outcome.holds);
  return lacking || refuted ? exitCodes.failure : exitCodes.success;
}

export function textSummary(
  graph: StepGraph,
  summary: RunSummary,
  stream: { readonly isTTY?: boolean },
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
  const rows = summary.steps
    .filter(({ kind }) => kind !== "expect")
    .map((outcome) => [
      outcome.name,
      paint[outcome.status](outcome.status),
      outcome.status === "cached" ? "" : showSeconds(outcome.seconds),
      keyNumbers(outcome.notes),
      "folder" in outcome ? c.dim(relative(process.cwd(), outcome.folder)) : "",
    ]);
  const lines = table(rows);
  const judged = claims(graph, summary);
  if (judged.length > 0) lines.push("");
  for (const { outcome, measured } of judged) {
    const mark = outcome.holds ? c.green("holds") : c.red("fails");
    lines.push(`${mark}  ${outcome.name}${measured ? c.dim(`  (${measured})`) : ""}`);
  }
  for (const outcome of summary.steps) {
    if (outcome.status !== "failed") continue;
    const { message, help, detail } = outcome.failure;
    lines.push("", `${c.red("error")}: ${outcome.name}: ${message}`);
    if (help) lines.push(`  ${c.cyan("help:")} ${help}`);
    if (detail) lines.push(...detail.split("\n").map((line) => `  ${c.dim(line)}`));
  }
  return `${lines.join("\n")}\n`;
}

interface JudgedClaim {
  readonly outcome: ClaimOutcome;
  /** `2.0003 < 2.02`, where it was judged. */
  readonly measured?: string;
}

function claims(graph: StepGraph, summary: RunSummary): JudgedClaim[] {
  return graph.steps.flatMap((step, i) => {
    if (step.kind !== "expect") return [];
    const { notes } = summary.steps[i]!;
    const judged = notes.holds !== undefined;
    const value = (notes.value ?? null) as number | null;
    const outcome = { name: step.local.title as string, holds: notes.holds === true, value };
    return [{ outcome, ...(judged && { measured: comparison(step, value, notes.bound!) }) }];
  });
}

function comparison(step: Step, value: number | null, bound: unknown): string {
  const { operator } = step.parameters.expression as unknown as SeriesExpression & {
    operator: string;
  };
  const left = value === null ? "nothing measured" : showNumber(value);
  const right = typeof bound === "number" ? showNumber(bound) : "nothing measured";
  return `${left}, claimed ${operator} ${right}`;
}

/** What a step noted: `steps 400  loss 0.0061  diverged at 12`. */
function keyNumbers(notes: JsonObject): string {
  return Object.entries(notes)
    .flatMap(([name, value]) =>
      typeof value === "number" ? [`${name.replaceAll("_", " ")} ${showNumber(value)}`] : [],
    )
    .join("  ");
}
