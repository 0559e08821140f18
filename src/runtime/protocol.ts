/** Messages between the driver and a worker process. */
import type { Task, TaskEvent, TaskResult } from "./task.js";

export type Command =
  | { readonly type: "run"; readonly task: Task }
  /** Write a checkpoint, if a step is running, and end. */
  | { readonly type: "stop" };

export type Report =
  | { readonly type: "event"; readonly event: TaskEvent }
  | { readonly type: "result"; readonly result: TaskResult };

/** Milliseconds that a worker has to stop by itself. */
export const grace = 5000;
