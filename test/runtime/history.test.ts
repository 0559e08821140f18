/** Records of runs: how they are named, kept while a run goes on, and read again. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type RunRecord,
  readRun,
  runId,
  runIds,
  runs,
  stateOf,
  writeRun,
} from "../../src/runtime/history.js";
import { runsFolder } from "../../src/runtime/layout.js";
import { identify } from "../../src/runtime/lock.js";
import { idsNamed, shortLength } from "../../src/runtime/run-names.js";
import { graphOf, inProcess, run, type ToyStep, temporaryCache, walkGraph } from "./harness.js";

const record = (id: string, more: Partial<RunRecord> = {}): RunRecord => ({
  ...{ id, started: "2026-01-02T03:04:05.678Z", seconds: 1 },
  ...{ status: "complete", cflow: "0.1.0", steps: [] },
  ...more,
});

describe("names of runs", () => {
  const ids = [
    "20260103T000000000Z-aaaaaa",
    "20260102T030405678Z-1a2b3c",
    "20260102T030405678Z-1b0000",
  ];

  it.each<[string, readonly string[]]>([
    ["last", [ids[0]!]],
    [ids[1]!, [ids[1]!]],
    ["20260103", [ids[0]!]],
    ["20260102T030405678Z-1b", [ids[2]!]],
    ["20260102", ids.slice(1)],
    ["1a2b3c", []],
    ["", []],
  ])("%j", (name, found) => {
    expect(idsNamed(ids, name)).toEqual(found);
  });

  it("are as long as they must be to be one run's, and no shorter than a minute", () => {
    expect(shortLength(ids)).toBe(22);
    expect(shortLength(ids.slice(0, 2))).toBe("20260103T0000".length);
    expect(idsNamed([], "last")).toEqual([]);
  });

  it("cut to that length name their run", () => {
    const instants = fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true });
    fc.assert(
      fc.property(fc.uniqueArray(instants.map(runId), { minLength: 1, maxLength: 20 }), (all) => {
        const length = shortLength(all);
        for (const id of all) expect(idsNamed(all, id.slice(0, length))).toEqual([id]);
      }),
    );
  });
});

describe("records", () => {
  it("are listed newest first, without what is none", () => {
    const cache = temporaryCache();
    expect([...runs(cache)]).toEqual([]);
    for (const id of ["2026b", "2026a", "2026c"]) writeRun(cache, record(id));
    mkdirSync(runsFolder(cache), { recursive: true });
    writeFileSync(join(runsFolder(cache), "2026d.json"), "{");
    writeFileSync(join(runsFolder(cache), "2026e.json"), "[]");
    writeFileSync(join(runsFolder(cache), "2026f.json.next"), "{}");
    expect([...runs(cache)].map(({ id }) => id)).toEqual(["2026c", "2026b", "2026a"]);
    expect(runIds(cache)[0]).toBe("2026e");
    expect(readRun(cache, "2026d")).toBeUndefined();
    expect(readRun(cache, "2026z")).toBeUndefined();
  });

  it("that say they are running are believed while their process lives", () => {
    const running = (owner: RunRecord["owner"]) =>
      stateOf(record("a", { status: "running", ...(owner && { owner }) }));
    const { pid } = spawnSync(process.execPath, ["--version"]);
    expect(running(identify(process.pid))).toBe("running");
    expect(running({ pid, host: hostname() })).toBe("interrupted");
    expect(running({ pid, host: "elsewhere" })).toBe("running");
    expect(running(undefined)).toBe("running");
    expect(stateOf(record("a", { owner: { pid, host: hostname() } }))).toBe("complete");
  });
});

describe("a run keeps its record", () => {
  it("while it goes on: what is done by then is known if it is killed", async () => {
    const cache = temporaryCache();
    const executor = await inProcess();
    const statuses = () => [...runs(cache)][0]!.steps.map(({ status }) => status);
    const seen: string[][] = [];
    await run(walkGraph(20), cache, {
      recordDelay: 0,
      executor: {
        ...executor,
        async run(task, listen) {
          // The record follows what was settled before this step.
          while (statuses().filter((status) => status === "ran").length < seen.length)
            await sleep(1);
          expect(stateOf([...runs(cache)][0]!)).toBe("running");
          seen.push(statuses());
          return executor.run(task, listen);
        },
      },
    });
    expect(seen).toEqual([
      ["pending", "pending", "pending"],
      ["ran", "pending", "pending"],
      ["ran", "ran", "pending"],
    ]);
    const [final] = [...runs(cache)];
    expect(final).toMatchObject({
      status: "complete",
      engine: "toy",
      owner: identify(process.pid),
      steps: [{ name: "start" }, { name: "walk", length: 20, rows: 20 }, { name: "total" }],
    });
  });

  it("with what was found, why a step failed, and for want of what one was skipped", async () => {
    const cache = temporaryCache();
    await run(walkGraph(20), cache);
    const bad: ToyStep = {
      ...{ name: "bad", kind: "sum", parameters: { add: 1 }, local: { fail: "no" } },
      inputs: { a: "start" },
    };
    const below: ToyStep = {
      name: "below",
      kind: "sum",
      parameters: { add: 2 },
      inputs: { bad: "bad" },
    };
    const { steps } = walkGraph(20);
    const { steps: more } = graphOf(
      { name: "start", kind: "value", parameters: { value: 0.4 } },
      bad,
      below,
    );
    await run({ steps: [...steps, ...more.slice(1)] }, cache);
    expect([...runs(cache)][0]!.steps).toMatchObject([
      { name: "start", status: "cached" },
      { name: "walk", status: "cached", rows: 20 },
      { name: "total", status: "cached", notes: { total: expect.any(Number) } },
      { name: "bad", status: "failed", failure: { message: "Error: no" } },
      { name: "below", status: "skipped", because: "bad" },
    ]);
  });
});
