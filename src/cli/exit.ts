/** How a command ends. */
import { constants } from "node:os";

export const exitCodes = {
  success: 0,
  /** A step failed, a claim doesn't hold, or a result could not be read or shown. */
  failure: 1,
  /** An error in the file or in the call. */
  badCall: 2,
} as const;

export type StopSignal = "SIGINT" | "SIGTERM";

/** Ended by a signal, as shells report it: 130 for Ctrl-C, 143 for SIGTERM. */
export function exitCodeOf(signal: StopSignal): number {
  return 128 + constants.signals[signal];
}

export interface Stop {
  /** Aborted by Ctrl-C or SIGTERM; its reason is the signal's name. */
  readonly signal: AbortSignal;
  /** Signals end the process again, as usual. */
  release(): void;
}

export function stopSignal(): Stop {
  const stop = new AbortController();
  const abort = (signal: StopSignal) => stop.abort(signal);
  process.on("SIGINT", abort).on("SIGTERM", abort);
  return {
    signal: stop.signal,
    release: () => void process.off("SIGINT", abort).off("SIGTERM", abort),
  };
}

/** A mistake in how the program was called, for its user: what is wrong, and what to do. */
export class CallError extends Error {
  constructor(
    message: string,
    readonly help?: string,
  ) {
    super(message);
  }
}
