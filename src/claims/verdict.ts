/** Claims as records of runs have them: a step that noted its verdict. */
import type { JsonObject } from "../runtime/step.js";

/** The kind of the steps that judge claims. */
export const claimKind = "expect";

export interface NotedVerdict {
  readonly holds: boolean;
  /** The measured left side and the right side; null where it is no finite number. */
  readonly value: number | null;
  readonly bound: number | null;
}

/** Undefined if a claim was not judged. */
export function notedVerdict({ holds, value, bound }: JsonObject): NotedVerdict | undefined {
  if (typeof holds !== "boolean") return undefined;
  const finite = (side: unknown) => (typeof side === "number" ? side : null);
  return { holds, value: finite(value), bound: finite(bound) };
}

/** `locked` of `expect "locked"`; other names as they are. */
export function claimTitle(step: string): string {
  return /^expect "(.*)"$/s.exec(step)?.[1] ?? step;
}
