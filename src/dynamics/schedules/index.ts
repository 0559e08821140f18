/** The schedules that the language has, and how values of settings become functions of time. */
import type { ScheduleValue } from "../../dsl/call-value.js";
import { constant as constantly, type Schedule } from "../optimizers/schedule.js";
import { constant } from "./constant.js";
import { cosine } from "./cosine.js";
import { linear } from "./linear.js";
import { piecewise } from "./piecewise.js";
import type { ScheduleKind } from "./schedule.js";
import { warmup } from "./warmup.js";

export const scheduleKinds: readonly ScheduleKind[] = [constant, linear, cosine, warmup, piecewise];

/** The schedule of a setting that the language has validated; a number is one that never changes. */
export function scheduleOf(value: number | ScheduleValue): Schedule {
  if (typeof value === "number") return constantly(value);
  const { schedule, ...settings } = value;
  return scheduleKinds.find(({ name }) => name === schedule)!.of(settings, scheduleOf);
}
