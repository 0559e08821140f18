/** What a run does around its steps: order, failures, other runs, processes, records. */

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { execaNode } from "execa";
import { describe, expect, it } from "vitest";
import type { StepGraph } from "../../src/plan/graph.js";
import { runs, stateOf } from "../../src/runtime/history.js";
import { type Cache, lockFile } from "../../src/runtime/layout.js";
import { isAlive } from "../../src/runtime/lock.js";
import type { Executor } from "../../src/runtime/pool.js";
import {
  filesBelow,
  graphOf,
  inProcess,
  run,
  stageBytes,
  stepOf,
  temporaryCache,
  walkGraph,
  workers,
} from "./harness.js";

const never: Executor = {
  run: () => Promise.reject(new Error("nothing should run")),
  stop: async () => {},
};

describe("running", () => {
  it("runs everything once, then nothing", async () => {
    const cache = temporaryCache();
    const first = await run(walkGraph(20), cache);
    expect(first.started).toEqual(["start", "walk", "total"]);
    expect(first.status).toEqual({ start: "ran", walk: "ran", total: "ran" });
    const second = await run(walkGraph(20), cache, { executor: never });
    expect(second.status).toEqual({ start: "cached", walk: "cached", total: "cached" });
    expect(second.events.map(({ type }) => type)).toEqual(["planned"]);
    expect(second.summary.steps[2]!.notes).toEqual(first.summary.steps[2]!.notes);
  });

  it("ignores names and what is local", async () => {
    const cache = temporaryCache();
    await run(graphOf({ name: "a", kind: "value", parameters: { value: 1 } }), cache);
    const renamed = graphOf({
      name: "b",
      kind: "value",
      parameters: { value: 1 },
      local: { path: "elsewhere" },
    });
    expect((await run(renamed, cache, { executor: never })).status).toEqual({ b: "cached" });
  });

  it("runs steps that differ only in name once", async () => {
    const twins = graphOf(
      { name: "a", kind: "value", parameters: { value: 1 } },
      { name: "b", kind: "value", parameters: { value: 1 } },
      { name: "long", kind: "walk", parameters: { rate: 1 }, inputs: { start: "a" }, length: 30 },
      { name: "short", kind: "walk", parameters: { rate: 1 }, inputs: { start: "b" }, length: 20 },
    );
    const { started, status } = await run(twins, temporaryCache());
    expect(started).toEqual(["a", "long"]);
    expect(status).toEqual({ a: "ran", b: "cached", long: "ran", short: "cached" });
  });

  it("goes on with what doesn't depend on a failed step", async () => {
    const cache = temporaryCache();
    const graph = graphOf(
      { name: "a", kind: "value", parameters: { value: 1 } },
      {
        name: "bad",
        kind: "sum",
        parameters: { add: 1 },
        local: { fail: "no" },
        inputs: { a: "a" },
      },
      { name: "below", kind: "sum", parameters: { add: 2 }, inputs: { bad: "bad" } },
      { name: "beside", kind: "sum", parameters: { add: 3 }, inputs: { a: "a" } },
    );
    const { status, summary } = await run(graph, cache);
    expect(status).toEqual({ a: "ran", bad: "failed", below: "skipped", beside: "ran" });
    expect(summary.steps[1]).toMatchObject({ failure: { message: "Error: no" } });
    expect(summary.steps[2]).toMatchObject({ because: "bad" });
    expect([...runs(cache)][0]).toMatchObject({
      status: "failed",
      steps: [{ status: "ran" }, { status: "failed" }, { status: "skipped" }, { status: "ran" }],
    });
  });

  it("starts the kind of higher priority first, and shares threads among trajectories", async () => {
    const start = { name: "start", kind: "value", parameters: { value: 1 } } as const;
    const walk = (name: string, length: number) =>
      ({
        name,
        kind: "walk",
        parameters: { rate: length },
        inputs: { start: "start" },
        length,
      }) as const;
    const sum = {
      name: "sum",
      kind: "sum",
      parameters: { add: 1 },
      inputs: { a: "start" },
    } as const;
    const graph = graphOf(start, sum, walk("short", 10), walk("long", 20));
    const { started, events } = await run(graph, temporaryCache(), { workers: 1, threads: 8 });
    expect(started).toEqual(["start", "long", "short", "sum"]);
    const wide = await run(graph, temporaryCache(), { workers: 4, threads: 8 });
    const threads = (ran: typeof events) =>
      ran.flatMap((event) =>
        event.type === "started" && event.step === "long" ? [event.threads] : [],
      );
    expect([threads(events), threads(wide.events)]).toEqual([[8], [4]]);
  });

  it("never runs more steps at once than it has places for", async () => {
    const steps = Array.from({ length: 6 }, (_, i) => ({
      name: `s${i}`,
      kind: "sum" as const,
      parameters: { add: i },
      local: { delay: 5 },
    }));
    const executor = await inProcess();
    let running = 0;
    let most = 0;
    await run(graphOf(...steps), temporaryCache(), {
      workers: 2,
      executor: {
        ...executor,
        async run(task, listen) {
          most = Math.max(most, ++running);
          const result = await executor.run(task, listen);
          running--;
          return result;
        },
      },
    });
    expect(most).toBe(2);
  });

  it("does nothing when it is interrupted before it begins", async () => {
    const { status, summary } = await run(walkGraph(20), temporaryCache(), {
      executor: never,
      signal: AbortSignal.abort(),
    });
    expect(status).toEqual({ start: "skipped", walk: "skipped", total: "skipped" });
    expect(summary.interrupted).toBe(true);
  });

  it("records the run with its text", async () => {
    const cache = temporaryCache();
    const subject = { file: "a.cflow", text: "flow", overrides: ["lr=1"], params: { lr: 1 } };
    const { summary } = await run(walkGraph(20), cache, { subject });
    const [record] = [...runs(cache)];
    expect(record).toMatchObject({ id: summary.id, status: "complete", subject });
    expect(record!.steps[2]).toMatchObject({ name: "total", status: "ran", notes: {} });
    expect(record!.steps[2]!.notes).toHaveProperty("total");
  });
});

