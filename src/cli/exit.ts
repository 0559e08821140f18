/** How a command ends. */
export const exitCodes = {
  success: 0,
  /** A step failed or a claim doesn't hold. */
  failure: 1,
  /** An error in the file or in the call. */
  badCall: 2,
  /** Ended by Ctrl-C, as shells report it: 128 + SIGINT. */
  interrupted: 130,
} as const;

/** A mistake in how the program was called; the message is all the user needs. */
export class CallError extends Error {}
