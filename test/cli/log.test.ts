/** `cflow log`: runs in a list, and one of them whole. */
import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { runLines, runText } from "../../src/cli/run-view.js";
import { colorsFor } from "../../src/cli/terminal.js";
import { type RunRecord, type RunStep, runs, writeRun } from "../../src/runtime/history.js";
import { filesBelow, temporaryCache } from "../runtime/harness.js";
import { type Line, workspace } from "../support/workspace.js";
import { timeless, toy } from "./toy.js";

const { write, cflow, path } = workspace();
const commit = "0123456789abcdef0123456789abcdef01234567";
const cache = { root: join(path, ".cflow") };

/** What `cflow log` prints, without what changes from run to run. */
async function log(...args: readonly string[]): Promise<string[]> {
  const { stdout, stderr, exitCode } = await cflow("log", ...args);
  expect([exitCode, stderr]).toEqual([0, ""]);
  return timeless(stdout).replace(/ {2,}/g, "  ").trimEnd().split("\n");
}

const call = (cols: readonly string[]) => cols.join("  ");

beforeAll(async () => {
  write("toy.cflow", toy);
  write("strict.cflow", toy.replace("< 3", "< -3"));
  await cflow("run", "toy.cflow");
  await cflow("run", "strict.cflow");
  mkdirSync(join(path, ".git"));
  writeFileSync(join(path, ".git", "HEAD"), commit);
  await cflow("run", "toy.cflow", "--set", "lr=0.2");
}, 120_000);

describe("the list", () => {
  const slower = call([
    "RUN",
    "WHEN",
    "complete",
    "T",
    "toy.cflow --set lr=0.2",
    "01234567",
    "3 ran, 1 cached",
    "1 of 1 claim holds",
  ]);
  const strict = call([
    "RUN",
    "WHEN",
    "complete",
    "T",
    "strict.cflow",
    "4 cached",
    "0 of 1 claim holds",
  ]);
  const whole = call(["RUN", "WHEN", "complete", "T", "toy.cflow", "4 ran", "1 of 1 claim holds"]);

  it("has the newest first, with what became of steps and claims", async () => {
    expect(await log()).toEqual([slower, strict, whole]);
  });

  it("is of one file, or of so many runs", async () => {
    expect(await log("strict.cflow")).toEqual([
      call(["RUN", "WHEN", "complete", "T", "strict.cflow", "4 cached", "0 of 1 claim holds"]),
    ]);
    expect(await log("./toy.cflow", "-n", "1")).toEqual([
      slower,
      "",
      "there are earlier ones: -n lists more",
    ]);
    expect(await log("-n", "3")).toHaveLength(3);
  });

  it("is of a file that is gone, too", async () => {
    const [from, to] = [join(path, "strict.cflow"), join(path, "away.cflow")];
    renameSync(from, to);
    expect(await log("strict.cflow")).toHaveLength(1);
    renameSync(to, from);
  });

  it("is data for scripts, a line a run", async () => {
    const { lines } = await cflow("log", "--json");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toEqual({
      ...{ run: expect.any(String), started: expect.any(String), seconds: expect.any(Number) },
      ...{ status: "complete", cflow: expect.any(String), engine: "onnx", commit },
      ...{ file: "toy.cflow", set: ["lr=0.2"], params: { lr: 0.2 } },
      ...{ steps: { ran: 3, cached: 1 }, claims: { held: 1, of: 1 } },
    });
    expect(lines[1]).toMatchObject({ file: "strict.cflow", claims: { held: 0, of: 1 } });
  });

  it("may be empty", async () => {
    expect(await log("--cache", "empty")).toEqual(["no run is recorded"]);
    expect((await cflow("log", "--cache", "empty", "--json")).stdout).toBe("");
  });
});

describe("one run", () => {
  it("is shown whole: call, params, steps and claims", async () => {
    expect(await log("last")).toEqual([
      "run RUN complete",
      "WHEN, took T",
      "toy.cflow --set lr=0.2",
      `git commit ${commit}`,
      "lr = 0.2",
      expect.stringMatching(/^cflow VERSION, engine onnx, process \d+ on HOST$/),
      "",
      "toy.init  cached  weights 2",
      expect.stringMatching(/^toy.discrete {2}ran {2}T {2}last step 39 {2}loss \S+$/),
      expect.stringMatching(/^toy.central {2}ran {2}T {2}last step 39 {2}loss /),
      "toy.compare  ran  T",
      "",
      expect.stringMatching(/^holds {2}small {2}\(\S+, claimed < 3\)$/),
    ]);
  });

  it("by its id or a beginning of it", async () => {
    const { lines } = await cflow("log", "--json");
    const id = lines[1]!.run as string;
    for (const name of [id, id.slice(0, -2)]) {
      const { lines } = await cflow("log", name, "--json");
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatchObject({
        ...{ run: id, file: "strict.cflow", text: expect.stringContaining("< -3") },
        owner: { pid: expect.any(Number), host: hostname() },
        claims: [{ name: "small", holds: false, value: expect.any(Number), bound: -3 }],
      });
      const steps = lines[0]!.steps as readonly Line[];
      expect(steps[2]).toMatchObject({ name: "toy.central", status: "cached", rows: 40 });
    }
  });

  it("and complains of names that mean none, or several", async () => {
    const complaint = async (name: string) => {
      const { stdout, stderr, exitCode } = await cflow("log", name);
      expect([exitCode, stdout]).toEqual([2, ""]);
      return stderr;
    };
    expect(await complaint("2")).toMatch(
      /^error: '2' is the beginning of 3 runs' ids\n {2}help: write more of it: there are \d{8}T\S+, /,
    );
    expect(await complaint("nothing")).toBe(
      "error: 'nothing' is neither a run nor a file of which one is recorded\n  help: cflow log lists all runs\n",
    );
    write("fresh.cflow", toy);
    expect(await complaint("fresh.cflow")).toBe(
      "error: no run of 'fresh.cflow' is recorded\n  help: cflow run fresh.cflow makes one\n",
    );
  });

  it("says so where a longer trajectory took the place of its own", async () => {
    await cflow("run", "toy.cflow", "--set", "lr=0.1", "--cache", "long");
    write("longer.cflow", toy.replace("steps = 40", "steps = 50"));
    await cflow("run", "longer.cflow", "--set", "lr=0.1", "--cache", "long");
    await cflow("run", "toy.cflow", "--set", "lr=0.1", "--cache", "long");
    expect(await log("last", "--cache", "long")).toContain(
      "toy.central  cached  the first 40 of 50 rows",
    );
  });
});

