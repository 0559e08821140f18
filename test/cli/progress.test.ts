/** What progress looks like, on a terminal that a test can read and on plain output. */
import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { progressView } from "../../src/cli/progress.js";
import type { PlannedStep } from "../../src/plan/staleness.js";
import type { RunEvent, StepOutcome } from "../../src/runtime/events.js";

const esc = "\x1b";
/** Cursor up with erase below, as what is drawn again begins. */
const redraw = new RegExp(`(${esc}\\[\\d+A${esc}\\[0J)`);
const color = new RegExp(`${esc}\\[\\d+m`, "g");

/** A terminal that a test can read: it knows how to redraw, and nothing else. */
function terminal(columns: number, rows = 24) {
  let text = "";
  let raw = "";
  const write = (more: string) => {
    raw += more;
    for (const part of more.split(redraw)) {
      const up = Number(redraw.test(part) ? /\d+/.exec(part)![0] : 0);
      if (up === 0) text += part.replace(color, "");
      else
        text = text
          .split("\n")
          .slice(0, -1 - up)
          .map((line) => `${line}\n`)
          .join("");
    }
  };
  return {
    output: { isTTY: true, columns, rows, write },
    /** What is on the screen, and what scrolled away. */
    shown: () => text.split("\n").slice(0, -1),
    raw: () => raw,
  };
}

function clock() {
  let time = 0;
  const pass = (ms: number) => {
    time += ms;
  };
  return { now: () => time, pass };
}

const start = (step: string): RunEvent => ({ type: "started", step, threads: 1 });
const progress = (
  step: string,
  done: number,
  total: number,
  values: Record<string, number> = {},
): RunEvent => ({ type: "progress", step, progress: { done, total, values } });
const settle = (outcome: Partial<StepOutcome> & { name: string }): RunEvent => ({
  type: "settled",
  outcome: {
    kind: "discrete",
    fingerprint: "00",
    seconds: 12.3,
    notes: {},
    status: "ran",
    folder: "/cache",
    ...outcome,
  } as StepOutcome,
});

describe("on a terminal", () => {
  it("has a line a running step, with count, time left, loss, top eigenvalue and critical ones", () => {
    const { output, shown } = terminal(80);
    const { now, pass } = clock();
    const view = progressView(output, now);
    view.listen(start("eos.central"));
    view.listen(start("eos.discrete"));
    expect(shown()).toEqual(["eos.central   starting", "eos.discrete  starting"]);
    pass(5000);
    // What came before the first report, such as loading and reading kept rows, isn't speed.
    view.listen(progress("eos.central", 100, 400, { loss: 0.0123456, top: 2.00018, critical: 3 }));
    expect(shown()).toEqual([
      "eos.central   100/400     loss 0.01235  top 2  critical 3",
      "eos.discrete  starting",
    ]);
    pass(10_000);
    view.listen(progress("eos.discrete", 1, 400, { loss: 1.5e-7 }));
    pass(10_000);
    view.listen(progress("eos.central", 120, 400, { loss: 0.012, top: 2.1, critical: 3 }));
    // 20 rows in 20 s; the other's time is not known yet.
    expect(shown()).toEqual([
      "eos.central   120/400  4:40 left  loss 0.012    top 2.1  critical 3",
      "eos.discrete  1/400               loss 1.50e-7",
    ]);
  });

  it("draws at most ten times a second", () => {
    const { output, shown } = terminal(80);
    const { now, pass } = clock();
    const view = progressView(output, now);
    view.listen(start("a"));
    pass(99);
    view.listen(progress("a", 1, 9));
    expect(shown()).toEqual(["a  starting"]);
    pass(1);
    view.listen(progress("a", 2, 9));
    expect(shown()).toEqual(["a  2/9  0:00 left"]);
  });

  it("keeps what happened above what is running, and removes the latter in the end", () => {
    const { output, shown } = terminal(80);
    const view = progressView(output, clock().now);
    for (const step of ["a", "b", "c", "d", "e"]) view.listen(start(step));
    view.listen({ type: "resumed", step: "b", rows: 1 });
    view.listen({ type: "log", step: "a", line: "a line that the step printed" });
    view.listen(settle({ name: "a" }));
    view.listen(settle({ name: "b", notes: { diverged_at: 31 } }));
    view.listen(settle({ name: "c", status: "interrupted", rows: 1200 }));
    view.listen(settle({ name: "d", status: "failed", failure: { message: "no" } }));
    view.listen(settle({ name: "f", status: "skipped", because: "d" }));
    const history = [
      "b: goes on after 1 row",
      "a: a line that the step printed",
      "done: a in 12 s",
      "diverged: b at step 31, after 12 s",
      "stopped: c: 1,200 rows kept",
      "failed: d: no",
      "skipped: f, since 'd' has no result",
    ];
    expect(shown()).toEqual([...history, "e  starting"]);
    view.end();
    expect(shown()).toEqual(history);
    view.end();
    expect(shown()).toEqual(history);
  });

  it.each([1, 2, 10, 20, 40, 60])("stays within %i columns", (columns) => {
    const { output, shown } = terminal(columns);
    const { now, pass } = clock();
    const view = progressView(output, now);
    view.listen(start("eos.central"));
    view.listen(start("a_name_of_a_flow_as_long_as_anyone.could_wish"));
    pass(100);
    view.listen(progress("eos.central", 12345, 100000, { loss: 1e-12, top: 123.456, critical: 9 }));
    expect(shown()).toHaveLength(2);
    for (const line of shown()) expect(line.length).toBeLessThan(columns);
    if (columns === 60) expect(shown()[0]).toContain(" 12345/100000");
  });

  it("takes a terminal that doesn't tell its size for one of 80 columns and 24 lines", () => {
    const { output, shown } = terminal(0, 0);
    const view = progressView(output, clock().now);
    for (let i = 0; i < 30; i++) view.listen(start(`${"x".repeat(90)}${i}`));
    expect(shown().map((line) => line.length)).toEqual([
      ...Array(22).fill(79),
      "and 8 more".length,
    ]);
  });

  it("never draws more lines than it can erase", () => {
    const { output, shown } = terminal(80, 6);
    const view = progressView(output, clock().now);
    for (const step of ["a", "b", "c", "d", "e", "f"]) view.listen(start(step));
    expect(shown()).toEqual([
      "a  starting",
      "b  starting",
      "c  starting",
      "d  starting",
      "and 2 more",
    ]);
    view.listen(settle({ name: "a" }));
    view.listen(settle({ name: "b" }));
    expect(shown().slice(2)).toEqual(["c  starting", "d  starting", "e  starting", "f  starting"]);
  });

  it("uses colours unless NO_COLOR asks for none", () => {
    const draw = () => {
      const { output, raw } = terminal(80);
      const view = progressView(output, clock().now);
      view.listen(start("a"));
      view.listen(settle({ name: "a" }));
      return raw();
    };
    const [before, term] = [process.env.NO_COLOR, process.env.TERM];
    try {
      process.env.TERM = "xterm";
      delete process.env.NO_COLOR;
      expect(draw()).toContain("\x1b[32mdone\x1b[39m");
      process.env.NO_COLOR = "1";
      expect(draw()).not.toMatch(color);
    } finally {
      process.env.TERM = term;
      if (before === undefined) delete process.env.NO_COLOR;
      else process.env.NO_COLOR = before;
    }
  });
});

