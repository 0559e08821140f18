/** Each way to make a step stale, with what `plan` says of it. */
import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Source } from "../../src/dsl/diagnostic.js";
import type { StepGraph } from "../../src/plan/graph.js";
import { describeReason } from "../../src/plan/reasons.js";
import { plan } from "../../src/plan/staleness.js";
import { type Cache, runsFolder, stageFolder } from "../../src/runtime/layout.js";
import {
  filesBelow,
  graphOf,
  run,
  stepOf,
  type ToyStep,
  temporaryCache,
  walkGraph,
} from "../runtime/harness.js";

const text = "flow eos {\n  walk { rate = 2 }\n}\n";
const source: Source = { name: "eos.cflow", text };
const span = (words: string) => ({
  source,
  start: text.indexOf(words),
  end: text.indexOf(words) + words.length,
});

const start: ToyStep = { name: "start", kind: "value", parameters: { value: 1 } };
const walk = (more: Partial<ToyStep> = {}): ToyStep => ({
  name: "walk",
  kind: "walk",
  parameters: { rate: 1, layers: [{ n: 1 }, { n: 2 }], shape: [1, 2] },
  inputs: { start: "start" },
  length: 20,
  engine: { name: "onnx", precision: "float32" },
  places: { rate: span("rate = 2"), "layers.1": span("walk { rate = 2 }") },
  ...more,
});
const total: ToyStep = {
  name: "total",
  kind: "sum",
  parameters: { add: 1 },
  inputs: { walk: "walk" },
};

/** Name → status and the lines that say why. */
function said(graph: StepGraph, cache: Cache): Record<string, readonly string[]> {
  return Object.fromEntries(
    plan(graph, cache).map(({ step, status, reasons }) => [
      step.name,
      [status, ...reasons().map(describeReason)],
    ]),
  );
}

async function cacheAfter(...steps: readonly ToyStep[]): Promise<Cache> {
  const cache = temporaryCache();
  await run(graphOf(...steps), cache);
  return cache;
}

