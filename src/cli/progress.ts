/**
 * Progress on standard error: on a terminal one line a running step, redrawn in place; elsewhere a
 * plain line when a step starts, ends, and now and then between.
 */
import type { RunEvent, StepOutcome } from "../runtime/events.js";
import type { Progress } from "../runtime/step.js";
import { colorsFor, showClock, showNumber, showSeconds, table } from "./terminal.js";

export interface ProgressView {
  listen(event: RunEvent): void;
  /** Removes what is drawn. */
  end(): void;
}

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

interface Running {
  readonly since: number;
  /** Rows that were there before: they say nothing of the speed. */
  first?: number;
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
  let drawn = 0;
  let lastDraw = Number.NEGATIVE_INFINITY;

  const erase = () => {
    if (drawn > 0) output.write(`\x1b[${drawn}A\x1b[0J`);
    drawn = 0;
  };
  const draw = () => {
    const width = (output.columns ?? 80) - 1;
    const names = [...running.keys()];
    const rows = [...running].map(([name, step]) => [name, ...cells(step, now())]);
    erase();
    for (const [i, line] of table(rows).entries()) {
      const { length } = names[i]!;
      output.write(`${c.cyan(line.slice(0, length))}${line.slice(length, width)}\n`);
    }
    drawn = rows.length;
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
        case "started":
          running.set(event.step, { since: now(), told: now() });
          if (live) draw();
          else say(`${event.step}: started`);
          break;
        case "resumed":
          say(`${event.step}: goes on after ${event.rows} rows`);
          break;
        case "progress": {
          const step = running.get(event.step);
          if (!step) break;
          step.first ??= event.progress.done - 1;
          step.latest = event.progress;
          if (live && now() - lastDraw >= redrawMs) draw();
          if (!live && now() - step.told >= plainMs) {
            step.told = now();
            say(`${event.step}: ${cells(step, now()).join("  ")}`);
          }
          break;
        }
        case "waiting": {
          const { owner } = event;
          const who = owner ? `process ${owner.pid} on ${owner.host}` : "another run";
          say(`${event.step}: waits for ${who}, which is making it`);
          break;
        }
        case "damaged":
          say(`${c.yellow("damaged")}: ${event.step}: ${event.what}; moved to ${event.movedTo}`);
          break;
        case "log":
          say(`${event.step}: ${event.line}`);
          break;
        case "settled":
          running.delete(event.outcome.name);
          say(settled(event.outcome, c));
          break;
        case "unrecorded":
          say(`${c.yellow("warning")}: ${event.failure.message}`);
          break;
        case "planned":
          break;
      }
    },
    end: erase,
  };
}

/** `123/400`, each value, and the time left. */
function cells({ since, first = 0, latest }: Running, now: number): string[] {
  if (!latest) return ["starting"];
  const { done, total, values } = latest;
  const shown = Object.entries(values).map(([name, value]) => `${name} ${showNumber(value)}`);
  const seconds = (now - since) / 1000;
  const left = (seconds / Math.max(1, done - first)) * (total - done);
  return [`${done}/${total}`, ...shown, `${showClock(left)} left`];
}

function settled(outcome: StepOutcome, c: ReturnType<typeof colorsFor>): string {
  const took = showSeconds(outcome.seconds);
  switch (outcome.status) {
    case "ran":
      return `${c.green("done")}: ${outcome.name} in ${took}`;
    case "failed":
      return `${c.red("failed")}: ${outcome.name}: ${outcome.failure.message}`;
    case "interrupted":
      return `${c.yellow("stopped")}: ${outcome.name}: ${outcome.rows} rows are kept`;
    case "skipped":
      return `${c.yellow("skipped")}: ${outcome.name}${outcome.because ? `, since '${outcome.because}' has no result` : ""}`;
    case "cached":
      return `${c.green("cached")}: ${outcome.name}, made by another run`;
    case "unneeded":
      return `unneeded: ${outcome.name}`;
  }
}
