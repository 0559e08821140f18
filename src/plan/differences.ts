/** How the identities of two steps differ, be they of a plan or of stages that were made. */
import type { Span } from "../dsl/diagnostic.js";
import type { StageRecord } from "../runtime/record.js";
import { changes, nearestOf } from "./changes.js";
import { inputRecords } from "./fingerprint.js";
import type { Step } from "./graph.js";
import type { Difference } from "./reasons.js";

/** What decides a step's values, with names to speak of what it reads. */
export type Described = Pick<StageRecord, "kind" | "version" | "parameters" | "inputs" | "engine">;

export function described(step: Step, stepNamed: (name: string) => Step): Described {
  const { kind, version, parameters, engine } = step;
  const inputs = inputRecords(step, stepNamed);
  return { kind, version, parameters, inputs, ...(engine && { engine }) };
}

/** @param places of the settings of `after`, by dotted path */
export function differences(
  before: Described,
  after: Described,
  places: Readonly<Record<string, Span>> = {},
): readonly Difference[] {
  const found: Difference[] = [];
  if (before.version !== after.version) {
    found.push({ form: "version", before: before.version, after: after.version });
  }
  if (
    before.engine?.name !== after.engine?.name ||
    before.engine?.precision !== after.engine?.precision
  ) {
    found.push({ form: "engine", before: before.engine, after: after.engine });
  }
  for (const change of changes(before.parameters, after.parameters)) {
    const place = nearestOf(places, change.path)?.value;
    found.push({ form: "setting", ...change, ...(place && { place }) });
  }
  const roles = new Set([...Object.keys(after.inputs), ...Object.keys(before.inputs)]);
  for (const role of roles) {
    const [earlier, now] = [before.inputs[role], after.inputs[role]];
    if (earlier?.fingerprint !== now?.fingerprint) {
      found.push({ form: "input", role, before: earlier, after: now });
    } else if (earlier?.rows !== now?.rows) {
      found.push({ form: "input rows", name: now!.name, before: earlier!.rows, after: now!.rows });
    }
  }
  return found;
}
