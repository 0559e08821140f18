/**
 * A run: what is stale is planned, run and recorded. Nothing of the numerics is loaded here, and no
 * process is started unless something is stale.
 */
import type { StepGraph } from "../plan/graph.js";
import { plan } from "../plan/staleness.js";
import { createCache } from "./cache.js";
import type { RunEvent, RunSummary } from "./events.js";
import { asFailure, cacheFailure } from "./failure.js";
import { type RunSubject, writeRun } from "./history.js";
import { type Cache, lockFile } from "./layout.js";
import { type Lock, tryLock } from "./lock.js";
import type { Executor } from "./pool.js";
import { recordRun } from "./recorder.js";
import { settleAll } from "./schedule.js";
import { tidy } from "./tidy.js";

export interface RunOptions {
  readonly cache: Cache;
  /** Name of the engine that steps are to use. */
  readonly engine: string;
  /** URL of the module that exports `stepKinds`. */
  readonly registry: string;
  /** Steps that run at once. Default: one a core. */
  readonly workers?: number;
  /** Threads of all of them together. Default: one a core. */
  readonly threads?: number;
  /** Seconds between a trajectory's checkpoints; no values depend on it. Default: 5. */
  readonly checkpoint?: number;
  /** Kept in the run's record. */
  readonly subject?: RunSubject;
  /** Milliseconds by which the record of a run that goes on may be late. Default: two seconds. */
  readonly recordDelay?: number;
  readonly onEvent?: (event: RunEvent) => void;
  /** Aborted: running trajectories write a checkpoint, and the run ends. */
  readonly signal?: AbortSignal;
  /** What runs steps; it is stopped in the end. Default: worker processes. */
  readonly executor?: Executor;
}

/**
 * Runs a graph's stale steps. Resolves when no step runs any more, whatever became of them.
 * Throws a `StepFailure` if something is to be run and the cache cannot be written.
 */
export async function runPlan(graph: StepGraph, options: RunOptions): Promise<RunSummary> {
  const { cache, onEvent = () => {}, signal } = options;
  const planned = plan(graph, cache);
  const recorder = recordRun(planned, options);
  onEvent({ type: "planned", plan: planned });
  const stale = planned.some(({ status }) => status === "run" || status === "continue");
  const listen = (event: RunEvent) => {
    onEvent(event);
    if (event.type === "settled") recorder.settled(event.outcome);
  };
  /** Tells that the run is under way. */
  let running: Lock | undefined;
  const begin = () => {
    createCache(cache);
    if (running) return;
    const attempt = tryLock(lockFile(cache, recorder.id));
    if (attempt.held) running = attempt.lock;
  };
  try {
    if (stale) {
      try {
        begin();
        recorder.begin();
      } catch (error) {
        throw cacheFailure(error, cache.root) ?? error;
      }
    }
    const outcomes = await settleAll(graph, planned, { ...options, onEvent: listen });
    const interrupted = signal?.aborted ?? false;
    const failed = outcomes.some(({ status }) => status === "failed" || status === "skipped");
    const final = recorder.end(
      interrupted ? "interrupted" : failed ? "failed" : "complete",
      outcomes,
    );
    try {
      begin();
      writeRun(cache, final);
    } catch (error) {
      onEvent({ type: "unrecorded", failure: asFailure(error, cache.root) });
    }
    return { id: final.id, seconds: final.seconds, interrupted, steps: outcomes };
  } finally {
    running?.release();
    const trajectories = graph.steps.filter(({ length }) => length !== undefined);
    tidy(
      cache,
      trajectories.map(({ fingerprint }) => fingerprint),
    );
  }
}