describe("two runs on one cache", () => {
  it("run each step once", async () => {
    const cache = temporaryCache();
    const graph = walkGraph(40, { local: { delay: 10 } });
    const both = await Promise.all([
      run(graph, cache, { executor: workers() }),
      run(graph, cache, { executor: workers() }),
    ]);
    expect(both.flatMap(({ started }) => started).sort()).toEqual(
      ["start", "total", "walk"].sort(),
    );
    for (const { status } of both) {
      for (const outcome of Object.values(status)) expect(["ran", "cached"]).toContain(outcome);
    }
    const waiting = both.flatMap(({ events }) => events.filter(({ type }) => type === "waiting"));
    expect(waiting[0]).toMatchObject({ owner: { pid: process.pid } });
    expect(filesBelow(`${cache.root}/locks`)).toEqual([]);
  });
});

describe("worker processes", () => {
  it("give the same bytes as steps in this process", async () => {
    const [here, there] = [temporaryCache(), temporaryCache()];
    const graph = walkGraph(60);
    await run(graph, here);
    await run(graph, there, { executor: workers() });
    for (const { name } of graph.steps) {
      expect(stageBytes(there, graph, name)).toEqual(stageBytes(here, graph, name));
    }
  });

  it("pass on what a step prints, and NaN in progress", async () => {
    const graph = walkGraph(20, { local: { print: "hello" }, start: 1e308, rate: 1e308 });
    const { events } = await run(graph, temporaryCache(), { executor: workers() });
    expect(events).toContainEqual({ type: "log", step: "walk", line: "hello" });
    const progress = events.flatMap((event) => (event.type === "progress" ? [event.progress] : []));
    expect(progress.at(-1)).toMatchObject({ done: 20, total: 20, values: { x: Number.NaN } });
  });

  it("leave Ctrl-C to their driver", async () => {
    const cache = temporaryCache();
    const graph = walkGraph(60, { local: { delay: 2 } });
    const { status } = await run(graph, cache, {
      executor: workers(),
      onEvent: ({ type }) => {
        if (type === "progress") process.kill(workerOf(cache, graph, "walk"), "SIGINT");
      },
    });
    expect(status.walk).toBe("ran");
  });

  it("keep a checkpoint when they are told to stop by a signal", async () => {
    const cache = temporaryCache();
    const graph = walkGraph(200, { local: { delay: 5 } });
    const { status, summary } = await run(graph, cache, {
      executor: workers(),
      onEvent: (event) => {
        if (event.type !== "progress" || event.progress.done < 5) return;
        process.kill(workerOf(cache, graph, "walk"), "SIGTERM");
      },
    });
    expect(status.walk).toBe("failed");
    expect(summary.steps[1]).toMatchObject({
      failure: { message: "the worker process was told to stop by a signal" },
    });
    const again = await run(walkGraph(200), cache);
    expect(again.status.walk).toBe("ran");
    expect(again.events.filter(({ type }) => type === "resumed")).toHaveLength(1);
  });

  it("end when their driver is killed, and leave a checkpoint to go on from", async () => {
    const cache = temporaryCache();
    const graph = (delay: number) =>
      graphOf(
        { name: "start", kind: "value", parameters: { value: 0.4 } },
        {
          name: "busy",
          kind: "walk",
          parameters: { rate: 1.3 },
          local: { delay },
          inputs: { start: "start" },
          length: 400,
        },
      );
    await endOf(await killDriver(cache, graph(20)), 10_000);
    // The run's own lock, and that of the step.
    expect(filesBelow(`${cache.root}/locks`)).toHaveLength(2);
    expect([...runs(cache)].map(stateOf)).toEqual(["interrupted"]);

    const { events, status } = await run(graph(0), cache);
    expect(status.busy).toBe("ran");
    expect(events.filter(({ type }) => type === "resumed")).toHaveLength(1);
    expect(events.filter(({ type }) => type === "takeover")).toHaveLength(1);
    expect(filesBelow(`${cache.root}/locks`)).toEqual([]);
    expect(filesBelow(`${cache.root}/partial`)).toEqual([]);
  });

  it("are ended even if their step never pauses", async () => {
    const graph = graphOf({ name: "busy", kind: "hang" });
    const orphan = async () => endOf(await killDriver(temporaryCache(), graph), 30_000);
    const interrupted = async () => {
      const cache = temporaryCache();
      const abort = new AbortController();
      let pid = 0;
      const { status } = await run(graph, cache, {
        executor: workers(),
        signal: abort.signal,
        onEvent: ({ type }) => {
          if (type !== "log") return;
          pid = workerOf(cache, graph, "busy");
          abort.abort();
        },
      });
      expect(status).toEqual({ busy: "interrupted" });
      await endOf(pid, 1000);
    };
    await Promise.all([orphan(), interrupted()]);
  });
});

function workerOf(cache: Cache, graph: StepGraph, name: string): number {
  const lock = readFileSync(lockFile(cache, stepOf(graph, name).fingerprint), "utf8");
  return JSON.parse(lock).owners[1].pid;
}

/** Starts a run in another process, and kills it once its worker is busy; gives the worker's id. */
async function killDriver(cache: Cache, graph: StepGraph): Promise<number> {
  const script = fileURLToPath(new URL("./driver.mjs", import.meta.url));
  const driver = execaNode(script, [cache.root, JSON.stringify(graph)], {
    reject: false,
    nodeOptions: [],
  });
  const [line] = await once(driver.stdout, "data");
  driver.kill("SIGKILL");
  await driver;
  return Number(String(line).split("\n")[0]);
}

/** Resolves when a process has ended, and rejects if it doesn't in so many milliseconds. */
async function endOf(pid: number, patience: number): Promise<void> {
  const deadline = Date.now() + patience;
  while (isAlive({ pid, host: hostname() })) {
    if (Date.now() > deadline) throw new Error(`process ${pid} still lives`);
    await sleep(20);
  }
}
