/**
 * Progress on standard error: on a terminal one line a running step, redrawn in place; elsewhere a
 * plain line when a step starts, ends, and now and then between.
 */
import { hostname } from "node:os";
import type { RunEvent, StepOutcome } from "../runtime/events.js";
import type { Owner } from "../runtime/lock.js";
import type { Progress } from "../runtime/step.js";
import { colorsFor, showClock, showCount, showNumber, showSeconds, table } from "./terminal.js";

export interface ProgressView {
  listen(event: RunEvent): void;
  /** Removes what is drawn. */
  end(): void;
}

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

interface Running {
  /** The first report: what came before it, loading among it, says nothing of the speed. */
  first?: { readonly done: number; readonly at: number };
  latest?: Progress;
  /** When it was last told of, on plain output. */
  told: number;
}

const redrawMs = 100;
const plainMs = 10_000;

export function progressView(output: Output, now: () => number = Date.now): ProgressView {
  const live = Boolean(output.isTTY);
  const c = colorsFor({ isTTY: live });
  const running = new Map<string, Running>();
  /** Claims are judged in no time: only a failure to do so is worth a line. */
  const quiet = new Set<string>();
  let drawn = 0;
  let lastDraw = Number.NEGATIVE_INFINITY;

  const erase = () => {
    if (drawn > 0) output.write(`\x1b[${drawn}A\x1b[0J`);
    drawn = 0;
  };
  /** A line that wraps, or more lines than the screen has, could not be erased. */
  const draw = () => {
    const width = (output.columns || 80) - 1;
    const height = Math.max(1, (output.rows || 24) - 2);
    const names = [...running.keys()].slice(0, height);
    const rows = names.map((name) => [name, ...cells(running.get(name)!, now())]);
    const lines = table(rows).map((line, i) => {
      const name = line.slice(0, Math.min(names[i]!.length, width));
      return `${c.cyan(name)}${line.slice(name.length, width)}`;
    });
    const rest = running.size - names.length;
    if (rest > 0) lines.push(c.dim(`and ${rest} more`.slice(0, width)));
    erase();
    if (lines.length > 0) output.write(`${lines.join("\n")}\n`);
    drawn = lines.length;
    lastDraw = now();
  };
  const say = (line: string) => {
    erase();
    output.write(`${line}\n`);
    if (live) draw();
  };

  return {
    listen(event) {
      switch (event.type) {
        case "planned":
          for (const { step } of event.plan) if (step.kind === "expect") quiet.add(step.name);
          break;
        case "started":
          if (quiet.has(event.step)) break;
          running.set(event.step, { told: now() });
          if (live) draw();
          else say(`${event.step}: started`);
          break;
        case "resumed":
          say(`${event.step}: goes on after ${showCount(event.rows, "row")}`);
          break;
        case "progress": {
          const step = running.get(event.step);
          if (!step) break;
          step.first ??= { done: event.progress.done, at: now() };
          step.latest = event.progress;
          if (live && now() - lastDraw >= redrawMs) draw();
          if (!live && now() - step.told >= plainMs) {
            step.told = now();
            say(`${event.step}: ${cells(step, now()).filter(Boolean).join("  ")}`);
          }
          break;
        }
        case "waiting": {
          const { owner } = event;
          const who = owner ? owners([owner]) : "another run";
          // Whether it lives cannot be seen from here.
          const far = owner && owner.host !== hostname();
          const hint = far ? `; if that has ended, remove ${event.lock}` : "";
          say(`${event.step}: waits for ${who}, which is making it${hint}`);
          break;
        }
        case "takeover":
          say(`${event.step}: taken over from ${owners(event.owners)}, which ended without it`);
          break;
        case "retried":
          if (running.has(event.step)) running.set(event.step, { told: now() });
          say(`${c.yellow("again")}: ${event.step}: ${event.failure.message}; tried once more`);
          break;
        case "damaged":
          say(`${c.yellow("damaged")}: ${event.step}: ${event.what}; moved to ${event.movedTo}`);
          break;
        case "log":
          say(`${event.step}: ${event.line}`);
          break;
        case "settled": {
          const { name, status } = event.outcome;
          running.delete(name);
          const judged = status === "ran" || status === "cached";
          if (!judged || !quiet.has(name)) say(settled(event.outcome, c));
          break;
        }
        case "unrecorded":
          say(`${c.yellow("warning")}: ${event.failure.message}`);
          break;
      }
    },
    end: erase,
  };
}

function owners(all: readonly Owner[]): string {
  return all.map(({ pid, host }) => `process ${pid} on ${host}`).join(" and ");
}

/** `123/400`, the time left, and each value: a narrow terminal cuts off the last. */
function cells({ first, latest }: Running, now: number): string[] {
  if (!latest || !first) return ["starting"];
  const { done, total, values } = latest;
  const shown = Object.entries(values).map(([name, value]) => `${name} ${showNumber(value)}`);
  const since = (now - first.at) / 1000;
  const left = (since / (done - first.done)) * (total - done);
  return [`${done}/${total}`, done > first.done ? `${showClock(left)} left` : "", ...shown];
}

function settled(outcome: StepOutcome, c: ReturnType<typeof colorsFor>): string {
  const { name, seconds, notes } = outcome;
  switch (outcome.status) {
    case "ran":
      return notes.diverged_at === undefined
        ? `${c.green("done")}: ${name} in ${showSeconds(seconds)}`
        : `${c.yellow("diverged")}: ${name} at step ${notes.diverged_at}, after ${showSeconds(seconds)}`;
    case "failed":
      return `${c.red("failed")}: ${name}: ${outcome.failure.message}`;
    case "interrupted":
      return `${c.yellow("stopped")}: ${name}: ${showCount(outcome.rows, "row")} kept`;
    case "skipped":
      return `${c.yellow("skipped")}: ${name}${outcome.because ? `, since '${outcome.because}' has no result` : ""}`;
    case "cached":
      return `${c.green("cached")}: ${name}, made by another run`;
    case "unneeded":
      return `unneeded: ${name}`;
  }
}
