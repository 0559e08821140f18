/** The stories that `why` tells: with what a step is compared, and what is at the root of it. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { hostname } from "node:os";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { positionAt } from "../../src/dsl/lines.js";
import { describeReason } from "../../src/plan/reasons.js";
import type { Cause, Story } from "../../src/plan/story.js";
import { writeRun } from "../../src/runtime/history.js";
import { type Cache, stageFolder } from "../../src/runtime/layout.js";
import { identify, type Owner } from "../../src/runtime/lock.js";
import { temporaryCache } from "../runtime/harness.js";
import { type Call, readingOf, recordRun, storyOf } from "../support/records.js";

const text = `param lr = 0.05
param width = 8

dataset digits = mnist { classes = 2  train = 20  test = 10 }
layer block(n) = dense(n) -> tanh
model net = flatten -> block(width) -> dense(outputs)

flow eos {
  dataset = digits  model = net  loss = mse  optimizer = rmsprop(lr) { beta2 = 0.9  eps = 1e-7 }
  steps = 30  seed = 1
  eigenvalues { above = 1.5  every = 1 }
  compare { every = 5 }
  discrete
  central { substeps = 2  critical = 1.95 }
}

expect "locked" { max(eos.central.effective_eigenvalues[0], from = 10) < 2.1 }
`;

const [monday, tuesday, wednesday] = [1, 2, 3].map((day) => `2026-06-0${day}T10:00:00.000Z`);
const [first, second] = [monday!, tuesday!];
const claim = 'expect "locked"';

function edited(from: string, to: string, of = text): string {
  const result = of.replace(from, to);
  if (result === of) throw new Error(`the text has no ${from}`);
  return result;
}

function recorded(...texts: readonly string[]): Cache {
  const cache = temporaryCache();
  for (const [i, each] of texts.entries()) {
    recordRun(cache, { text: each }, { at: [monday, tuesday, wednesday][i]! });
  }
  return cache;
}

/** `reason @ line, was line`, and its params, and below it what it comes from, indented. */
function lines(causes: readonly Cause[], indent = ""): string[] {
  const at = (span: Cause["place"]) =>
    span ? String(positionAt(span.source, span.start).line) : "nowhere";
  return causes.flatMap(({ reason, place, was, params, replaces, causes }) => [
    `${indent}${reason.form === "setting" ? `${reason.path} @ ${at(place)}, was ${at(was)}` : describeReason(reason)}${replaces ? ", another kind" : ""}`,
    ...params.map((param) => `${indent}  ${param.path} @ ${at(param.place)}, was ${at(param.was)}`),
    ...lines(causes, `${indent}  `),
  ]);
}

const told = (cache: Cache, call: Call, name: string) => lines(storyOf(cache, call, name).causes);

describe("a setting that changed", () => {
  it("has its line, and its line in the text of then", () => {
    const changed = `// More substeps.\n${edited("substeps = 2", "substeps = 4")}`;
    expect(told(recorded(text), { text: changed }, "eos.central")).toEqual([
      "central.substeps @ 15, was 14",
    ]);
  });

  it("has the line of the param that it names, be that by way of a declared layer", () => {
    const changed = edited("width = 8", "width = 9");
    expect(told(recorded(text), { text: changed }, "eos.init")).toEqual([
      "model.layers.1.units @ 5, was 5",
      "  width @ 2, was 2",
    ]);
  });

  it("may be set from outside", () => {
    const story = storyOf(recorded(text), { text, set: ["lr=0.1"] }, "eos.discrete");
    expect(lines(story.causes)).toEqual(["optimizer.lr @ 9, was 9", "  lr @ 1, was 1"]);
    expect(story.causes[0]!.params[0]!.place.source.name).toBe("<--set #1>");
  });

  it("is followed through all that reads the step", () => {
    const changed = edited("beta2 = 0.9", "beta2 = 0.95");
    const cause = ["  optimizer.beta2 @ 9, was 9"];
    expect(told(recorded(text), { text: changed }, claim)).toEqual([
      "'eos.central' changed",
      ...cause,
    ]);
    expect(told(recorded(text), { text: changed }, "eos.compare")).toEqual([
      "'eos.discrete' changed",
      ...cause,
      "'eos.central' changed",
      ...cause,
    ]);
  });

  it("and what it reads: to the dataset, and to the claim's own words", () => {
    const changed = edited("< 2.1", "< 2", edited("train = 20", "train = 30"));
    expect(told(recorded(text), { text: changed }, claim)).toEqual([
      "expression.right.value @ 17, was 17",
      "'eos.central' changed",
      "  'digits' changed",
      "    train @ 4, was 4",
    ]);
  });

  it("is compared with the newest run that has a stage of the step", () => {
    const cache = recorded(text, edited("substeps = 2", "substeps = 3"));
    const story = storyOf(cache, { text: edited("substeps = 2", "substeps = 4") }, "eos.central");
    expect(story.compared?.run?.started).toBe(tuesday);
    expect(story.causes[0]!.reason).toMatchObject({ before: 3, after: 4 });
    const { fingerprint } = story.compared!.record;
    rmSync(stageFolder(cache, fingerprint), { recursive: true });
    const without = storyOf(cache, { text: edited("substeps = 2", "substeps = 4") }, "eos.central");
    expect(without.compared?.run?.started).toBe(monday);
    expect(without.causes[0]!.reason).toMatchObject({ before: 2, after: 4 });
  });

  it("by the text of then where an input's stage is gone", () => {
    const cache = recorded(text);
    const { graph } = readingOf({ text });
    const { fingerprint } = graph.steps.find(({ name }) => name === "digits")!;
    rmSync(stageFolder(cache, fingerprint), { recursive: true });
    const changed = { text: edited("train = 20", "train = 30") };
    expect(told(cache, changed, "eos.central")).toEqual(["'digits' changed", "  train @ 4, was 4"]);
  });
});