describe("what is written by hand", () => {
  const view = {
    colors: colorsFor({ isTTY: false }),
    now: Date.parse("2026-06-02T12:00:00Z"),
    short: (id: string) => id.slice(0, 13),
  };
  const base: RunRecord = {
    ...{ id: "20260602T100000000Z-abcdef", started: "2026-06-02T10:00:00.000Z", seconds: 75 },
    ...{ status: "running", cflow: "0.1.0", steps: [] },
  };

  it("a run without a subject, and one whose process is gone", () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    const dead = { ...base, owner: { pid, host: hostname() } };
    const steps = [
      { name: "a", kind: "value", fingerprint: "00", status: "pending", seconds: 0, notes: {} },
    ] as const;
    const [first, second] = runLines(
      [
        { ...dead, steps },
        { ...base, status: "failed" },
      ],
      view,
    );
    expect(first).toMatch(/^20260602T1000 {2}\S+ \S+ {2}interrupted {2}1:15 {4}1 pending$/);
    expect(second).toMatch(/^20260602T1000 {2}\S+ \S+ {2}failed {7}1:15$/);
    const [alive] = runLines([{ ...base, owner: { pid, host: "elsewhere" } }], view);
    expect(alive).toMatch(/ running {2}2:00:00$/);
  });

  it("failures with their help, and claims whose stage is gone", () => {
    const step = { kind: "central", fingerprint: "00", seconds: 3, notes: {} };
    const failure = { message: "out of\nmemory", help: "take less" };
    const failed: RunStep = { ...step, name: "eos.central", status: "failed", failure };
    const because = "eos.central";
    const skipped: RunStep = { ...step, name: "eos.compare", status: "skipped", because };
    const claim: RunStep = {
      ...{ ...step, name: 'expect "locked"', kind: "expect", status: "ran" },
      notes: { holds: false, value: null, bound: 2 },
    };
    const unjudged: RunStep = { ...claim, name: 'expect "other"', status: "skipped", notes: {} };
    const run: RunRecord = { ...base, status: "failed", steps: [failed, skipped, claim, unjudged] };
    const text = runText(run, temporaryCache(), view);
    expect(text.split("\n").slice(4)).toEqual([
      "eos.central  failed   3.00 s",
      "eos.compare  skipped          'eos.central' had no result",
      "",
      "fails  locked  (no finite value, compared with 2)",
      "skipped  other",
      "",
      "error: eos.central: out of memory",
      "  help: take less",
      "",
    ]);
  });

  it("is shown in two lines where a terminal is narrow", () => {
    const subject = {
      file: "a-long-name-of-a-file.cflow",
      text: "",
      overrides: ["lr=0.1"],
      params: {},
    };
    const run: RunRecord = { ...base, status: "complete", subject };
    const [head, rest, ...more] = runLines([run], { ...view, columns: 60 });
    expect(head).toMatch(/^20260602T1000 {2}\S+ \S+ {2}complete {2}1:15$/);
    expect([rest, more]).toEqual(["  a-long-name-of-a-file.cflow --set lr=0.1", []]);
  });
});

it("survives records that cannot be read, and changes nothing", async () => {
  const [newest] = [...runs(cache)];
  writeRun(cache, { ...newest!, id: "20990101T000000000Z-000000" });
  writeFileSync(join(cache.root, "runs", "20990102T000000000Z-000000.json"), "{");
  const before = filesBelow(path);
  expect(await log()).toHaveLength(4);
  const { stderr, exitCode } = await cflow("log", "last");
  expect([exitCode, stderr]).toEqual([
    2,
    "error: the record of run 20990102T000000000Z-000000 cannot be read\n",
  ]);
  expect(filesBelow(path)).toEqual(before);
  for (const day of ["01", "02"]) {
    rmSync(join(cache.root, "runs", `209901${day}T000000000Z-000000.json`));
  }
});
