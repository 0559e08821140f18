/**
 * Brings every step that a run needs to an end. Each is asked for by who reads it, waits for its
 * inputs, then for a place to run in, then for its lock. Steps that don't depend on each other run
 * at once, and a failure stops only what depends on it.
 */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Step, StepGraph } from "../plan/graph.js";
import type { PlannedStep } from "../plan/staleness.js";
import {
  confirmDamage,
  type Damage,
  findStage,
  partialRows,
  type Stage,
  setAside,
} from "./cache.js";
import { commit } from "./commit.js";
import type { StepOutcome } from "./events.js";
import { asFailure, type Failure } from "./failure.js";
import { lockFile } from "./layout.js";
import { type Lock, tryLock } from "./lock.js";
import type { Executor } from "./pool.js";
import type { RunOptions } from "./run.js";
import { slots } from "./slots.js";
import type { StepKind } from "./step.js";
import { stepLog } from "./step-log.js";
import type { Task } from "./task.js";

type Options = RunOptions & Required<Pick<RunOptions, "onEvent">>;

/** Milliseconds between looks at a lock that another run holds. */
const lockDelay = 250;

/** Times that a step is tried again because what it reads turned out to be damaged. */
const repairs = 3;

/** Gives the outcome of every step, in the graph's order. Rejects only for bugs of its own. */
export async function settleAll(
  graph: StepGraph,
  planned: readonly PlannedStep[],
  options: Options,
): Promise<StepOutcome[]> {
  const { cache, onEvent, signal } = options;
  const jobs = new Map(
    planned.filter(({ sameAs }) => !sameAs).map((job) => [fingerprintOf(job), job]),
  );
  const named = new Map(graph.steps.map((step) => [step.name, step]));
  const stepNamed = (name: string): Step => named.get(name)!;
  const workers = options.workers ?? availableParallelism();
  const threads = options.threads ?? availableParallelism();
  const places = slots(workers);
  const settling = new Map<string, Promise<StepOutcome>>();
  const settled = new Map<string, StepOutcome>();
  /** Steps whose stage was lost since the plan was made. */
  const lost = new Set<string>();
  let executor: Promise<Executor> | undefined;
  let ranks: Promise<ReadonlyMap<string, number>> | undefined;

  const stop = () => {
    places.close();
    void executor?.then((each) => each.stop());
  };

  /** The outcome of a step, which is run if it has to be, once. */
  const demand = (fingerprint: string): Promise<StepOutcome> => {
    const already = settling.get(fingerprint);
    if (already) return already;
    const job = jobs.get(fingerprint)!;
    const outcome = settle(job)
      .catch((error) => failed(job.step, asFailure(error, cache.root)))
      .then((outcome) => {
        settled.set(fingerprint, outcome);
        if (job.status !== "cached" || lost.has(fingerprint)) onEvent({ type: "settled", outcome });
        return outcome;
      });
    settling.set(fingerprint, outcome);
    return outcome;
  };

  const settle = async (job: PlannedStep): Promise<StepOutcome> => {
    const { step, length } = job;
    const known = lost.has(step.fingerprint) ? findStage(cache, step.fingerprint, length) : job;
    if (known.stage) return kept(step, known.stage, "cached");
    for (const damage of known.damaged) putAside(damage);
    for (let repair = 0; ; repair++) {
      const inputs = Object.values(step.inputs).map((name) => stepNamed(name));
      const outcomes = await Promise.all(inputs.map((input) => demand(input.fingerprint)));
      if (signal?.aborted) return skipped(step);
      const missing = outcomes.findIndex(({ status }) => status !== "cached" && status !== "ran");
      if (missing >= 0) return skipped(step, inputs[missing]!.name);
      const result = await attempt(job);
      if ("status" in result) return result;
      if (repair === repairs) return failed(step, { message: `damaged again: ${result.what}` });
      if (confirmDamage(result)) putAside(result);
      else if (!existsSync(result.folder)) forget(result.fingerprint);
    }
  };

  /** Moves a damaged stage away; whoever reads it will have it made again. */
  const putAside = (damage: Damage) => {
    const movedTo = setAside(cache, damage);
    if (movedTo === undefined) return;
    const { step } = jobs.get(damage.fingerprint)!;
    onEvent({ type: "damaged", step: step.name, what: damage.what, movedTo });
    forget(damage.fingerprint);
  };

  /** A stage that was there is not any more: who asks for it next has it made. */
  const forget = (fingerprint: string) => {
    if (!settled.delete(fingerprint)) return;
    lost.add(fingerprint);
    settling.delete(fingerprint);
  };

  /** Runs a step whose inputs are there, unless another run does; or tells of a damaged input. */
  const attempt = async (job: PlannedStep): Promise<StepOutcome | Damage> => {
    const { step, length } = job;
    ranks ??= ranking([...jobs.values()], options.registry);
    const rank = (await ranks).get(step.fingerprint)!;
    for (let waited = false; ; waited = true) {
      const release = await places.acquire(rank);
      if (!release) return skipped(step);
      try {
        const locking = tryLock(lockFile(cache, step.fingerprint));
        if (locking.held) {
          try {
            const { lock, dead } = locking;
            if (dead?.length) onEvent({ type: "takeover", step: step.name, owners: dead });
            return await execute(job, lock);
          } finally {
            locking.lock.release();
          }
        }
        if (!waited) {
          const { owner, path: lock } = locking;
          onEvent({ type: "waiting", step: step.name, lock, ...(owner && { owner }) });
        }
      } finally {
        release();
      }
      await sleep(lockDelay, undefined, { ...(signal && { signal }) }).catch(() => {});
      const { stage } = findStage(cache, step.fingerprint, length);
      if (stage) return kept(step, stage, "cached");
    }
  };

  /** Runs a step that we hold the lock of. */
  const execute = async (job: PlannedStep, lock: Lock): Promise<StepOutcome | Damage> => {
    const { step, length } = job;
    const { name } = step;
    const { stage } = findStage(cache, step.fingerprint, length);
    if (stage) return kept(step, stage, "cached");
    const started = new Date();
    const seconds = () => (Date.now() - started.getTime()) / 1000;
    const task = taskOf(job, threadsEach());
    executor ??= startExecutor(options);
    const running = await executor;
    onEvent({ type: "started", step: name, threads: task.threads });
    const log = stepLog(cache, step.fingerprint);
    const once = () =>
      running.run(task, (event) => {
        if (event.type === "assigned") return lock.share(event.pid);
        if (event.type === "log") log.add(event.line);
        onEvent({ ...event, step: name });
      });
    let result = await once();
    if (result.type === "failed" && result.failure.passing && !signal?.aborted) {
      onEvent({ type: "retried", step: name, failure: result.failure });
      result = await once();
    }
    if (result.type !== "failed") log.drop();
    switch (result.type) {
      case "done": {
        const stage = await commit(cache, step, result, started, stepNamed);
        return { ...kept(step, stage, "ran"), seconds: seconds() };
      }
      case "damaged":
        return result.damage;
      case "failed": {
        const printed = log.keep();
        const failure = { ...result.failure, ...(printed && { log: printed }) };
        return { ...failed(step, failure), seconds: seconds() };
      }
      case "interrupted": {
        if (!signal?.aborted) return { ...failed(step, workerStopped), seconds: seconds() };
        const rows = length === undefined ? 0 : partialRows(cache, step.fingerprint);
        return { ...common(step), status: "interrupted", rows, seconds: seconds() };
      }
    }
  };

  /** Trajectories that may run at the same time share the threads. */
  const threadsEach = () => {
    const trajectories = [...jobs.values()].filter(
      ({ step, status, length }) =>
        length !== undefined &&
        (status === "run" || status === "continue") &&
        !settled.has(step.fingerprint),
    );
    return Math.max(1, Math.floor(threads / Math.max(1, Math.min(workers, trajectories.length))));
  };

  const taskOf = ({ step, length }: PlannedStep, threads: number): Task => ({
    cache,
    fingerprint: step.fingerprint,
    kind: step.kind,
    parameters: step.parameters,
    local: step.local,
    inputs: Object.fromEntries(
      Object.entries(step.inputs).map(([role, name]) => {
        const { fingerprint, length } = stepNamed(name);
        return [role, length === undefined ? { fingerprint } : { fingerprint, rows: length }];
      }),
    ),
    ...(length !== undefined && { length }),
    ...(options.checkpoint !== undefined && { checkpoint: options.checkpoint }),
    engine: options.engine,
    threads,
    ...(options.threads !== undefined && { exactly: true }),
  });

  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  try {
    const needed = [...jobs.values()].filter(({ status }) => status !== "unneeded");
    await Promise.all(needed.map(({ step }) => demand(step.fingerprint)));
  } finally {
    signal?.removeEventListener("abort", stop);
    await (await executor)?.stop();
  }
  return planned.map(({ step, sameAs }) => outcomeOf(step, sameAs, settled.get(step.fingerprint)));
}

