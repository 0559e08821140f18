/** How steps of a run fared and what claims came to, in words. */
import type { State } from "../drawing/picture.js";
import type { SeriesExpression } from "../dsl/program.js";
import type { Step } from "../plan/graph.js";
import type { RunStep } from "../runtime/history.js";
import type { JsonObject } from "../runtime/step.js";
import { type Colors, showCount, showNumber } from "./terminal.js";

/** What of a step's outcome is told; rows are those kept, `length` those asked for. */
export type Told = Pick<RunStep, "status" | "rows" | "length" | "notes">;

export function statusPaint(c: Colors): Record<RunStep["status"], (text: string) => string> {
  return {
    cached: c.dim,
    ran: c.green,
    failed: c.red,
    skipped: c.yellow,
    interrupted: c.yellow,
    unneeded: c.dim,
    pending: c.yellow,
  };
}

/** Of steps that are planned. */
export function planPaint(c: Colors): Record<State, (text: string) => string> {
  return {
    cached: c.dim,
    continue: c.yellow,
    run: c.yellow,
    unneeded: c.dim,
    damaged: c.red,
  };
}

/** Statuses of steps that took time. */
export const timed: ReadonlySet<RunStep["status"]> = new Set(["ran", "failed", "interrupted"]);

export function verdictOf(holds: boolean, c: Colors): string {
  return holds ? c.green("holds") : c.red("fails");
}

/** Of a claim's step: `2.0003, claimed < 2.02`. */
export function comparison(
  { parameters }: Pick<Step, "parameters">,
  value: unknown,
  bound: unknown,
): string {
  const { operator } = parameters.expression as unknown as SeriesExpression & {
    operator: string;
  };
  return `${showSide(value)}, claimed ${operator} ${showSide(bound)}`;
}

/** A side of a claim's comparison, as its notes have it. */
export function showSide(value: unknown): string {
  return typeof value === "number" ? showNumber(value) : "no finite value";
}

/** Whether more rows are kept than were asked for: then the notes speak of a later row. */
export function isPrefix({ status, rows = 0, length }: Told): boolean {
  const kept = status === "ran" || status === "cached";
  return kept && length !== undefined && rows > length;
}

/** What a step noted, as in `last step 399  loss 0.0061`, or how much of a trajectory there is. */
export function keyNumbers(told: Told): string {
  const { status, rows = 0, length } = told;
  if (status === "interrupted") return `${showCount(rows, "row")} kept`;
  return isPrefix(told) ? `the first ${length} of ${showCount(rows, "row")}` : noted(told.notes);
}

/** Notes that are told first; others follow by name. */
const firstTold = ["diverged_at", "train", "last_step", "loss"];

function noted(notes: JsonObject): string {
  const rank = (name: string) =>
    firstTold.includes(name) ? firstTold.indexOf(name) : firstTold.length;
  return Object.entries(notes)
    .filter((entry): entry is [string, number] => typeof entry[1] === "number")
    .sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b))
    .map(([name, value]) => `${label(name)} ${showNumber(value)}`)
    .join("  ");
}

function label(note: string): string {
  return note === "diverged_at" ? "diverged at step" : note.replaceAll("_", " ");
}