describe("elsewhere", () => {
  const listenAll = (events: readonly (RunEvent | number)[]) => {
    let text = "";
    const { now, pass } = clock();
    const view = progressView({ write: (more) => (text += more) }, now);
    for (const event of events) typeof event === "number" ? pass(event) : view.listen(event);
    view.end();
    return text;
  };

  it("has plain lines, and one of progress every ten seconds", () => {
    const text = listenAll([
      start("eos.central"),
      1000,
      progress("eos.central", 1, 50, { loss: 1, top: 1.5, critical: 0 }),
      9000,
      progress("eos.central", 10, 50, { loss: 0.5, top: 1.75, critical: 1 }),
      500,
      progress("eos.central", 11, 50, { loss: 0.25, top: Number.NaN, critical: 1 }),
      9500,
      progress("eos.central", 20, 50, { loss: 0.125, top: 2, critical: 1 }),
      settle({ name: "eos.central", seconds: 3661 }),
    ]);
    expect(text.split("\n")).toEqual([
      "eos.central: started",
      "eos.central: 10/50  0:40 left  loss 0.5  top 1.75  critical 1",
      "eos.central: 20/50  0:30 left  loss 0.125  top 2  critical 1",
      "done: eos.central in 1:01:01",
      "",
    ]);
  });

  it("tells of what a user should know of a cache", () => {
    const lock = "/cache/locks/00.json";
    const owner = { pid: 4, host: "node7" } as const;
    const text = listenAll([
      { type: "waiting", step: "a", lock, owner },
      { type: "waiting", step: "a", lock, owner: { pid: 4, host: hostname() } },
      { type: "waiting", step: "b", lock },
      { type: "takeover", step: "b", owners: [owner, { pid: 5, host: "node7" }] },
      { type: "retried", step: "b", failure: { message: "out of memory" } },
      { type: "damaged", step: "a", what: "series.arrow is missing", movedTo: "/cache/damaged/00" },
      { type: "unrecorded", failure: { message: "no space left" } },
      settle({ name: "a", status: "cached" }),
    ]);
    expect(text.split("\n")).toEqual([
      `a: waits for process 4 on node7, which is making it; if that has ended, remove ${lock}`,
      `a: waits for process 4 on ${hostname()}, which is making it`,
      "b: waits for another run, which is making it",
      "b: taken over from process 4 on node7 and process 5 on node7, which ended without it",
      "again: b: out of memory; tried once more",
      "damaged: a: series.arrow is missing; moved to /cache/damaged/00",
      "warning: no space left",
      "cached: a, made by another run",
      "",
    ]);
  });

  it("is silent of claims, but for those that couldn't be judged", () => {
    const claim = (name: string) => ({ step: { name, kind: "expect" } }) as PlannedStep;
    const text = listenAll([
      { type: "planned", plan: [claim("expect 1"), claim("expect 2"), claim("expect 3")] },
      start("expect 1"),
      settle({ name: "expect 1", kind: "expect" }),
      settle({ name: "expect 2", kind: "expect", status: "cached" }),
      settle({ name: "expect 3", kind: "expect", status: "skipped", because: "a" }),
    ]);
    expect(text).toBe("skipped: expect 3, since 'a' has no result\n");
  });
});