describe("plan", () => {
  it("says what was never run", () => {
    expect(said(graphOf(start, walk(), total), temporaryCache())).toEqual({
      start: ["run", "never run"],
      walk: ["run", "never run"],
      total: ["run", "never run"],
    });
  });

  it("says that nothing is to be run, and touches nothing", async () => {
    const cache = await cacheAfter(start, walk(), total);
    const before = filesBelow(cache.root);
    expect(said(graphOf(start, walk(), total), cache)).toEqual({
      start: ["cached"],
      walk: ["cached"],
      total: ["cached"],
    });
    expect(filesBelow(cache.root)).toEqual(before);
  });

  it("names a setting, its values and its line, and what depends on it", async () => {
    const cache = await cacheAfter(start, walk(), total);
    const parameters = { rate: 2, layers: [{ n: 1 }, { n: 3 }], shape: [1, 3] };
    expect(said(graphOf(start, walk({ parameters }), total), cache)).toEqual({
      start: ["cached"],
      walk: [
        "run",
        "rate 1 → 2 (eos.cflow:2)",
        "layers.1.n 2 → 3 (eos.cflow:2)",
        "shape [1, 2] → [1, 3]",
      ],
      total: ["run", "'walk' changed"],
    });
  });

  it("names settings that came and went", async () => {
    const cache = await cacheAfter({ ...start, parameters: { value: 1, old: "a" } });
    expect(said(graphOf({ ...start, parameters: { value: 1, new: true } }), cache)).toEqual({
      start: ["run", "new none → true", 'old "a" → none'],
    });
  });

  it("shows a schedule as it is written", async () => {
    const cache = await cacheAfter(start, walk({ parameters: { rate: 0.5 } }));
    const rate = { schedule: "cosine", from: 0.5, steps: 9 };
    expect(said(graphOf(start, walk({ parameters: { rate } })), cache).walk).toEqual([
      "run",
      "rate 0.5 → cosine(from = 0.5, steps = 9) (eos.cflow:2)",
    ]);
  });

  it.each<[string, ToyStep, string]>([
    ["version", walk({ version: 2 }), "version of the step 1 → 2"],
    [
      "engine",
      walk({ engine: { name: "wasm", precision: "float32" } }),
      "engine onnx float32 → wasm float32",
    ],
  ])("names a change of %s", async (_, changed, line) => {
    const cache = await cacheAfter(start, walk());
    expect(said(graphOf(start, changed), cache).walk).toEqual(["run", line]);
  });

  it("compares with the nearest stage of the kind where the name is new", async () => {
    const far = walk({ name: "far", parameters: { rate: 9, layers: 1, shape: 2 } });
    const near = walk({ name: "near" });
    const cache = await cacheAfter(start, far, near);
    const renamed = walk({ name: "other", parameters: { ...near.parameters, rate: 3 } });
    expect(said(graphOf(start, renamed), cache).other).toEqual(["run", "rate 1 → 3 (eos.cflow:2)"]);
  });

  it("compares with the newest run of the name", async () => {
    const cache = await cacheAfter(start);
    await run(graphOf({ ...start, parameters: { value: 2 } }), cache);
    const { length } = filesBelow(runsFolder(cache));
    expect(length).toBe(2);
    expect(said(graphOf({ ...start, parameters: { value: 3 } }), cache)).toEqual({
      start: ["run", "value 2 → 3"],
    });
  });

  it("tells a longer trajectory, and who reads more of it", async () => {
    const cache = await cacheAfter(start, walk(), total);
    expect(said(graphOf(start, walk({ length: 30 }), total), cache)).toEqual({
      start: ["cached"],
      walk: ["continue", "rows 20 → 30"],
      total: ["run", "rows of 'walk' 20 → 30"],
    });
  });

  it("tells an interrupted trajectory", async () => {
    const cache = temporaryCache();
    await run(walkGraph(30, { local: { failAt: 12, checkpointEvery: 10 } }), cache);
    expect(said(walkGraph(30), cache)).toEqual({
      start: ["cached"],
      walk: ["continue", "interrupted after 10 of 30 rows"],
      total: ["run", "its last run: skipped"],
    });
  });

  it("tells a damaged stage and a lost one", async () => {
    const cache = await cacheAfter(start, walk(), total);
    const graph = graphOf(start, walk(), total);
    const folder = (name: string) => stageFolder(cache, stepOf(graph, name).fingerprint);
    truncateSync(join(folder("walk"), "20", "series.arrow"), 10);
    rmSync(folder("total"), { recursive: true });
    const lines = said(graph, cache);
    expect(lines.total).toEqual(["run", "its stage is gone from the cache"]);
    expect(lines.walk).toEqual([
      "run",
      expect.stringMatching(/^damaged: series\.arrow has 10 bytes instead of \d+$/),
    ]);
  });

  it("does not need an input of steps that are all kept", async () => {
    const cache = await cacheAfter(start, walk(), total);
    const graph = graphOf(start, walk(), total);
    rmSync(stageFolder(cache, stepOf(graph, "start").fingerprint), { recursive: true });
    expect(said(graph, cache).start![0]).toBe("unneeded");
    const longer = graphOf(start, walk({ length: 30 }), total);
    expect(said(longer, cache).start).toEqual(["run", "its stage is gone from the cache"]);
  });

  it("survives records of runs that cannot be read", async () => {
    const cache = await cacheAfter(start);
    writeFileSync(join(runsFolder(cache), "99999999T000000000Z-000000.json"), "{");
    expect(said(graphOf({ ...start, parameters: { value: 3 } }), cache)).toEqual({
      start: ["run", "value 1 → 3"],
    });
  });

  it("keeps in stage.json what it compares with", async () => {
    const cache = await cacheAfter(start, walk(), total);
    const graph = graphOf(start, walk(), total);
    const { fingerprint } = stepOf(graph, "total");
    const record = JSON.parse(
      readFileSync(join(stageFolder(cache, fingerprint), "stage.json"), "utf8"),
    );
    expect(record).toMatchObject({
      format: 1,
      name: "total",
      kind: "sum",
      version: 1,
      parameters: { add: 1 },
      inputs: { walk: { name: "walk", fingerprint: stepOf(graph, "walk").fingerprint, rows: 20 } },
      files: [{ name: "out.arrow" }],
      node: process.versions.node,
    });
  });
});
