/** Messages between the driver and a worker process. */
import type { Task, TaskEvent, TaskResult } from "./task.js";

export type Command =
  | { readonly type: "run"; readonly task: Task }
  /** Write a checkpoint, if a step is running, and end. */
  | { readonly type: "stop" };

export type Report =
  | { readonly type: "event"; readonly event: TaskEvent }
  | { readonly type: "result"; readonly result: TaskResult };

/**
 * A worker ends what a step printed, on both of its streams, with a line that ends so: messages and
 * printed lines come by different ways, and a step is over when all have arrived.
 */
export const endOfOutput = "\u0004end of output";

/** Milliseconds that a worker has to stop by itself. */
export const grace = 5000;
