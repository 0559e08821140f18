/** `cflow gc` and `cflow clean`: dry by default, by the steps' names, and what is kept is kept. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { filesBelow } from "../runtime/harness.js";
import { started, workspace } from "../support/workspace.js";

const { write, cflow, sabotaged, path } = workspace();
const flow = (lr: number) => `param x = 1
landscape bowl(x) = x ^ 2 / 2
flow toy {
  landscape = bowl  optimizer = gd(${lr})  weights = at([x])
  steps = 20
  discrete  midpoint
}
`;
/** Kills the process at one of the calls that remove something. */
const killing = `data:text/javascript,${encodeURIComponent(`
  import fs from "node:fs";
  import { syncBuiltinESMExports } from "node:module";
  let left = Number(process.env.KILL_AT);
  for (const name of ["renameSync", "rmSync", "rmdirSync"]) {
    const call = fs[name];
    fs[name] = (...given) => {
      if (left-- === 0) process.kill(process.pid, "SIGKILL");
      return call(...given);
    };
  }
  syncBuiltinESMExports();
`)}`;

let count = 0;
let kept: string[];
const run = (...more: string[]) => cflow("run", "toy.cflow", "--json", ...kept, ...more);
const gc = (...more: string[]) => cflow("gc", ...kept, ...more);
const everything = () =>
  filesBelow(join(path, kept[1]!)).map((name) => [
    name,
    readFileSync(join(path, kept[1]!, name), "hex"),
  ]);

beforeEach(() => {
  kept = ["--cache", `cache-${count++}`];
  write("toy.cflow", flow(0.5));
});

it("finds what an edit left behind, and removes it when told to", async () => {
  await run();
  await run("--set", "x=3");
  write("toy.cflow", flow(0.25));
  await run();
  expect((await gc()).stdout).toBe("nothing to remove\n");

  const before = everything();
  const dry = await gc("--older-than", "0");
  expect([dry.exitCode, dry.stderr]).toEqual([0, ""]);
  expect(dry.stdout).toMatch(
    /^toy\.discrete {2}result {2}\d{4}-\d\d-\d\d \d\d:\d\dZ {2}[\d.]+ kB\ntoy\.midpoint {2}result {2}.* kB\n\n[\d.]+ kB to remove; --delete removes them\n$/,
  );
  expect(everything()).toEqual(before);

  // The plan of a file as it is now, also with what it was run with: nothing of it is there.
  const json = await gc("--older-than", "0", "--json", "toy.cflow");
  expect(json.lines.map(({ event, name, what }) => [event, name, what])).toEqual([
    ["removal", "toy.discrete", "result"],
    ["removal", "toy.midpoint", "result"],
    ["total", undefined, undefined],
  ]);
  // As it was, it refers to them.
  write("toy.cflow", flow(0.5));
  expect((await gc("--older-than", "0", "toy.cflow")).stdout).toBe("nothing to remove\n");

  const removed = await gc("--older-than", "0", "--delete");
  expect(removed.stdout).toMatch(/\n[\d.]+ kB removed\n$/);
  expect(started(await run())).toEqual(["toy.discrete", "toy.midpoint"]);
  expect(started(await run("--set", "x=3"))).toEqual([]);
  write("toy.cflow", flow(0.25));
  expect(started(await run())).toEqual([]);
});

it("goes on where it was killed", async () => {
  await run();
  write("toy.cflow", flow(0.25));
  await run("--set", "x=3");
  await run();
  await run("--set", "x=5");
  const others = [...kept, "--set", "x=5", "--delete"];
  for (let at = 0; ; at++) {
    const { exitCode } = await sabotaged(
      killing,
      { KILL_AT: String(at) },
      "clean",
      "toy.cflow",
      ...others,
    );
    if (exitCode === 0) break;
    // Every result is there and whole, or is not there.
    expect((await cflow("verify", ...kept)).exitCode).toBe(0);
    expect(at).toBeLessThan(20);
  }
  expect((await gc("--older-than", "0", "--delete")).exitCode).toBe(0);
  for (const folder of ["locks", "partial"]) {
    expect(readdirSync(join(path, kept[1]!, folder))).toEqual([]);
  }
  expect(started(await run())).toEqual([]);
});

it("refuses to guess what a file with errors would keep, and what a day is", async () => {
  write("bad.cflow", "flow {");
  expect((await gc("bad.cflow", "--delete")).exitCode).toBe(2);
  const days = await gc("--older-than", "soon");
  expect([days.exitCode, days.stderr]).toEqual([2, expect.stringContaining("number of days")]);
  expect((await gc("--cache", "nowhere")).stdout).toBe("nothing to remove\n");
});

it("clean removes the results of a file, or of some of its steps", async () => {
  await run();
  const before = everything();
  const dry = await cflow("clean", "toy.cflow", ...kept);
  expect(dry.stdout.split("\n").map((line) => line.split(" ")[0])).toEqual([
    "toy.discrete",
    "toy.init",
    "toy.midpoint",
    "",
    expect.any(String),
    "",
  ]);
  expect(everything()).toEqual(before);
  const wrong = await cflow("clean", "toy.cflow", "toy.discret", ...kept, "--delete");
  expect([wrong.exitCode, wrong.stderr]).toEqual([
    2,
    "error: there is no step 'toy.discret'\n  help: did you mean 'toy.discrete'?\n",
  ]);
  const one = await cflow("clean", "toy.cflow", "toy.discrete", ...kept, "--delete", "--json");
  expect(one.lines).toMatchObject([
    { event: "removal", name: "toy.discrete", what: "result", deleted: true },
    { event: "total", count: 1, deleted: true },
  ]);
  expect(started(await run())).toEqual(["toy.discrete"]);
  await cflow("clean", "toy.cflow", ...kept, "--delete");
  expect(readdirSync(join(path, kept[1]!, "partial"))).toEqual([]);
  expect((await cflow("clean", "toy.cflow", ...kept)).stdout).toBe("nothing to remove\n");
  expect(started(await run())).toHaveLength(3);
});
