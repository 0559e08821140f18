/** The disk is full from any one call on: what fails says so, and the next run ends as if it had not been. */
import { cpSync, existsSync } from "node:fs";
import { beforeAll, expect, it, vi } from "vitest";
import { filesBelow, graphOf, run, stageBytes, temporaryCache } from "./harness.js";

/** Calls that still find room. */
const disk = vi.hoisted(() => ({ room: Number.POSITIVE_INFINITY }));

vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  type Call = (...given: unknown[]) => unknown;
  const limited =
    (name: keyof typeof fs, writes: Call = () => true): Call =>
    (...given) => {
      if (writes(...given) && disk.room-- <= 0) {
        const message = `ENOSPC: no space left on device, ${name}`;
        throw Object.assign(new Error(message), { code: "ENOSPC" });
      }
      return (fs[name] as Call)(...given);
    };
  return {
    ...fs,
    writeSync: limited("writeSync"),
    writeFileSync: limited("writeFileSync"),
    appendFileSync: limited("appendFileSync"),
    fsyncSync: limited("fsyncSync"),
    renameSync: limited("renameSync"),
    mkdirSync: limited("mkdirSync", (path) => !fs.existsSync(path as string)),
    openSync: limited("openSync", (_, flags) => flags !== "r"),
  };
});

/** A walk that is there with fewer rows, one that is new, and a sum. */
const graph = (length: number) => {
  const walk = (name: string, length: number, rate: number) =>
    ({
      name,
      kind: "walk",
      parameters: { rate },
      local: { checkpointEvery: 10 },
      inputs: { start: "start" },
      length,
    }) as const;
  return graphOf(
    { name: "start", kind: "value", parameters: { value: 0.4 } },
    walk("walk", length, 1.3),
    walk("other", 15, 0.7),
    { name: "total", kind: "sum", parameters: { add: 1 }, inputs: { walk: "walk" } },
  );
};

const names = ["start", "walk", "total", "other"];
const whole = graph(24);
const expected: Record<string, Buffer>[] = [];

beforeAll(async () => {
  const cache = temporaryCache();
  await run(whole, cache);
  expected.push(...names.map((name) => stageBytes(cache, whole, name)));
});

it("at any call", { timeout: 120_000 }, async () => {
  const message = /^cannot write to the cache '.*': no space left on the device$/;
  const help = /^free some space or move the cache/;
  const begun = temporaryCache();
  await run(graph(12), begun);
  let [calls, failures] = [0, 0];
  for (let reached = true; reached; calls++) {
    const cache = temporaryCache();
    cpSync(begun.root, cache.root, { recursive: true });
    disk.room = calls;
    const outcome = await run(whole, cache).catch((error) => error);
    reached = disk.room < 0;
    disk.room = Number.POSITIVE_INFINITY;
    if (outcome instanceof Error) {
      expect(outcome).toMatchObject({
        name: "StepFailure",
        message: expect.stringMatching(message),
        help: expect.stringMatching(help),
      });
      failures++;
    } else {
      for (const step of outcome.summary.steps) {
        expect(["ran", "cached", "failed", "skipped"]).toContain(step.status);
        if (step.status !== "failed") continue;
        failures++;
        expect([calls, step.failure]).toEqual([
          calls,
          { message: expect.stringMatching(message), help: expect.stringMatching(help) },
        ]);
      }
    }
    const { status } = await run(whole, cache);
    for (const [i, name] of names.entries()) {
      expect(["ran", "cached"]).toContain(status[name]);
      expect(stageBytes(cache, whole, name), `${calls}: ${name}`).toEqual(expected[i]);
    }
    const left = filesBelow(cache.root).filter(
      (file) => !/^(stages|runs|logs|\.gitignore)/.test(file),
    );
    expect([calls, left]).toEqual([calls, []]);
    expect(filesBelow(`${cache.root}/runs`).filter((file) => file.endsWith(".next"))).toEqual([]);
    expect(existsSync(`${cache.root}/damaged`)).toBe(false);
  }
  expect(calls).toBeGreaterThan(100);
  expect(failures).toBeGreaterThan(calls / 2);
});
