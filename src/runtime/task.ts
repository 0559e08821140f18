/**
 * One step to run, as data between processes: what a worker is given, what it tells on the way, and
 * how it ends. `executeTask` is all that a worker does with it; committing the result is the
 * driver's business.
 */
import { type Damage, DamagedStage, findStage } from "./cache.js";
import { asFailure, type Failure } from "./failure.js";
import { type Cache, partialFolder } from "./layout.js";
import { clearPartial, type KeptCheckpoint, resume } from "./partial.js";
import { readStage } from "./stage-reader.js";
import { type FinishedFiles, openStage } from "./stage-writer.js";
import type { JsonObject, Progress, StepContext, StepKind } from "./step.js";

export interface TaskInput {
  readonly fingerprint: string;
  /** Rows to read of a trajectory. */
  readonly rows?: number;
}

export interface Task {
  readonly cache: Cache;
  readonly fingerprint: string;
  readonly kind: string;
  readonly parameters: JsonObject;
  readonly local: JsonObject;
  readonly inputs: Readonly<Record<string, TaskInput>>;
  /** Rows to have in the end, of a trajectory. */
  readonly length?: number;
  /** Seconds between checkpoints. */
  readonly checkpoint?: number;
  readonly engine: string;
  readonly threads: number;
  /** Whether a trajectory goes on with these threads, and not with those that it began with. */
  readonly exactly?: boolean;
}

export type TaskEvent =
  /** The process that runs it; told before it begins. */
  | { readonly type: "assigned"; readonly pid: number }
  | { readonly type: "resumed"; readonly rows: number }
  | { readonly type: "progress"; readonly progress: Progress }
  /** A line that the step's code printed. */
  | { readonly type: "log"; readonly line: string };

export type TaskResult =
  | ({ readonly type: "done" } & FinishedFiles)
  | { readonly type: "failed"; readonly failure: Failure }
  /** An input cannot be read. */
  | { readonly type: "damaged"; readonly damage: Damage }
  | { readonly type: "interrupted" };

export interface TaskHooks {
  readonly signal: AbortSignal;
  tell(event: TaskEvent): void;
}

/** Milliseconds between reports of progress. */
const progressDelay = 100;

/** Runs a step and leaves its final files in the partial folder. Never rejects. */
export async function executeTask(
  task: Task,
  kinds: readonly StepKind[],
  { signal, tell }: TaskHooks,
): Promise<TaskResult> {
  const { cache, fingerprint, length } = task;
  const partial = partialFolder(cache, fingerprint);
  try {
    const kind = kinds.find((each) => each.kind === task.kind);
    if (!kind) throw new Error(`no step kind '${task.kind}' is registered`);
    const checkpoint = await prepare(task);
    const rows = checkpoint?.rows;
    // An earlier run may have come further than this one is asked to.
    const reach: Pick<StepContext, "length"> =
      length === undefined ? {} : { length: Math.max(length, rows ?? 0) };
    const from = checkpoint ? { resume: checkpoint } : {};
    if (rows !== undefined) tell({ type: "resumed", rows });
    const step = await kind.load();
    // With other threads sums have other last bits: the rows would not be those of one whole run.
    const threads = (task.exactly ? undefined : checkpoint?.threads) ?? task.threads;
    const every = task.checkpoint === undefined ? {} : { every: task.checkpoint };
    const stage = openStage({ partial, threads, ...reach, ...from, ...every });
    const context: StepContext = {
      kind: task.kind,
      parameters: task.parameters,
      local: task.local,
      ...reach,
      inputs: Object.fromEntries(
        Object.entries(task.inputs).map(([role, input]) => [
          role,
          readStage(cache, input.fingerprint, input.rows),
        ]),
      ),
      out: stage.writer,
      ...from,
      engine: task.engine,
      threads,
      signal,
      progress: throttled((progress) => tell({ type: "progress", progress })),
    };
    try {
      await step(context);
      return { type: "done", ...(await stage.finish()) };
    } finally {
      stage.close();
    }
  } catch (error) {
    if (error instanceof DamagedStage) return { type: "damaged", damage: error.damage };
    if (error instanceof Error && error.name === "Interrupted") {
      return { type: "interrupted" };
    }
    return { type: "failed", failure: asFailure(error, cache.root) };
  }
}

/** Readies the partial folder; a trajectory goes on from where any run before it came to. */
async function prepare({ cache, fingerprint, length }: Task): Promise<KeptCheckpoint | undefined> {
  const partial = partialFolder(cache, fingerprint);
  if (length !== undefined) return resume(partial, findStage(cache, fingerprint, length).shorter);
  clearPartial(partial);
  return undefined;
}

function throttled(tell: (progress: Progress) => void): (progress: Progress) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (now - last < progressDelay && progress.done < progress.total) return;
    last = now;
    tell(progress);
  };
}
