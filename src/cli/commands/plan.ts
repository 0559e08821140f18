/** `cflow plan`: what a run would do, and for each stale step why. */
import { resolve } from "node:path";
import { printable } from "../../dsl/cells.js";
import type { EngineName } from "../../engine/objective.js";
import { describeReason } from "../../plan/reasons.js";
import { type PlannedStep, plan as planGraph } from "../../plan/staleness.js";
import { exitCodes } from "../exit.js";
import { type FileOptions, load, planOf } from "../load.js";
import { planPaint } from "../outcomes.js";
import { colorsFor, table } from "../terminal.js";

export interface PlanCommandOptions extends FileOptions {
  readonly cache: string;
  readonly engine: EngineName;
}

export async function plan(file: string, options: PlanCommandOptions): Promise<number> {
  const program = load(file, options);
  if (!program) return exitCodes.badCall;
  const planned = planGraph(planOf(program, options.engine), { root: resolve(options.cache) });
  const lines = options.json ? [JSON.stringify({ steps: planned.map(toJson) })] : render(planned);
  process.stdout.write(`${lines.join("\n")}\n`);
  return exitCodes.success;
}

function toJson({ step, status, from, reasons }: PlannedStep): object {
  const { name, kind, fingerprint, length } = step;
  return {
    name,
    kind,
    status,
    fingerprint,
    ...(length !== undefined && { length }),
    ...(from !== undefined && { from }),
    reasons: reasons().map(describeReason),
  };
}

function render(planned: readonly PlannedStep[]): string[] {
  const c = colorsFor(process.stdout);
  const paint = planPaint(c);
  const stale = planned.filter(({ status }) => status === "run" || status === "continue");
  const rows = planned.map(({ step, status, reasons }) => [
    paint[status](status),
    printable(step.name),
    status === "cached" || status === "unneeded" ? "" : reasons().map(describeReason).join("; "),
  ]);
  const count =
    stale.length === 0 ? "nothing to run" : `${stale.length} of ${planned.length} steps to run`;
  return [...table(rows), "", count];
}
