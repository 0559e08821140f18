/** A cache that is damaged, unwritable or full: told clearly, mended where it can be, never misread. */
import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { asFailure } from "../../src/runtime/failure.js";
import { partialFolder, stageFolder } from "../../src/runtime/layout.js";
import { readStage } from "../../src/runtime/stage-reader.js";
import {
  filesBelow,
  graphOf,
  run,
  stageBytes,
  stepOf,
  temporaryCache,
  temporaryFolder,
  walkGraph,
} from "./harness.js";

const damages: Record<string, (path: string) => void> = {
  "is missing": (path) => rmSync(path),
  "is cut": (path) => truncateSync(path, 100),
  "has a flipped bit": (path) => {
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(path, bytes);
  },
};

/** One more step that reads all that others keep. */
function readers(length: number, add: number) {
  return graphOf(
    { name: "start", kind: "value", parameters: { value: 0.4 } },
    {
      name: "walk",
      kind: "walk",
      parameters: { rate: 1.3 },
      inputs: { start: "start" },
      length,
    },
    {
      name: "total",
      kind: "sum",
      parameters: { add },
      inputs: { walk: "walk", start: "start" },
    },
  );
}

describe("a damaged stage", () => {
  describe.each(Object.entries(damages))("whose file %s", (_, damage) => {
    it.each([
      ["start", "out.arrow"],
      ["walk", "40/series.arrow"],
    ])("is moved aside and made again when it is read (%s)", async (name, file) => {
      const cache = temporaryCache();
      const graph = readers(40, 1);
      await run(graph, cache);
      const before = stageBytes(cache, graph, name);
      const folder = stageFolder(cache, stepOf(graph, name).fingerprint);
      damage(join(folder, file));

      const reader = readers(40, 2);
      const { started, events, status } = await run(reader, cache);
      expect(started).toContain(name);
      expect(status.total).toBe("ran");
      const told = events.flatMap((event) => (event.type === "damaged" ? [event] : []));
      expect(told).toMatchObject([{ step: name }]);
      expect(existsSync(told[0]!.movedTo)).toBe(true);
      expect(stageBytes(cache, graph, name)).toEqual(before);

      const fresh = temporaryCache();
      await run(reader, fresh);
      expect(stageBytes(cache, reader, "total")).toEqual(stageBytes(fresh, reader, "total"));
      expect((await run(reader, cache)).started).toEqual([]);
    });
  });

  it.each(["series.arrow", "snapshots.arrow", "state.arrow"])(
    "is not continued from (%s)",
    async (file) => {
      const cache = temporaryCache();
      await run(walkGraph(40), cache);
      const { fingerprint } = stepOf(walkGraph(40), "walk");
      damages["has a flipped bit"]!(join(stageFolder(cache, fingerprint), "40", file));
      const { events } = await run(walkGraph(90), cache);
      expect(events).toContainEqual(
        expect.objectContaining({
          type: "damaged",
          what: `${file} does not have the SHA-256 that stage.json lists`,
        }),
      );
      const fresh = temporaryCache();
      await run(walkGraph(90), fresh);
      const graph = walkGraph(90);
      expect(stageBytes(cache, graph, "walk")).toEqual(stageBytes(fresh, graph, "walk"));
    },
  );

  it.each([
    ["", "stage.json cannot be read: Unexpected end of JSON input"],
    ["[]", "stage.json has format undefined; this version of cflow reads 1"],
    ['{"format":1,"fingerprint":"other"}', "stage.json is of another stage"],
  ])("is one whose stage.json is %j", async (text, what) => {
    const cache = temporaryCache();
    const graph = graphOf({ name: "a", kind: "value", parameters: { value: 1 } });
    await run(graph, cache);
    writeFileSync(join(stageFolder(cache, graph.steps[0]!.fingerprint), "stage.json"), text);
    const { events, status } = await run(graph, cache);
    expect(events).toContainEqual(expect.objectContaining({ type: "damaged", what }));
    expect(status).toEqual({ a: "ran" });
  });

  it("is never read", async () => {
    const cache = temporaryCache();
    const graph = walkGraph(40);
    await run(graph, cache);
    const { fingerprint } = stepOf(graph, "walk");
    damages["has a flipped bit"]!(join(stageFolder(cache, fingerprint), "40", "series.arrow"));
    await expect(readStage(cache, fingerprint, 40).series()).rejects.toThrow("damaged stage");
  });
});

describe("a cache that cannot be written", () => {
  it("says which part of the path is in the way, and how to choose another", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    const cache = { root: join(file, "cache") };
    await expect(run(walkGraph(20), cache)).rejects.toMatchObject({
      name: "StepFailure",
      message: `cannot write to the cache '${cache.root}': part of the path is a file, not a folder`,
      help: "choose a folder you can write to with --cache DIR or CFLOW_CACHE",
    });
  });

  it.runIf(existsSync("/dev/full"))(
    "says when the device is full, and keeps the rest",
    async () => {
      const cache = temporaryCache();
      const [unplaced] = graphOf({ name: "full", kind: "full" }).steps;
      const local = { partial: partialFolder(cache, unplaced!.fingerprint) };
      const graph = graphOf(
        { name: "full", kind: "full", local },
        { name: "a", kind: "value", parameters: { value: 1 } },
        { name: "below", kind: "sum", parameters: { add: 1 }, inputs: { full: "full" } },
      );
      const { status, summary } = await run(graph, cache);
      expect(status).toEqual({ full: "failed", a: "ran", below: "skipped" });
      expect(summary.steps[0]).toMatchObject({
        failure: {
          message: `cannot write to the cache '${cache.root}': no space left on the device`,
          help: "free some space or move the cache with --cache DIR, then run again: what is finished is kept",
        },
      });
      expect(filesBelow(join(cache.root, "locks"))).toEqual([]);
    },
  );

  it.each([
    ["EACCES", "permission denied"],
    ["EROFS", "the file system is read-only"],
    ["EDQUOT", "the disk quota is used up"],
  ])("explains %s", (code, problem) => {
    const error = Object.assign(new Error(code), { code, path: "/data/.cflow/stages" });
    expect(asFailure(error, "/data/.cflow")).toMatchObject({
      message: `cannot write to the cache '/data/.cflow': ${problem}`,
    });
  });

  it("is not blamed for a file elsewhere", () => {
    const error = Object.assign(new Error("no access"), { code: "EACCES", path: "/home/w0.npy" });
    expect(asFailure(error, "/data/.cflow")).toMatchObject({ message: "Error: no access" });
  });
});
