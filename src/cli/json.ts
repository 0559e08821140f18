/** What scripts read: plain objects, one a line, a run's events among them. */
import type { RunEvent } from "../runtime/events.js";

export function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Numbers that JSON lacks (NaN, infinities) become null. */
export function eventJson(event: RunEvent): object {
  switch (event.type) {
    case "planned":
      return {
        event: "planned",
        steps: event.plan.map(({ step, status }) => ({ name: step.name, status })),
      };
    case "progress": {
      const { done, total, values } = event.progress;
      return { event: "progress", step: event.step, done, total, ...values };
    }
    case "settled": {
      const { name, status, seconds } = event.outcome;
      const failure = event.outcome.status === "failed" ? event.outcome.failure : undefined;
      return { event: "settled", step: name, status, seconds, ...failure };
    }
    case "retried":
      return { event: "retried", step: event.step, ...event.failure };
    case "unrecorded":
      return { event: "unrecorded", ...event.failure };
    default: {
      const { type, ...rest } = event;
      return { event: type, ...rest };
    }
  }
}
