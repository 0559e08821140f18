/** Trajectories grow, are cut, are interrupted and killed: the rows are always the same. */
import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findStage } from "../../src/runtime/cache.js";
import { partialFolder, stageFolder } from "../../src/runtime/layout.js";
import { clearPartial, type KeptCheckpoint, resume } from "../../src/runtime/partial.js";
import type { RunOptions } from "../../src/runtime/run.js";
import { readStage } from "../../src/runtime/stage-reader.js";
import { openStage } from "../../src/runtime/stage-writer.js";
import {
  filesBelow,
  run,
  stageBytes,
  stepOf,
  temporaryCache,
  walkGraph,
  workers,
} from "./harness.js";

async function straight(length: number) {
  const cache = temporaryCache();
  const graph = walkGraph(length);
  await run(graph, cache);
  return stageBytes(cache, graph, "walk");
}

describe("a longer trajectory", () => {
  it("continues to the same bytes as one uninterrupted run, and replaces the shorter", async () => {
    const cache = temporaryCache();
    await run(walkGraph(50), cache);
    const longer = walkGraph(130);
    const { events } = await run(longer, cache);
    expect(events).toContainEqual({ type: "resumed", step: "walk", rows: 50 });
    expect(readdirSync(stageFolder(cache, stepOf(longer, "walk").fingerprint))).toEqual(["130"]);
    expect(stageBytes(cache, longer, "walk")).toEqual(await straight(130));
  });

  it("goes on with as many threads as it began with, unless it is told how many", async () => {
    const cache = temporaryCache();
    const threads = async (length: number, options: Partial<RunOptions>) => {
      const graph = walkGraph(length);
      await run(graph, cache, options);
      const { fingerprint } = stepOf(graph, "walk");
      return findStage(cache, fingerprint, length).stage!.record.threads;
    };
    expect(await threads(50, { threads: 3, workers: 1 })).toBe(3);
    expect(await threads(60, { workers: 1 })).toBe(3);
    const failing = walkGraph(130, { local: { failAt: 80, checkpointEvery: 20 } });
    await run(failing, cache, { workers: 1 });
    expect(await threads(130, { workers: 1 })).toBe(3);
    expect(await threads(140, { threads: 2, workers: 1 })).toBe(2);
  });

  it("holds more rows than a batch of the file has", async () => {
    const cache = temporaryCache();
    await run(walkGraph(1500), cache);
    await run(walkGraph(2100), cache);
    expect(stageBytes(cache, walkGraph(2100), "walk")).toEqual(await straight(2100));
  });

  it("is read as a prefix by who asks for fewer rows", async () => {
    const cache = temporaryCache();
    await run(walkGraph(130), cache);
    const shorter = walkGraph(50);
    const { started, status } = await run(shorter, cache);
    expect(started).toEqual(["total"]);
    expect(status).toEqual({ start: "cached", walk: "cached", total: "ran" });

    const fresh = temporaryCache();
    await run(shorter, fresh);
    expect(stageBytes(cache, shorter, "total")).toEqual(stageBytes(fresh, shorter, "total"));
    const { fingerprint } = stepOf(shorter, "walk");
    const [cut, whole] = await Promise.all(
      [cache, fresh].map(async (each) => {
        const reader = readStage(each, fingerprint, 50);
        const series = await reader.series();
        return {
          rows: series.rows,
          x: series.scalar("x"),
          spectrum: series.list("spectrum"),
          snapshots: await reader.snapshots(),
          directions: await reader.snapshots("directions"),
        };
      }),
    );
    expect(cut).toEqual(whole);
    expect(cut!.rows).toBe(50);
    expect([...cut!.snapshots.steps]).toEqual([0, 10, 20, 30, 40]);
    expect([...cut!.directions.steps]).toEqual([10, 20, 20, 40]);
  });

  it("keeps its state for itself", async () => {
    const cache = temporaryCache();
    const graph = walkGraph(20);
    await run(graph, cache);
    const reader = readStage(cache, stepOf(graph, "walk").fingerprint, 20);
    await expect(reader.tensors("state")).rejects.toThrow("its state is not to be read");
  });
});