async function startExecutor({ executor, registry }: RunOptions): Promise<Executor> {
  if (executor) return executor;
  const { workerPool } = await import("./pool.js");
  return workerPool({ registry });
}

/** Who goes first: kinds of high priority, then long trajectories, then the graph's order. */
async function ranking(
  jobs: readonly PlannedStep[],
  registry: string,
): Promise<ReadonlyMap<string, number>> {
  const { stepKinds } = (await import(registry)) as { stepKinds: readonly StepKind[] };
  const priorities = new Map(stepKinds.map(({ kind, priority }) => [kind, priority ?? 0]));
  const priority = ({ step }: PlannedStep) => priorities.get(step.kind) ?? 0;
  const sorted = [...jobs].sort(
    (a, b) => priority(b) - priority(a) || (b.length ?? 0) - (a.length ?? 0),
  );
  return new Map(sorted.map((job, rank) => [fingerprintOf(job), rank]));
}

const workerStopped: Failure = {
  message: "the worker process was told to stop by a signal",
  help: "run again: a trajectory goes on from its last checkpoint",
};

function fingerprintOf({ step }: PlannedStep): string {
  return step.fingerprint;
}

function common({ name, kind, fingerprint }: Step) {
  return { name, kind, fingerprint, seconds: 0, notes: {} };
}

function kept(step: Step, { folder, record }: Stage, status: "cached" | "ran"): StepOutcome {
  const { notes, rows } = record;
  return { ...common(step), notes, status, folder, ...(rows !== undefined && { rows }) };
}

function failed(step: Step, failure: Failure): StepOutcome {
  return { ...common(step), status: "failed", failure };
}

function skipped(step: Step, because?: string): StepOutcome {
  return { ...common(step), status: "skipped", ...(because !== undefined && { because }) };
}

/** Of steps that are the same in all but name, one ran for all. */
export function outcomeOf(
  step: Step,
  sameAs: string | undefined,
  outcome: StepOutcome | undefined,
): StepOutcome {
  if (!outcome) return { ...common(step), status: "unneeded" };
  if (sameAs === undefined) return outcome;
  const { name } = step;
  if (outcome.status === "ran") return { ...outcome, name, status: "cached", seconds: 0 };
  return outcome.status === "failed" ? skipped(step, sameAs) : { ...outcome, name, seconds: 0 };
}
