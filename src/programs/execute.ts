/** Runs a program to its end, with its output in files and on this process's own. */
import { join } from "node:path";
import { ExecaError, execa } from "execa";
import { Interrupted, StepFailure } from "../runtime/step.js";

export interface Execution {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly directory: string;
  /** Where `stdout.txt` and `stderr.txt` go. */
  readonly outputFolder: string;
  /** Seconds. */
  readonly timeLimit?: number;
  readonly signal: AbortSignal;
}

/** Milliseconds between asking a program to end and ending it. */
const patience = 2000;

/** @throws StepFailure if it can't be started, fails, or takes too long; Interrupted if told to stop */
export async function execute(execution: Execution): Promise<void> {
  const { program, directory, outputFolder, timeLimit, signal } = execution;
  const kept = (name: string) => [{ file: join(outputFolder, name) }, "inherit" as const];
  try {
    await execa(program, execution.arguments, {
      cwd: directory,
      stdin: "ignore",
      stdout: kept("stdout.txt"),
      stderr: kept("stderr.txt"),
      cancelSignal: signal,
      forceKillAfterDelay: patience,
      ...(timeLimit !== undefined && { timeout: timeLimit * 1000 }),
    });
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    if (signal.aborted) throw new Interrupted();
    throw new StepFailure(...reasonOf(error, execution));
  }
}

function reasonOf(
  error: ExecaError,
  { program, timeLimit }: Execution,
): [message: string, help?: string, passing?: boolean] {
  const { code, exitCode, signal, timedOut } = error;
  if (timedOut) {
    return [`'${program}' took longer than its time limit of ${timeLimit} s`, "raise `time_limit`"];
  }
  if (code === "ENOENT") {
    return [`there is no program '${program}'`, "install it, or give its path"];
  }
  if (code === "EACCES") return [`'${program}' is not executable`];
  if (signal === "SIGKILL") {
    const help = "the system does so when memory is short: try --workers 1";
    return [`'${program}' was ended by ${signal}`, help, true];
  }
  if (signal !== undefined) return [`'${program}' was ended by ${signal}`];
  if (exitCode !== undefined) return [`'${program}' ended with exit code ${exitCode}`];
  return [`'${program}' cannot be run: ${error.originalMessage ?? error.message}`];
}
