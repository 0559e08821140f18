/** Errors as data to show: what is wrong, and what to do. */
import { errorCode } from "./files.js";
import { isMemoryFailure } from "./memory.js";
import { StepFailure } from "./step.js";
import type { KeptLog } from "./step-log.js";

/** A failure to show: what is wrong, what to do, and what helps to find a bug. */
export interface Failure {
  readonly message: string;
  readonly help?: string;
  readonly detail?: string;
  /** What the step printed, where it printed anything. */
  readonly log?: KeptLog;
  /** It may not happen again: the step is tried once more. */
  readonly passing?: true;
}

/**
 * An error as a failure to show. Errors that carry help are meant for users, as are those of the
 * disk that holds the cache; others are bugs, and come with their stack.
 */
export function asFailure(thrown: unknown, root: string): Failure {
  const error = cacheFailure(thrown, root) ?? thrown;
  if (!(error instanceof Error)) return { message: `the step threw ${String(error)}` };
  const { name, message } = error;
  if (name === "StepFailure" || "help" in error) {
    const help = "help" in error && typeof error.help === "string" ? error.help : undefined;
    const passing = error instanceof StepFailure && error.passing;
    return { message, ...(help !== undefined && { help }), ...(passing && { passing }) };
  }
  const detail = error.stack && { detail: error.stack };
  if (!isMemoryFailure(error)) return { message: `${name}: ${message}`, ...detail };
  return { message: `out of memory: ${message}`, help: lessMemory, passing: true, ...detail };
}

export const lessMemory =
  "use less memory: --workers 1, or a smaller `batch`; a trajectory goes on from its last checkpoint";

const elsewhere = "choose a folder you can write to with --cache DIR or CFLOW_CACHE";
const moreSpace =
  "free some space or move the cache with --cache DIR, then run again: what is finished is kept";

const problems: Readonly<Record<string, { problem: string; help: string }>> = {
  EACCES: { problem: "permission denied", help: elsewhere },
  EPERM: { problem: "operation not permitted", help: elsewhere },
  EROFS: { problem: "the file system is read-only", help: elsewhere },
  ENOTDIR: { problem: "part of the path is a file, not a folder", help: elsewhere },
  EEXIST: { problem: "a file of that name is in the way", help: elsewhere },
  ENOSPC: { problem: "no space left on the device", help: moreSpace },
  EDQUOT: { problem: "the disk quota is used up", help: moreSpace },
  EIO: { problem: "the device reports an input/output error", help: elsewhere },
};

/**
 * A failure of the cache's own disk as one to show; undefined for every other error. Errors of
 * writing to an open file carry no path: within the runtime all such files are the cache's.
 */
export function cacheFailure(error: unknown, root: string): StepFailure | undefined {
  const known = problems[errorCode(error) ?? ""];
  if (!known) return undefined;
  const { path } = error as NodeJS.ErrnoException;
  if (path !== undefined && !path.startsWith(root) && !root.startsWith(path)) return undefined;
  return new StepFailure(`cannot write to the cache '${root}': ${known.problem}`, known.help);
}
