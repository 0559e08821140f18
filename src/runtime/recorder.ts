/**
 * Keeps the record of a run while it goes on: should its process be killed, what it had done by then
 * is known.
 */
import type { Step } from "../plan/graph.js";
import type { PlannedStep } from "../plan/staleness.js";
import type { StepOutcome } from "./events.js";
import type { Failure } from "./failure.js";
import { type RunRecord, type RunStep, runId, writeRun } from "./history.js";
import { identify } from "./lock.js";
import type { RunOptions } from "./run.js";
import { outcomeOf } from "./schedule.js";
import { version } from "./version.js";

export interface Recorder {
  /** The run's. */
  readonly id: string;
  /** Writes that the run has begun. Throws the file system's error. */
  begin(): void;
  /** Takes an outcome into the record, which is written soon. */
  settled(outcome: StepOutcome): void;
  /** The record of the run that ended, to be written. Outcomes are in the plan's order. */
  end(status: RunRecord["status"], outcomes: readonly StepOutcome[]): RunRecord;
}

export function recordRun(
  planned: readonly PlannedStep[],
  { cache, engine, subject, recordDelay = 2000 }: RunOptions,
): Recorder {
  const started = new Date();
  const id = runId(started);
  const owner = identify(process.pid);
  const known = new Map<string, StepOutcome>();
  let due: NodeJS.Timeout | undefined;

  const record = (status: RunRecord["status"], steps: RunRecord["steps"]): RunRecord => ({
    id,
    started: started.toISOString(),
    seconds: (Date.now() - started.getTime()) / 1000,
    status,
    cflow: version,
    engine,
    owner,
    ...(subject && { subject }),
    steps,
  });
  const write = () => {
    const steps = planned.map((each) => soFar(each, known.get(each.step.fingerprint)));
    writeRun(cache, record("running", steps));
  };
  return {
    id,
    begin: write,
    settled(outcome) {
      known.set(outcome.fingerprint, outcome);
      due ??= setTimeout(() => {
        due = undefined;
        try {
          write();
        } catch {
          // Should it still be so in the end, that is told.
        }
      }, recordDelay).unref();
    },
    end(status, outcomes) {
      clearTimeout(due);
      return record(
        status,
        outcomes.map((outcome, i) => ended(planned[i]!.step, outcome)),
      );
    },
  };
}

function soFar({ step, sameAs, stage }: PlannedStep, outcome: StepOutcome | undefined): RunStep {
  if (outcome) return ended(step, outcomeOf(step, sameAs, outcome));
  if (!stage) return asked(step, "pending");
  const { notes, rows } = stage.record;
  return { ...asked(step, "cached"), ...(rows !== undefined && { rows }), notes };
}

function asked({ name, kind, fingerprint, length }: Step, status: RunStep["status"]): RunStep {
  return {
    name,
    kind,
    fingerprint,
    ...(length !== undefined && { length }),
    status,
    seconds: 0,
    notes: {},
  };
}

function ended(step: Step, outcome: StepOutcome): RunStep {
  const { status, seconds, notes } = outcome;
  const rows = "rows" in outcome ? outcome.rows : undefined;
  const because = outcome.status === "skipped" ? outcome.because : undefined;
  return {
    ...asked(step, status),
    seconds,
    ...(rows !== undefined && { rows }),
    notes,
    ...(because !== undefined && { because }),
    ...(outcome.status === "failed" && { failure: failureOf(outcome.failure) }),
  };
}

/** Without the stack of a bug, which the run has shown. */
function failureOf({ message, help }: Failure): NonNullable<RunStep["failure"]> {
  return { message, ...(help !== undefined && { help }) };
}