describe("other changes", () => {
  it("of an input's kind", () => {
    const changed = edited("seed = 1", "seed = 1  warmup = 3");
    expect(told(recorded(text), { text: changed }, "eos.central")).toEqual([
      "'eos.warmup' changed, another kind",
    ]);
  });

  it("of what is read at all", () => {
    const changed = edited("  discrete\n", "  discrete  midpoint\n");
    expect(told(recorded(text), { text: changed }, "eos.compare")).toEqual([
      "reads 'eos.midpoint' too",
    ]);
    expect(told(recorded(changed), { text }, "eos.compare")).toEqual([
      "reads 'eos.midpoint' no more",
    ]);
  });

  it("of the engine and of the number of steps", () => {
    const cache = recorded(text);
    expect(told(cache, { text, engine: "wasm" }, "eos.central")).toEqual([
      "engine onnx float32 → wasm float32",
    ]);
    const longer = { text: edited("steps = 30", "steps = 40") };
    expect(told(cache, longer, claim)).toEqual(["rows of 'eos.central' 30 → 40"]);
    const story = storyOf(cache, longer, "eos.central");
    expect([story.planned.status, story.made?.record.rows]).toEqual(["continue", 30]);
    expect(lines(story.causes)).toEqual(["rows 30 → 40"]);
  });
});

describe("a cached step", () => {
  it("was made by the run that made its stage, not by those that found it", () => {
    const cache = temporaryCache();
    recordRun(cache, { text }, { at: first });
    recordRun(cache, { text }, { at: second, made: {} });
    const story = storyOf(cache, { text }, "eos.central");
    expect(story.planned.status).toBe("cached");
    expect([story.made?.run?.started, story.made?.record.seconds]).toEqual([first, 2]);
    expect([story.compared, story.last, story.causes]).toEqual([undefined, undefined, []]);
  });

  it("tells what was new when it was made", () => {
    const faster = edited("lr = 0.05", "lr = 0.1");
    const story = storyOf(recorded(text, faster), { text: faster }, "eos.central");
    expect([story.made?.run?.started, story.compared?.run?.started]).toEqual([tuesday, monday]);
    expect(lines(story.causes)).toEqual(["optimizer.lr @ 9, was 9", "  lr @ 1, was 1"]);
  });

  it("but not if it had been made before", () => {
    const faster = edited("lr = 0.05", "lr = 0.1");
    const story = storyOf(recorded(text, faster, text), { text }, "eos.central");
    expect([story.made?.run?.started, story.causes]).toEqual([wednesday, []]);
  });

  it("may be older than all records of runs", () => {
    const cache = recorded(text);
    rmSync(`${cache.root}/runs`, { recursive: true });
    const story = storyOf(cache, { text }, "eos.central");
    expect(story.made?.record.name).toBe("eos.central");
    expect(story.made?.run).toBeUndefined();
  });
});

