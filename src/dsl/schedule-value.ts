/** Schedules as values of settings: plain data, so that they can be hashed, kept and compared. */

/** A call of a schedule with its valid settings: its name, and each setting beside it. */
export interface ScheduleValue {
  readonly schedule: string;
  readonly [setting: string]: unknown;
}

export function isScheduleValue(value: unknown): value is ScheduleValue {
  return typeof value === "object" && value !== null && "schedule" in value;
}
