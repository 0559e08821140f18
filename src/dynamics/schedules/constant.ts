import { z } from "zod";
import { constant as constantly } from "../optimizers/schedule.js";
import type { ScheduleKind } from "./schedule.js";

const settings = z.strictObject({
  value: z.number().positive().describe("The value at all times."),
});

export const constant: ScheduleKind = {
  name: "constant",
  doc: "The same value at all times, as a plain number is.",
  settings,
  positional: ["value"],
  of: (given) => constantly(settings.parse(given).value),
};