describe("an interrupted trajectory", () => {
  it("goes on from where Ctrl-C stopped it", async () => {
    const cache = temporaryCache();
    const abort = new AbortController();
    const { status, summary } = await run(walkGraph(130, { local: { delay: 1 } }), cache, {
      executor: workers(),
      signal: abort.signal,
      onEvent: (event) => {
        if (event.type === "progress" && event.progress.done > 20) abort.abort();
      },
    });
    expect(status).toEqual({ start: "ran", walk: "interrupted", total: "skipped" });
    expect(summary.interrupted).toBe(true);
    const { rows } = summary.steps[1] as { rows: number };
    expect(rows).toBeGreaterThan(20);

    const graph = walkGraph(130);
    const again = await run(graph, cache);
    expect(again.events).toContainEqual({ type: "resumed", step: "walk", rows });
    expect(stageBytes(cache, graph, "walk")).toEqual(await straight(130));
    expect(filesBelow(partialFolder(cache, stepOf(graph, "walk").fingerprint))).toEqual([]);
  });

  it("goes on from its last checkpoint after its worker was killed", async () => {
    const cache = temporaryCache();
    const local = { killAt: 37, checkpointEvery: 10, print: "a last word" };
    const killed = await run(walkGraph(130, { local }), cache, { executor: workers() });
    expect(killed.status).toEqual({ start: "ran", walk: "failed", total: "skipped" });
    const walk = killed.summary.steps[1];
    expect(walk).toMatchObject({
      failure: {
        message: "the worker process was killed by SIGKILL",
        log: { tail: ["a last word"] },
      },
    });

    const graph = walkGraph(130);
    const { events } = await run(graph, cache);
    expect(events).toContainEqual({ type: "resumed", step: "walk", rows: 30 });
    expect(stageBytes(cache, graph, "walk")).toEqual(await straight(130));
  });

  it("keeps what it had before it was interrupted twice", async () => {
    const cache = temporaryCache();
    // The second time it comes to no further snapshot.
    for (const failAt of [35, 37]) {
      await run(walkGraph(130, { local: { failAt, checkpointEvery: 1 } }), cache);
    }
    const graph = walkGraph(130);
    await run(graph, cache);
    expect(stageBytes(cache, graph, "walk")).toEqual(await straight(130));
  });

  it("drops rows that came after its last checkpoint", async () => {
    const cache = temporaryCache();
    // 64 rows are written on at once: some of those after row 100 are in the stream.
    await run(walkGraph(300, { local: { failAt: 199, checkpointEvery: 100 } }), cache);
    const graph = walkGraph(300);
    const { events } = await run(graph, cache);
    expect(events).toContainEqual({ type: "resumed", step: "walk", rows: 100 });
    expect(stageBytes(cache, graph, "walk")).toEqual(await straight(300));
  });

  it("starts anew if its stream doesn't reach its checkpoint", async () => {
    const cache = temporaryCache();
    await run(walkGraph(130, { local: { failAt: 79, checkpointEvery: 40 } }), cache);
    const graph = walkGraph(130);
    const partial = partialFolder(cache, stepOf(graph, "walk").fingerprint);
    truncateSync(join(partial, "series.arrows"), 1000);
    const { events } = await run(graph, cache);
    expect(events.filter(({ type }) => type === "resumed")).toEqual([]);
    expect(stageBytes(cache, graph, "walk")).toEqual(await straight(130));
  });

  describe("of which a crash has spoiled the end", () => {
    const files = ["checkpoint-60.arrow", "checkpoint-60.json", "series.arrows", "snapshots.arrow"];
    const spoils: Readonly<Record<string, (path: string) => void>> = {
      "cut short": (path) => truncateSync(path, statSync(path).size - 20),
      emptied: (path) => truncateSync(path, 0),
      gone: (path) => rmSync(path),
      "filled with zeros": (path) => {
        const bytes = readFileSync(path);
        writeFileSync(path, bytes.fill(0, bytes.length - 40));
      },
    };
    it.each(files.flatMap((file) => Object.keys(spoils).map((how) => [file, how] as const)))(
      "goes on from before that (%s is %s)",
      async (file, how) => {
        const cache = temporaryCache();
        // The last rows and snapshots in the streams are those before row 60.
        await run(walkGraph(130, { local: { failAt: 60, checkpointEvery: 20 } }), cache);
        const graph = walkGraph(130);
        const partial = partialFolder(cache, stepOf(graph, "walk").fingerprint);
        spoils[how]!(join(partial, file));
        const { events } = await run(graph, cache);
        const rows = events.flatMap((event) => (event.type === "resumed" ? [event.rows] : []));
        const whole =
          file.startsWith("checkpoint") || how === "cut short" || how.startsWith("filled");
        expect(rows).toEqual(whole ? [40] : []);
        expect(stageBytes(cache, graph, "walk")).toEqual(await straight(130));
      },
    );

    it("starts anew if nothing is left to go on from", async () => {
      const cache = temporaryCache();
      await run(walkGraph(130, { local: { failAt: 60, checkpointEvery: 20 } }), cache);
      const graph = walkGraph(130);
      const partial = partialFolder(cache, stepOf(graph, "walk").fingerprint);
      for (const name of readdirSync(partial)) truncateSync(join(partial, name), 1);
      const { events } = await run(graph, cache);
      expect(events.filter(({ type }) => type === "resumed")).toEqual([]);
      expect(stageBytes(cache, graph, "walk")).toEqual(await straight(130));
    });
  });

  it("notes what the checkpoint says though all rows were there", async () => {
    const partial = partialFolder(temporaryCache(), "f");
    clearPartial(partial);
    const open = async (length: number, resume?: KeptCheckpoint) => {
      const stage = openStage({ partial, length, ...(resume && { resume }) });
      const series = await stage.writer.series([{ name: "x", type: "int32" }]);
      for (let x = resume?.rows ?? 0; x < 2; x++) series.append({ x });
      const tensors = [{ name: "x", shape: [], values: Int32Array.of(2) }];
      const notes = resume?.notes ?? { last: 1 };
      await stage.writer.checkpoint(() => ({ rows: 2, tensors, values: {}, notes }), true);
      return stage;
    };
    (await open(3)).close();
    const { notes, rows } = await (await open(2, await resume(partial))).finish();
    expect([notes, rows]).toEqual([{ last: 1 }, 2]);
  });

  it("becomes a stage as it is if fewer rows are asked for", async () => {
    const cache = temporaryCache();
    await run(walkGraph(130, { local: { failAt: 79, checkpointEvery: 40 } }), cache);
    const { status } = await run(walkGraph(25), cache);
    expect(status.walk).toBe("ran");
    expect(stageBytes(cache, walkGraph(25), "walk")).toEqual(await straight(40));
  });
});

describe("a diverged trajectory", () => {
  it("is complete with the rows it has, for any length", async () => {
    const cache = temporaryCache();
    const { summary } = await run(walkGraph(50, { divergeAt: 12 }), cache);
    expect(summary.steps[1]).toMatchObject({
      status: "ran",
      rows: 13,
      notes: { diverged_at: 12 },
    });
    const { started, status } = await run(walkGraph(1000, { divergeAt: 12 }), cache);
    expect(started).toEqual(["total"]);
    expect(status.walk).toBe("cached");
  });
});

describe("a trajectory's step that breaks the contract", () => {
  it.each([
    ["checkpoint", "Error: the step ended without a final checkpoint after its last row"],
    ["row", "RangeError: a checkpoint after 10 rows, not 9"],
  ])("fails if it forgets a %s", async (forget, message) => {
    const { summary } = await run(walkGraph(10, { local: { forget } }), temporaryCache());
    expect(summary.steps[1]).toMatchObject({ status: "failed", failure: { message } });
  });
});
