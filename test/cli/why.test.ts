/** `cflow why` in a real folder: what changed, with its lines, in words and for scripts. */
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { filesBelow } from "../runtime/harness.js";
import { stepOf, workspace } from "../support/workspace.js";
import { timeless, toy } from "./toy.js";

const { write, cflow, path } = workspace();

function edited(from: string, to: string, of = toy): string {
  const result = of.replace(from, to);
  if (result === of) throw new Error(`the text has no ${from}`);
  return result;
}

async function why(...args: readonly string[]): Promise<string[]> {
  const { stdout, stderr, exitCode } = await cflow("why", ...args);
  expect([exitCode, stderr]).toEqual([0, ""]);
  return timeless(stdout).trimEnd().split("\n");
}

async function made(text: string, ...options: readonly string[]): Promise<void> {
  write("toy.cflow", text);
  const { exitCode, stderr } = await cflow("run", "toy.cflow", "--json", ...options);
  expect([exitCode, stderr]).toEqual([0, ""]);
}

beforeAll(() => made(toy), 120_000);

describe("a stale step", () => {
  it("is told of with the setting, its param, and where that was then", async () => {
    write("toy.cflow", `// Slower.\n${edited("lr = 0.3", "lr = 0.2")}`);
    expect(await why("toy.cflow", "toy.central")).toEqual([
      "toy.central would run:",
      "  optimizer.lr 0.3 → 0.2 (toy.cflow:6)",
      "",
      "compared with run RUN of toy.cflow (WHEN), where it took T",
      "",
      " --> toy.cflow:6:39",
      "  |",
      "2 | param lr = 0.2",
      "  |            --- lr 0.3 → 0.2 (line 1 then)",
      " …",
      "6 |   landscape = minimal  optimizer = gd(lr)  weights = at([0.01, 6.4])",
      "  |                                       ^^ optimizer.lr 0.3 → 0.2",
    ]);
  });

  it("of a sweep with the value in it", async () => {
    const sweep = edited("param lr = 0.3", "sweep lr in [0.3, 0.2]");
    const half = edited("gd(lr)", "gd(half)", `${sweep}\nparam half = lr / 2\n`);
    write("toy.cflow", half);
    const lines = await why("toy.cflow", "toy[lr=0.2].central");
    expect(lines.slice(0, 2)).toEqual([
      "toy[lr=0.2].central would run:",
      "  optimizer.lr 0.3 → 0.1 (toy.cflow:5)",
    ]);
    expect(lines.slice(-6)).toEqual([
      "  |",
      "1 | sweep lr in [0.3, 0.2]",
      "  |                   --- lr 0.3 → 0.2 (line 1 then)",
      " …",
      "5 |   landscape = minimal  optimizer = gd(half)  weights = at([0.01, 6.4])",
      "  |                                       ^^^^ optimizer.lr 0.3 → 0.1",
    ]);
  });

  it("with what it reads, down to every root once", async () => {
    write("toy.cflow", edited("lr = 0.3", "lr = 0.2", edited("substeps = 2", "substeps = 4")));
    expect((await why("toy.cflow", "toy.compare")).slice(0, 9)).toEqual([
      "toy.compare would run:",
      "  'toy.discrete' changed",
      "  └─ optimizer.lr 0.3 → 0.2 (toy.cflow:5)",
      "  'toy.central' changed",
      "  ├─ central.substeps 2 → 4 (toy.cflow:8)",
      "  └─ optimizer.lr, as above",
      "",
      "compared with run RUN of toy.cflow (WHEN), where it took T",
      "",
    ]);
    write("toy.cflow", edited("lr = 0.3", "lr = 0.2"));
    expect((await why("toy.cflow", "toy.compare")).slice(0, 4)).toEqual([
      "toy.compare would run:",
      "  'toy.discrete' and 'toy.central' changed",
      "  └─ optimizer.lr 0.3 → 0.2 (toy.cflow:5)",
      "",
    ]);
  });

  it("in words where no setting changed", async () => {
    write("toy.cflow", toy);
    expect((await why("toy.cflow", "toy.central", "--engine", "wasm")).slice(0, 2)).toEqual([
      "toy.central would run:",
      "  the engine is wasm float32, and was onnx float32",
    ]);
    write("toy.cflow", edited("steps = 40", "steps = 50"));
    expect(await why("toy.cflow", "toy.central")).toEqual([
      "toy.central would continue:",
      "  it has 40 of 50 rows",
      "",
      expect.stringMatching(
        /^40 rows made in T by run RUN of toy.cflow \(WHEN\), cflow VERSION with onnx float32 on HOST$/,
      ),
    ]);
    expect((await why("toy.cflow", "small")).slice(0, 2)).toEqual([
      'expect "small" would run:',
      "  it reads 50 rows of 'toy.central', after 40",
    ]);
  });

  it("of a cache that knows nothing", async () => {
    write("toy.cflow", toy);
    expect(await why("toy.cflow", "toy.central", "--cache", "elsewhere")).toEqual([
      "toy.central would run:",
      "  it was never run, nor anything of its kind",
      "",
      "there is nothing to compare it with",
    ]);
    expect(existsSync(join(path, "elsewhere"))).toBe(false);
  });

  it("whose stage is gone, and one that nothing needs", async () => {
    write("toy.cflow", toy);
    await cflow("run", "toy.cflow", "--json", "--cache", "lossy");
    const { summary } = await cflow("run", "toy.cflow", "--json", "--cache", "lossy");
    for (const name of ["toy.init", 'expect "small"']) {
      rmSync(stepOf(summary, name).path!, { recursive: true });
    }
    expect(await why("toy.cflow", "small", "--cache", "lossy")).toEqual([
      'expect "small" would run:',
      "  its stage is gone from the cache",
      "",
      "last asked for by run RUN of toy.cflow (WHEN): cached",
    ]);
    expect((await why("toy.cflow", "toy.init", "--cache", "lossy"))[0]).toBe(
      "toy.init has no stage, and needs none: nothing that would run reads it",
    );
  });
});

