/** Failures that may pass are tried once more, others are not; what a failed step printed is kept. */
import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { logFile } from "../../src/runtime/layout.js";
import { isAlive } from "../../src/runtime/lock.js";
import { tellsOfMemory } from "../../src/runtime/memory.js";
import type { JsonObject } from "../../src/runtime/step.js";
import {
  filesBelow,
  graphOf,
  run,
  temporaryCache,
  temporaryFolder,
  walkGraph,
  workers,
} from "./harness.js";

const { NODE_OPTIONS } = process.env;
afterEach(() => {
  if (NODE_OPTIONS === undefined) delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = NODE_OPTIONS;
});

const frail = (local: JsonObject) => graphOf({ name: "frail", kind: "frail", local });
const marker = () => join(temporaryFolder(), "tried");

describe("a step that fails in a way that may pass", () => {
  it.each([
    ["killed", "the worker process was killed by SIGKILL"],
    ["heap", "the worker process ran out of memory"],
    ["std::bad_alloc", "out of memory: std::bad_alloc"],
  ])("is tried once more (%s)", async (how, message) => {
    if (how === "heap") process.env.NODE_OPTIONS = "--max-old-space-size=40";
    const cache = temporaryCache();
    const once = await run(frail({ how, marker: marker() }), cache, { executor: workers() });
    expect(once.status).toEqual({ frail: "ran" });
    const retried = once.events.filter(({ type }) => type === "retried");
    expect(retried).toMatchObject([{ step: "frail", failure: { message } }]);
    expect(once.started).toEqual(["frail"]);
    expect(filesBelow(join(cache.root, "logs"))).toEqual([]);

    if (how === "heap") return;
    const always = await run(frail({ how }), temporaryCache(), { executor: workers() });
    expect(always.status).toEqual({ frail: "failed" });
    expect(always.events.filter(({ type }) => type === "retried")).toHaveLength(1);
    expect(always.summary.steps[0]).toMatchObject({ failure: { message } });
  });

  it("goes on from its last checkpoint", async () => {
    const cache = temporaryCache();
    const local = { killAt: 37, checkpointEvery: 10 };
    const { events } = await run(walkGraph(130, { local }), cache, { executor: workers() });
    const told = events.flatMap((event) =>
      event.type === "retried"
        ? ["retried"]
        : event.type === "resumed"
          ? [`after ${event.rows}`]
          : [],
    );
    expect(told).toEqual(["retried", "after 30"]);
  });

  it("is tried in a process of its own after it had taken the memory of the first", async () => {
    const pids: number[] = [];
    const executor = workers();
    const short = frail({ how: "not enough memory", code: "ENOMEM", marker: marker() });
    const { status } = await run(short, temporaryCache(), {
      executor: {
        ...executor,
        run: (task, listen) =>
          executor.run(task, (event) => {
            if (event.type === "assigned") pids.push(event.pid);
            listen(event);
          }),
      },
    });
    expect(status).toEqual({ frail: "ran" });
    expect(new Set(pids).size).toBe(2);
  });

  it.each(["exit", "an ordinary error"])("is not where it would not pass (%s)", async (how) => {
    const { status, events } = await run(frail({ how }), temporaryCache(), { executor: workers() });
    expect(status).toEqual({ frail: "failed" });
    expect(events.filter(({ type }) => type === "retried")).toEqual([]);
  });

  it.runIf(process.platform !== "win32")("leaves no program of the first try behind", async () => {
    const { events, status } = await run(
      frail({ how: "child", marker: marker() }),
      temporaryCache(),
      { executor: workers() },
    );
    expect(status).toEqual({ frail: "ran" });
    const line = events.flatMap((event) => (event.type === "log" ? [event.line] : []))[0]!;
    const pid = Number(line.replace("child ", ""));
    for (let i = 0; i < 100 && isAlive({ pid, host: hostname() }); i++) await sleep(20);
    expect(isAlive({ pid, host: hostname() })).toBe(false);
  });
});

it.each([
  ["FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory", true],
  ["Array buffer allocation failed", true],
  ["Failed to allocate memory for requested buffer of size 1073741824", true],
  ["std::bad_alloc", true],
  ["Cannot allocate memory", true],
  ["shapes [3] and [4] do not fit", false],
  ["the allocation of threads", false],
])("knows who speaks of memory: %s", (text, expected) => {
  expect(tellsOfMemory(text)).toBe(expected);
});

describe("what a step printed", () => {
  it("is kept whole if it fails, and gone when it succeeds", async () => {
    const cache = temporaryCache();
    const print = Array.from({ length: 25 }, (_, i) => `line ${i}`).join("\n");
    const failing = frail({ how: "no", print });
    const { summary } = await run(failing, cache, { executor: workers() });
    const file = logFile(cache, failing.steps[0]!.fingerprint);
    const tail = Array.from({ length: 10 }, (_, i) => `line ${i + 15}`);
    expect(summary.steps[0]).toMatchObject({
      failure: { message: "Error: no", log: { file, tail } },
    });
    expect(readFileSync(file, "utf8")).toBe(`${print}\n`);

    const tried = marker();
    await run(frail({ how: "no", marker: tried }), cache, { executor: workers() });
    expect(existsSync(file)).toBe(true);
    expect((await run(frail({ how: "no", marker: tried }), cache)).status).toEqual({
      frail: "ran",
    });
    expect(existsSync(file)).toBe(false);
  });

  it("is heard to its last word, whichever comes first, it or the failure", async () => {
    const steps = Array.from({ length: 20 }, (_, i) => ({
      name: `s${i}`,
      kind: "frail" as const,
      parameters: { i },
      local: { how: "no", print: `last word ${i}` },
    }));
    const { summary } = await run(graphOf(...steps), temporaryCache(), { executor: workers() });
    for (const [i, outcome] of summary.steps.entries()) {
      expect(outcome).toMatchObject({ failure: { log: { tail: [`last word ${i}`] } } });
    }
  });
});
