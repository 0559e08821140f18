/** What counts as kept, and that removing disturbs nobody. */
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { fingerprints } from "../../src/runtime/cache.js";
import { garbage, keptRuns, remove, results } from "../../src/runtime/collect.js";
import { type RunRecord, runId, writeRun } from "../../src/runtime/history.js";
import {
  type Cache,
  lockFile,
  logFile,
  partialFolder,
  stageFolder,
} from "../../src/runtime/layout.js";
import { tryLock } from "../../src/runtime/lock.js";
import { filesBelow, graphOf, run, stepOf, temporaryCache, walkGraph } from "./harness.js";

const now = new Date("2026-03-01T12:00:00Z");

/** A run's record of so many days ago. */
function recorded(
  cache: Cache,
  days: number,
  file: string,
  more: { overrides?: string[]; only?: string[] } = {},
): RunRecord {
  const started = new Date(now.getTime() - days * 86_400_000);
  const { overrides = [], only } = more;
  const record: RunRecord = {
    id: runId(started),
    started: started.toISOString(),
    seconds: 1,
    status: "complete",
    cflow: "0",
    subject: { file, text: "", overrides, params: {}, ...(only && { only }) },
    steps: [],
  };
  writeRun(cache, record);
  return record;
}

const named = (all: readonly RunRecord[]) => all.map(({ id }) => id).sort();

describe("runs that are kept", () => {
  it("are the last days', and the newest of every file and its overrides", () => {
    const cache = temporaryCache();
    const recent = recorded(cache, 2, "a.cflow");
    const older = recorded(cache, 6, "a.cflow");
    const set = recorded(cache, 90, "a.cflow", { overrides: ["lr=1", "n=2"] });
    const otherOrder = recorded(cache, 95, "a.cflow", { overrides: ["n=2", "lr=1"] });
    const other = recorded(cache, 400, "b.cflow");
    expect(named(keptRuns(cache, 30, now))).toEqual(named([recent, older, set, other]));
    expect(named(keptRuns(cache, 5, now))).toEqual(named([recent, set, other]));
    expect(named(keptRuns(cache, 0, now))).toEqual(named([recent, set, other]));
    const all = named([recent, older, set, otherOrder, other]);
    expect(named(keptRuns(cache, 100, now))).toEqual(all);
  });

  it("are not replaced by one of some steps only", () => {
    const cache = temporaryCache();
    const whole = recorded(cache, 50, "a.cflow");
    const part = recorded(cache, 40, "a.cflow", { only: ["eos.central"] });
    expect(named(keptRuns(cache, 30, now))).toEqual(named([whole]));
    expect(named(keptRuns(cache, 45, now))).toEqual(named([whole, part]));
  });

  it("are those under way, however old", () => {
    const cache = temporaryCache();
    const [old] = [recorded(cache, 50, "a.cflow"), recorded(cache, 40, "a.cflow")];
    const lock = tryLock(lockFile(cache, old!.id));
    expect(named(keptRuns(cache, 30, now))).toHaveLength(2);
    if (lock.held) lock.lock.release();
    expect(named(keptRuns(cache, 30, now))).toHaveLength(1);
  });
});

