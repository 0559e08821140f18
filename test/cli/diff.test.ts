/** `cflow diff` in a real folder: settings side by side, then results and claims. */
import { truncateSync } from "node:fs";
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

async function diff(...args: readonly string[]): Promise<string[]> {
  const { stdout, stderr, exitCode } = await cflow("diff", ...args);
  expect([exitCode, stderr]).toEqual([0, ""]);
  return timeless(stdout).trimEnd().split("\n");
}

/** The lines of a section, up to a blank one. */
function section(lines: readonly string[], title: string): readonly string[] {
  const rest = lines.slice(lines.indexOf(title) + 1);
  const end = rest.indexOf("");
  return end < 0 ? rest : rest.slice(0, end);
}

beforeAll(async () => {
  write("a.cflow", toy);
  write("b.cflow", edited("< 3", "< -1", edited("substeps = 2", "substeps = 4")));
  await cflow("run", "a.cflow");
  await cflow("run", "b.cflow");
}, 120_000);

describe("two files", () => {
  it("differ in settings, with the lines of both", async () => {
    const lines = await diff("a.cflow", "b.cflow");
    expect(lines.slice(0, 3)).toEqual(["A  a.cflow", "B  b.cflow", ""]);
    const [heads, ...rows] = section(lines, "settings");
    expect(heads).toMatch(/^ +A +B$/);
    expect(rows.map((row) => row.split(/ {2,}/))).toEqual([
      ["central.substeps", "2 (a.cflow:8)", "4 (b.cflow:8)", "toy.central"],
      [
        'expect "small"',
        "final(toy.central.train_loss) < 3 (a.cflow:12)",
        "final(toy.central.train_loss) < -1 (b.cflow:12)",
      ],
    ]);
    expect(section(lines, "steps")).toEqual(["2 steps of 5 in both are the same"]);
  });

  it("and in results, as their series say", async () => {
    const lines = await diff("a.cflow", "b.cflow");
    expect(lines).not.toContain("toy.discrete, 40 rows");
    const [heads, ...rows] = section(lines, "toy.central, 40 rows").map((row) =>
      row.split(/ {2,}/),
    );
    expect(heads).toEqual(["", "final A", "final B", "largest difference", "relative", "at step"]);
    expect(rows.find(([name]) => name === "substeps")).toEqual([
      ...["substeps", "2", "4", "2", "50 %", "0"],
    ]);

    const values = async (file: string) => {
      const { stdout } = await cflow("export", file, "toy.central");
      const [head, ...body] = stdout
        .trim()
        .split("\n")
        .map((row) => row.split(","));
      return body.map((row) => Number(row[head!.indexOf("train_loss")]));
    };
    const [a, b] = [await values("a.cflow"), await values("b.cflow")];
    const distances = a.map((value, i) => Math.abs(value - b[i]!));
    const most = Math.max(...distances);
    const { summary } = await cflow("diff", "a.cflow", "b.cflow", "--json");
    const { results } = summary as unknown as {
      results: readonly { name: string; columns: readonly { name: string }[] }[];
    };
    const central = results.find(({ name }) => name === "toy.central")!;
    const step = distances.indexOf(most);
    expect(central.columns.find(({ name }) => name === "train_loss")).toEqual({
      ...{ name: "train_loss", rows: 40 },
      final: { step: 39, a: a[39], b: b[39], difference: distances[39] },
      largest: { step, a: a[step], b: b[step], difference: most },
      relative: most / Math.max(...[...a, ...b].map(Math.abs)),
    });
  });

  it("and in the verdicts of claims", async () => {
    expect(section(await diff("a.cflow", "b.cflow"), "claims")).toEqual([
      expect.stringMatching(
        /^small {2}A holds \(\S+, claimed < 3\) {2}B fails \(\S+, claimed < -1\)$/,
      ),
    ]);
  });

  it("of the same content are the same, whatever their names", async () => {
    write("c.cflow", edited("flow toy", "flow run").replaceAll("toy.", "run."));
    expect(await diff("a.cflow", "c.cflow")).toEqual([
      ...["A  a.cflow", "B  c.cflow", "", "steps"],
      "1 step of 1 in both is the same",
      ...["init", "discrete", "central", "compare"].map(
        (name) => `the same under two names: toy.${name} and run.${name}`,
      ),
      ...["", "claims", "1 claim with the same verdict"],
    ]);
  });

  it("may lack results", async () => {
    const lines = await diff("a.cflow", "b.cflow", "--set", "lr=0.1");
    expect(lines.slice(-5)).toEqual([
      "A has no results of toy.central, toy.compare",
      "  help: cflow run a.cflow --set lr=0.1 computes them",
      "",
      "B has no results of toy.central, toy.compare",
      "  help: cflow run b.cflow --set lr=0.1 computes them",
    ]);
  });
});

describe("runs", () => {
  it("are compared with each other by what was recorded", async () => {
    const { lines: recorded } = await cflow("log", "--json");
    const [newer, older] = recorded.map(({ run }) => run as string);
    const lines = await diff(older!, newer!);
    expect(lines.slice(0, 2)).toEqual(["A  run RUN of a.cflow", "B  run RUN of b.cflow"]);
    expect(lines.slice(2)).toEqual((await diff("a.cflow", "b.cflow")).slice(2));
  });

  it("and with a file, as with what was set", async () => {
    await cflow("run", "a.cflow", "--set", "lr=0.2");
    const lines = await diff("last", "a.cflow");
    expect(lines.slice(0, 2)).toEqual(["A  run RUN of a.cflow --set lr=0.2", "B  a.cflow"]);
    expect(
      section(lines, "settings")
        .slice(1)
        .map((row) => row.split(/ {2,}/)),
    ).toEqual([
      ["param lr", "0.2 (--set)", "0.3 (a.cflow:1)"],
      ["optimizer.lr", "0.2 (a.cflow:5)", "0.3 (a.cflow:5)", "toy.discrete, toy.central"],
    ]);
    expect(section(lines, "claims")).toEqual(["1 claim with the same verdict"]);
  });

  it("of other lengths are the same as far as both go", async () => {
    write("long.cflow", edited("steps = 40", "steps = 50"));
    const lines = await diff("a.cflow", "long.cflow");
    expect(section(lines, "settings").at(-1)!.split(/ {2,}/)).toEqual([
      ...["rows", "40", "50", "toy.discrete, toy.central, toy.compare"],
    ]);
    expect(section(lines, "steps")).toEqual([
      "1 step of 5 in both is the same",
      "the same as far as both go: toy.discrete, toy.central, toy.compare",
    ]);
  });
});

it("only looks: a damaged stage is told of, and stays", async () => {
  const { summary } = await cflow("run", "b.cflow", "--json");
  const folder = stepOf(summary, "toy.central").path!;
  truncateSync(join(folder, "series.arrow"), 100);
  const before = filesBelow(path);
  const lines = await diff("a.cflow", "b.cflow");
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^B has no results of toy.central \(damaged: series.arrow has 100 bytes instead of \d+\)$/,
    ),
  );
  expect(filesBelow(path)).toEqual(before);
});

it("complains of what is neither, and of a file with errors", async () => {
  const { stderr, exitCode } = await cflow("diff", "a.cflow", "nothing");
  expect([exitCode, stderr]).toEqual([
    2,
    "error: 'nothing' is neither a file nor a run\n  help: cflow log lists all runs\n",
  ]);
  write("broken.cflow", "flow {");
  const broken = await cflow("diff", "a.cflow", "broken.cflow");
  expect([broken.exitCode, broken.stdout]).toEqual([2, ""]);
  expect(broken.stderr).toContain("broken.cflow:1:");
});
