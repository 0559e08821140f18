/** `cflow run`: what is computed, what is told of it, and how it ends. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Ended, started, statuses, stepOf, workspace } from "../support/workspace.js";
import { descent, flow } from "./flow.js";

const { write, cflow, processes, path } = workspace();

const all = ["digits", "eos.init", "eos.discrete", "eos.central"];
const claims = ['expect "descent descends"', 'expect "the flow too"'];
const every = (status: string) => Object.fromEntries([...all, ...claims].map((s) => [s, status]));

describe("the first run", () => {
  let first: Ended;
  beforeAll(async () => {
    write("eos.cflow", flow);
    first = await cflow("run", "eos.cflow", "--json");
  });

  it("runs every step, and succeeds since the claims hold", () => {
    expect([first.exitCode, first.stderr]).toEqual([0, ""]);
    expect(statuses(first.summary)).toEqual(every("ran"));
    expect(started(first)).toEqual([...all, ...claims].sort());
  });

  it("tells of everything as objects, the plan first and the summary last", () => {
    const [planned] = first.lines;
    expect(planned).toEqual({
      event: "planned",
      steps: [...all, ...claims].map((name) => ({ name, status: "run" })),
    });
    const progress = first.lines.filter((line) => line.event === "progress");
    expect(progress.find((line) => line.step === "eos.discrete" && line.done === 8)).toEqual({
      event: "progress",
      step: "eos.discrete",
      done: 8,
      total: 8,
      loss: expect.any(Number),
    });
    expect(progress.find((line) => line.step === "eos.central" && line.done === 8)).toMatchObject({
      total: 8,
      top: expect.any(Number),
      critical: expect.any(Number),
    });
    const settled = first.lines.filter((line) => line.event === "settled");
    expect(settled.map((line) => line.step).sort()).toEqual([...all, ...claims].sort());
  });

  it("sums up each step and claim", () => {
    const { steps, claims } = first.summary;
    for (const step of steps) {
      expect(step.fingerprint).toMatch(/^[0-9a-f]{64}$/);
      expect(step.seconds).toBeGreaterThan(0);
      expect(step.path).toContain(join(path, ".cflow", "stages", step.fingerprint.slice(0, 2)));
      const record = JSON.parse(readFileSync(join(step.path!, "stage.json"), "utf8"));
      expect(record).toMatchObject({ name: step.name, fingerprint: step.fingerprint });
      for (const { name } of record.files) expect(existsSync(join(step.path!, name))).toBe(true);
    }
    expect(stepOf(first.summary, "eos.central")).toMatchObject({ kind: "central", rows: 8 });
    expect(stepOf(first.summary, "digits")).toMatchObject({ kind: "dataset" });
    expect(stepOf(first.summary, "digits")).not.toHaveProperty("rows");
    expect(claims).toEqual([
      { name: "descent descends", holds: true, value: expect.any(Number) },
      { name: "the flow too", holds: true, value: expect.any(Number) },
    ]);
    expect(claims[0]!.value).toBe(stepOf(first.summary, "eos.discrete").results.loss);
  });

  it("leaves nothing for a second one: no step and no process is started", async () => {
    const second = await cflow("run", "eos.cflow", "--json");
    expect(second.exitCode).toBe(0);
    expect(second.lines.map((line) => line.event)).toEqual(["planned", undefined]);
    expect(statuses(second.summary)).toEqual(every("cached"));
    expect(processes()).toHaveLength(1);
    expect(second.summary.claims).toEqual(first.summary.claims);
    for (const { name, path, results } of second.summary.steps) {
      expect({ path, results }).toEqual({
        path: stepOf(first.summary, name).path,
        results: stepOf(first.summary, name).results,
      });
    }
  });

  it("is summed up in words, with numbers, paths and verdicts", async () => {
    const { stdout, stderr, exitCode } = await cflow("run", "eos.cflow");
    expect([exitCode, stderr]).toEqual([0, ""]);
    const lines = stdout.split("\n");
    for (const [i, name] of all.entries()) {
      const [shown, status, ...rest] = lines[i]!.split(/ {2,}/);
      expect([shown, status]).toEqual([name, "cached"]);
      const kept = rest.at(-1)!;
      expect(join(path, kept)).toBe(stepOf(first.summary, name).path);
    }
    expect(lines[0]).toContain("  train 20  test 10  ");
    // 784 × 4 + 4 + 4 × 2 + 2 weights.
    expect(lines[1]).toContain("  weights 3,150  ");
    expect(lines[3]).toMatch(/ {2}last step 7 {2}loss \S+ {2}critical \d {2}test accuracy \S+ {2}/);
    const { value } = first.summary.claims[0]!;
    const shown = String(Number(value!.toPrecision(4)));
    expect(lines[4]).toBe("");
    expect(lines[5]).toBe(`holds  descent descends  (${shown}, claimed < 0.5)`);
    expect(lines.slice(7)).toEqual([""]);
  });

  it("keeps its results where it is told to, and hides them from git", async () => {
    expect(readFileSync(join(path, ".cflow", ".gitignore"), "utf8")).toBe("*\n");
    const moved = await cflow("plan", "eos.cflow", "--json", "--cache", "elsewhere");
    expect(new Set(Object.values(statuses(moved.summary)))).toEqual(new Set(["run"]));
    expect(existsSync(join(path, "elsewhere"))).toBe(false);
  });

  it("fails with the measured value when a claim doesn't hold", async () => {
    write("false.cflow", flow.replace(/train_loss\) < 0.5/, "train_loss) > 0.5"));
    const { exitCode, stdout, stderr } = await cflow("run", "false.cflow");
    expect([exitCode, stderr]).toEqual([1, ""]);
    const { value } = first.summary.claims[0]!;
    const shown = String(Number(value!.toPrecision(4)));
    expect(stdout).toContain(`\nfails  descent descends  (${shown}, claimed > 0.5)\n`);
    expect(stdout).toContain("\nholds  the flow too  (");

    const again = await cflow("run", "false.cflow", "--json");
    expect(again.exitCode).toBe(1);
    expect(again.lines.map((line) => line.event)).toEqual(["planned", undefined]);
    expect(again.summary.claims[0]).toEqual({ name: "descent descends", holds: false, value });
  });
});

it("says on standard error how it goes, in plain lines where that is no terminal", async () => {
  write("plain.cflow", descent);
  const { stderr, stdout } = await cflow("run", "plain.cflow", "--cache", "plain");
  const lines = stderr.trimEnd().split("\n");
  const steps = ["digits", "eos.init", "eos.discrete"];
  const told = steps.flatMap((name) => [`${name}: started`, `done: ${name} in T`]);
  expect(lines.map((line) => line.replace(/\d+(\.\d\d)? s$/, "T")).sort()).toEqual(told.sort());
  expect(stdout.split("\n")[0]).toMatch(/^digits {8}ran {2}\d+(\.\d\d)? s {2}train 20 {2}test 10 /);
  expect(stderr + stdout).not.toContain("\x1b");
});
