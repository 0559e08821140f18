/** What was run before, and what of it a step is compared with. */
import { anyStage, fingerprints } from "../runtime/cache.js";
import { type RunRecord, type RunStep, runs, stateOf } from "../runtime/history.js";
import type { Cache } from "../runtime/layout.js";
import type { StageRecord } from "../runtime/record.js";
import { described, differences } from "./differences.js";
import type { Step } from "./graph.js";
import type { Reason } from "./reasons.js";

/** Read as far as needed, and once for all steps of a plan. */
export interface Past {
  /** Newest first. */
  runs(): Iterable<RunRecord>;
  /** Records of stages of a kind. */
  stages(kind: string): readonly StageRecord[];
}

export function pastOf(cache: Cache): Past {
  const read: RunRecord[] = [];
  const unread = runs(cache);
  let byKind: Map<string, StageRecord[]> | undefined;
  return {
    *runs() {
      for (let i = 0; ; i++) {
        if (i === read.length) {
          const next = unread.next();
          if (next.done) return;
          read.push(next.value);
        }
        yield read[i]!;
      }
    },
    stages(kind) {
      byKind ??= stagesByKind(cache);
      return byKind.get(kind) ?? [];
    },
  };
}

function stagesByKind(cache: Cache): Map<string, StageRecord[]> {
  const all = new Map<string, StageRecord[]>();
  for (const fingerprint of fingerprints(cache)) {
    const record = anyStage(cache, fingerprint)?.record;
    if (!record) continue;
    const kin = all.get(record.kind);
    if (kin) kin.push(record);
    else all.set(record.kind, [record]);
  }
  return all;
}

/** What a step is compared with, and what comes of it. */
export interface Comparison {
  readonly reasons: readonly Reason[];
  /** The earlier stage, if it is another one than the step's. */
  readonly record?: StageRecord;
  /** The run that asked for it, or for the step itself, and how that was settled. */
  readonly run?: RunRecord;
  readonly asked?: RunStep;
}

/** Why a step without a stage has none, by its nearest relative among what was run before. */
export function explain(
  cache: Cache,
  step: Step,
  stepNamed: (name: string) => Step,
  past: Past,
): Comparison {
  const now = described(step, stepNamed);
  for (const run of past.runs()) {
    const asked = askedIn(run, step);
    if (!asked) continue;
    if (asked.fingerprint === step.fingerprint) {
      const made = asked.status === "ran" || asked.status === "cached";
      const reason: Reason = made
        ? { form: "gone" }
        : { form: "unfinished", status: endOf(run, asked) };
      return { reasons: [reason], run, asked };
    }
    const record = anyStage(cache, asked.fingerprint)?.record;
    if (record) return { reasons: differences(record, now, step.places), record, run, asked };
  }
  const relatives = past.stages(step.kind).map((record) => ({
    record,
    reasons: differences(record, now, step.places),
  }));
  relatives.sort(
    (a, b) =>
      a.reasons.length - b.reasons.length || b.record.started.localeCompare(a.record.started),
  );
  return relatives[0] ?? { reasons: [{ form: "never run" }] };
}

/** Steps of runs by name: runs of thousands of steps are asked for each of them. */
const byName = new WeakMap<RunRecord, ReadonlyMap<string, RunStep>>();

/** The step of a run that has a step's name and kind. */
export function askedIn(
  run: RunRecord,
  { name, kind }: Pick<Step, "name" | "kind">,
): RunStep | undefined {
  let steps = byName.get(run);
  if (!steps) {
    steps = new Map(run.steps.map((each) => [each.name, each]));
    byName.set(run, steps);
  }
  const found = steps.get(name);
  return found?.kind === kind ? found : undefined;
}

/** How a step of a run that made no stage of it ended. */
export function endOf(run: RunRecord, { status }: RunStep): string {
  return status === "pending" ? stateOf(run) : status;
}
