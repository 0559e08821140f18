/**
 * A schedule of the language makes a `Schedule`: a function of t, the number of gradients seen. The
 * first step of an optimizer has t = 1; along a flow t is real. Every schedule is positive for t > 0,
 * since P = …/η has no meaning otherwise, and its corners and jumps belong to what comes after them.
 */
import type { ScheduleValue } from "../../dsl/call-value.js";
import type { ScheduleEntry, Settings } from "../../dsl/vocabulary.js";
import type { Schedule } from "../optimizers/schedule.js";

export interface ScheduleKind extends ScheduleEntry {
  /** `inner` makes the schedules that stand among the settings. */
  of(settings: Settings, inner: (value: number | ScheduleValue) => Schedule): Schedule;
}