describe("a cached step", () => {
  it("tells what made it, and what was new then", async () => {
    write("toy.cflow", toy);
    const making =
      "made in T by run RUN of toy.cflow (WHEN), cflow VERSION with onnx float32 on HOST";
    expect(await why("toy.cflow", "toy.central")).toEqual([
      "toy.central is cached: nothing that decides its values has changed",
      "",
      making,
    ]);
    await made(edited("substeps = 2", "substeps = 3"));
    expect((await why("toy.cflow", "toy.central")).slice(2)).toEqual([
      making,
      "new then, compared with run RUN of toy.cflow (WHEN), where it took T:",
      "  central.substeps 2 → 3 (toy.cflow:8)",
      "",
      " --> toy.cflow:8:24",
      "  |",
      "8 |   central { substeps = 3 }",
      "  |                        ^ central.substeps 2 → 3 (line 8 then)",
    ]);
    const renamed = edited("flow toy", "flow run").replaceAll("toy.", "run.");
    write("renamed.cflow", renamed);
    const [, , by, called] = await why("renamed.cflow", "run.central");
    expect([by, called]).toEqual([making, "it was called toy.central then"]);
  });
});

describe("without a file", () => {
  it("repeats the call of the newest run that has the step, unless it is told otherwise", async () => {
    await made(toy, "--set", "lr=0.25");
    expect((await why("toy.central"))[0]).toMatch(/^toy.central is cached/);
    const told = await why("toy.central", "--set", "lr=0.1");
    expect(told.slice(0, 4)).toEqual([
      "toy.central would run:",
      "  optimizer.lr 0.25 → 0.1 (toy.cflow:5)",
      "",
      "compared with run RUN of toy.cflow --set lr=0.25 (WHEN), where it took T",
    ]);
    expect(told.slice(-4)).toEqual([
      " ::: <--set #1>:1:4",
      "  |",
      "1 | lr=0.1",
      "  |    --- lr 0.25 → 0.1 (--set lr=0.25 then)",
    ]);
    expect((await why("small"))[0]).toMatch(/^expect "small" is cached/);
  });

  it("says what it lacks", async () => {
    const complaint = async (...args: readonly string[]) => {
      const { stdout, stderr, exitCode } = await cflow("why", ...args);
      expect([exitCode, stdout]).toEqual([2, ""]);
      return timeless(stderr);
    };
    expect(await complaint("toy.midpoint")).toBe(
      "error: no run that is recorded has a step 'toy.midpoint'\n  help: name the file, too: cflow why FILE STEP\n",
    );
    expect(await complaint("toy.cflow", "toy.centrl")).toBe(
      "error: toy.cflow has no step 'toy.centrl'\n  help: did you mean 'toy.central'?\n",
    );
    expect(await complaint("toy.cflow", "x")).toBe(
      "error: toy.cflow has no step 'x'\n  help: there are toy.init, toy.discrete, toy.central, toy.compare, expect \"small\"\n",
    );
    renameSync(join(path, "toy.cflow"), join(path, "moved.cflow"));
    expect(await complaint("toy.central")).toBe(
      "error: there is no file 'toy.cflow' here, of which run RUN was\n  help: go to its folder, or name it: cflow why FILE STEP\n",
    );
    write("broken.cflow", "flow {");
    expect(await complaint("broken.cflow", "toy.central")).toContain("error[CF");
  });
});

it("gives all of it as data, and touches nothing", async () => {
  write("toy.cflow", edited("lr = 0.3", "lr = 0.15"));
  const before = filesBelow(path);
  const { lines } = await cflow("why", "toy.cflow", "small", "--json");
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    ...{ step: 'expect "small"', kind: "expect", status: "run", made: null, last: null },
    compared: { run: expect.any(String), file: "toy.cflow", name: 'expect "small"' },
    causes: [
      {
        ...{ reason: "input", text: "'toy.central' changed", place: null, params: [] },
        causes: [
          {
            ...{ reason: "setting", path: "optimizer.lr", before: 0.25, after: 0.15, causes: [] },
            place: { file: "toy.cflow", line: 5, column: 39, endLine: 5, endColumn: 41 },
            was: { file: "toy.cflow", line: 5 },
            params: [
              {
                ...{ name: "lr", before: 0.25, after: 0.15 },
                place: { file: "toy.cflow", line: 1, column: 12 },
                was: { file: "<--set #1>", line: 1, column: 4 },
              },
            ],
          },
        ],
      },
    ],
  });
  expect(filesBelow(path)).toEqual(before);
});