describe("garbage", () => {
  const value = graphOf({ name: "a", kind: "value", parameters: { value: 1 } });

  it("is everything of fingerprints that are not kept, and no more", async () => {
    const cache = temporaryCache();
    const graph = walkGraph(20);
    await run(graph, cache);
    await run(value, cache);
    // An unfinished and a failed step, of each sort; that of a stage that is there, a run tidies.
    for (const fingerprint of [stepOf(graph, "walk").fingerprint, "f".repeat(64)]) {
      mkdirSync(partialFolder(cache, fingerprint));
      writeFileSync(join(partialFolder(cache, fingerprint), "series.arrows"), "12345");
      mkdirSync(dirname(logFile(cache, fingerprint)), { recursive: true });
      writeFileSync(logFile(cache, fingerprint), "123");
    }
    mkdirSync(join(cache.root, "damaged", `${"e".repeat(64)}-1234`), { recursive: true });
    mkdirSync(join(cache.root, "partial", "dropped-1"));
    const kept = new Set(graph.steps.map(({ fingerprint }) => fingerprint));
    const found = garbage(cache, kept);
    expect(found.map(({ what, name, bytes }) => [what, name, bytes])).toEqual([
      ["result", "a", expect.any(Number)],
      ["remains", "dropped-1", 0],
      ["unfinished", "ffffffffffff", 5],
      ["damaged", "eeeeeeeeeeee", 0],
      ["log", "ffffffffffff", 3],
    ]);
    expect([...remove(cache, found, new Date())]).toEqual(found);
    expect(garbage(cache, kept)).toEqual([]);
    expect([...fingerprints(cache)].sort()).toEqual([...kept].sort());
    expect((await run(graph, cache)).started).toEqual([]);

    const all = garbage(cache, new Set());
    expect(all.map(({ name }) => name).sort()).toEqual(["start", "total", "walk", "walk"]);
    expect([...remove(cache, all, new Date())]).toEqual(all);
    expect(filesBelow(cache.root).filter((name) => !/^(runs\/|\.gitignore)/.test(name))).toEqual(
      [],
    );
    expect([...fingerprints(cache)]).toEqual([]);
  });

  it("is a length that a longer one surpassed", async () => {
    const cache = temporaryCache();
    const other = temporaryCache();
    await run(walkGraph(20), cache);
    await run(walkGraph(30), other);
    const { fingerprint } = stepOf(walkGraph(20), "walk");
    // As if a run had been killed between putting the longer in place and dropping the shorter.
    cpSync(
      join(stageFolder(other, fingerprint), "30"),
      join(stageFolder(cache, fingerprint), "30"),
      { recursive: true },
    );
    const kept = new Set(fingerprints(cache));
    const found = garbage(cache, kept);
    expect(found).toMatchObject([{ what: "result", name: "walk", fingerprint }]);
    expect([...remove(cache, found, new Date())]).toHaveLength(1);
    expect(readdirSync(stageFolder(cache, fingerprint))).toEqual(["30"]);
  });

  it("is locks of the dead, by what they are of", async () => {
    const cache = temporaryCache();
    await run(value, cache);
    const { id } = recorded(cache, 1, "a.cflow");
    // No process has the highest id.
    const owners = [{ pid: 2 ** 22, host: hostname() }];
    for (const of of [id, value.steps[0]!.fingerprint]) {
      writeFileSync(lockFile(cache, of), JSON.stringify({ token: "t", owners, since: "" }));
    }
    const found = garbage(cache, new Set(fingerprints(cache)));
    expect(found.map(({ what, name }) => [what, name]).sort()).toEqual([
      ["lock", "a"],
      ["lock", "run of a.cflow"],
    ]);
    expect([...remove(cache, found, new Date())]).toEqual(found);
    expect(readdirSync(join(cache.root, "locks"))).toEqual([]);
  });

  it("stays if a process makes it, or a run that began meanwhile wants it", async () => {
    const cache = temporaryCache();
    await run(value, cache);
    const { fingerprint } = value.steps[0]!;
    const found = garbage(cache, new Set());
    const lock = tryLock(lockFile(cache, fingerprint));
    expect([...remove(cache, found, new Date())]).toEqual([]);
    if (lock.held) lock.lock.release();

    const since = new Date();
    await run(value, cache);
    expect([...remove(cache, found, since)]).toEqual([]);
    expect(existsSync(stageFolder(cache, fingerprint))).toBe(true);
    expect([...remove(cache, found, new Date(Date.now() + 1000))]).toEqual(found);
    expect(results(cache, fingerprint)).toEqual([]);
  });

  it("is removed once by two who remove it at once", async () => {
    const cache = temporaryCache();
    await run(walkGraph(20), cache);
    const found = garbage(cache, new Set());
    const later = new Date(Date.now() + 1000);
    const [one, two] = [remove(cache, found, later), remove(cache, found, later)];
    const removed = found.flatMap(() => [one.next(), two.next()]);
    expect(removed.flatMap(({ value }) => (value ? [value] : []))).toEqual(found);
    expect([...fingerprints(cache)]).toEqual([]);
    expect(readdirSync(join(cache.root, "partial"))).toEqual([]);
  });
});