describe("records that lack something", () => {
  it("a run that kept no text has no lines of then, and no params", () => {
    const cache = temporaryCache();
    const { subject, ...record } = recordRun(cache, { text }, { at: first });
    expect(subject?.text).toBe(text);
    writeRun(cache, record);
    const changed = { text: edited("lr = 0.05", "lr = 0.1") };
    expect(told(cache, changed, "eos.central")).toEqual(["optimizer.lr @ 9, was nowhere"]);
  });

  it("a step that was never run has no story, one like it is compared with", () => {
    expect(told(temporaryCache(), { text }, "eos.central")).toEqual(["never run"]);
    const renamed = edited("substeps = 2", "substeps = 4").replaceAll("eos", "edge");
    const story = storyOf(recorded(text), { text: renamed }, "edge.central");
    expect(lines(story.causes)).toEqual(["central.substeps @ 14, was 14"]);
    expect([story.compared?.record.name, story.compared?.asked]).toEqual([
      "eos.central",
      undefined,
    ]);
  });

  it("a failed step tells of its failure, a skipped one of the step that it lacked", () => {
    const cache = temporaryCache();
    const run = recordRun(cache, { text }, { at: first, made: { digits: {} } });
    const failure = { message: "out of memory", help: "take less" };
    const steps = run.steps.map((step) => {
      if (step.name === "eos.central") return { ...step, status: "failed" as const, failure };
      if (step.name !== claim) return step;
      return { ...step, status: "skipped" as const, because: "eos.central" };
    });
    writeRun(cache, { ...run, status: "failed", steps });
    const central = storyOf(cache, { text }, "eos.central");
    expect(lines(central.causes)).toEqual(["its last run: failed"]);
    expect(central.last?.asked.failure).toEqual(failure);
    expect(storyOf(cache, { text }, claim).last?.asked.because).toBe("eos.central");
  });

  it("a run whose process is gone was interrupted, one whose process lives goes on", () => {
    const cache = temporaryCache();
    const run = recordRun(cache, { text }, { at: first, made: {} });
    const steps = run.steps.map((step) => ({ ...step, status: "pending" as const }));
    const saidWith = (owner: Owner) => {
      writeRun(cache, { ...run, status: "running", owner, steps });
      return told(cache, { text }, "digits");
    };
    const { pid } = spawnSync(process.execPath, ["--version"]);
    expect(saidWith({ pid, host: hostname() })).toEqual(["its last run: interrupted"]);
    expect(saidWith(identify(process.pid))).toEqual(["its last run: running"]);
  });
});

/** Settings with the values they can take in place of the written ones, and the paths they have. */
const settings: readonly (readonly [written: string, value: fc.Arbitrary<number>, path: string])[] =
  [
    ["lr = 0.05", fc.double({ min: 1e-4, max: 1, noNaN: true }), "optimizer.lr"],
    ["width = 8", fc.integer({ min: 1, max: 64 }), "model.layers.1.units"],
    ["train = 20", fc.integer({ min: 1, max: 50 }), "train"],
    ["beta2 = 0.9", fc.double({ min: 0.1, max: 0.99, noNaN: true }), "optimizer.beta2"],
    ["eps = 1e-7", fc.double({ min: 1e-9, max: 1e-3, noNaN: true }), "optimizer.eps"],
    ["seed = 1", fc.integer({ min: 0, max: 1000 }), "seed"],
    ["above = 1.5", fc.double({ min: 0.5, max: 1.9, noNaN: true }), "eigenvalues.above"],
    ["substeps = 2", fc.integer({ min: 1, max: 9 }), "central.substeps"],
    ["critical = 1.95", fc.double({ min: 1.6, max: 1.99, noNaN: true }), "central.critical"],
    ["from = 10", fc.integer({ min: 0, max: 29 }), "expression.left.from"],
  ];

it("names exactly the setting that was changed, with its line and its values", () => {
  const cache = recorded(text);
  const known = new Set(readingOf({ text }).graph.steps.map(({ fingerprint }) => fingerprint));
  const change = fc.constantFrom(...settings).chain(([written, value, path]) =>
    value.map((number) => {
      const [name, before] = written.split(" = ");
      return { written, path, name: name!, before: Number(before), after: number };
    }),
  );
  fc.assert(
    fc.property(change, ({ written, path, name, before, after }) => {
      fc.pre(before !== after);
      const call = { text: edited(written, `${name} = ${after}`) };
      const line = positionAt({ name: "", text }, text.indexOf(written)).line;
      const stale = readingOf(call).graph.steps.filter(
        ({ fingerprint }) => !known.has(fingerprint),
      );
      expect(stale).not.toEqual([]);
      for (const step of stale) {
        const found = roots(storyOf(cache, call, step.name));
        expect(new Set(found.map(({ reason }) => (reason as { path?: string }).path))).toEqual(
          new Set([path]),
        );
        for (const { reason, place, was, params } of found) {
          expect(reason).toMatchObject({ before, after });
          const places = [place!, ...params.map((param) => param.place)];
          expect(places.map(({ source, start }) => positionAt(source, start).line)).toContain(line);
          expect(was).toBeDefined();
        }
      }
    }),
    { numRuns: 100 },
  );
});

/** The causes that have no other. */
function roots({ causes }: Pick<Story, "causes">): Cause[] {
  return causes.flatMap((cause) => (cause.causes.length > 0 ? roots(cause) : [cause]));
}
