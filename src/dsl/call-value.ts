/** Calls as values of settings: plain data, so that they can be hashed, kept and compared. */

/** What can be called where a setting takes it: `cosine(0.02, 1000)`, `normal(0.02)`. */
export const callKinds = ["schedule", "distribution"] as const;
export type CallKind = (typeof callKinds)[number];

/** A call of a schedule with its valid settings: its name, and each setting beside it. */
export interface ScheduleValue {
  readonly schedule: string;
  readonly [setting: string]: unknown;
}

export interface DistributionValue {
  readonly distribution: string;
  readonly [setting: string]: unknown;
}

export interface Call {
  readonly kind: CallKind;
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The call that a value is, or undefined. */
export function callIn(value: unknown): Call | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const kind = callKinds.find((each) => each in value);
  if (kind === undefined) return undefined;
  const { [kind]: name, ...settings } = value as Record<string, unknown>;
  return { kind, name: name as string, settings };
}
