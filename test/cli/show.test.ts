/** `cflow show`: results in words, numbers and curves, through the built program. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { beforeAll, describe, expect, it } from "vitest";
import type { JsonSummary } from "../../src/cli/summary.js";
import { readNpy } from "../../src/data/npy/index.js";
import type { StepSummary } from "../../src/results/summary.js";
import { bin, type Ended, stepOf, workspace } from "../support/workspace.js";

const { write, cflow, path } = workspace();

// The weights of a bowl's descent are 1, 1 − lr, (1 − lr)², …; its loss is half their squares.
const text = `sweep lr in [0.5, 2.5]
param steps = 20
landscape bowl(x) = x ^ 2 / 2
flow toy {
  landscape = bowl  optimizer = gd(lr)  weights = at([1])
  steps = steps
  eigenvalues { above = 0.1 }
  discrete
  snapshots { every = 5 }
}
command count {
  run = ["node", "count.mjs", "{path}", "{out}", lr]
  inputs { path = toy.discrete }
  outputs = ["series.arrow", "lines.txt", "bytes.bin"]
}
expect "descent descends" { final(toy.discrete.train_loss) < 0.1 }
`;
const count = `
import { writeFileSync } from "node:fs";
import { tableFromArrays, tableToIPC } from ${JSON.stringify(import.meta.resolve("apache-arrow"))};
const out = process.argv[3];
const table = tableFromArrays({ big: BigInt64Array.of(1n, 2n, 2n ** 40n), half: Float32Array.of(0.5, 1, 1.5) });
writeFileSync(out + "/series.arrow", tableToIPC(table, "file"));
writeFileSync(out + "/lines.txt", Array.from({ length: 25 }, (_, i) => "line " + i + "\\t\\x1b[31m").join("\\n") + "\\n");
writeFileSync(out + "/bytes.bin", Uint8Array.of(0, 255, 1));
console.log("counted");
`;
let run: JsonSummary;
beforeAll(async () => {
  write("sweep.cflow", text);
  write("count.mjs", count);
  run = (await cflow("run", "sweep.cflow", "--json")).summary;
});

const half = "toy[lr=0.5].discrete";
const loss = Array.from({ length: 20 }, (_, i) => 0.5 * 0.25 ** i);

async function shown(...args: readonly string[]): Promise<string[]> {
  const { stdout, stderr, exitCode } = await cflow("show", ...args);
  expect([exitCode, stderr]).toEqual([0, ""]);
  return stdout.split("\n");
}

describe("a step", () => {
  it("has its settings, what made it, and its files summed up", async () => {
    const lines = await shown(half);
    expect(lines[0]).toBe(`${half}  discrete, 20 rows`);
    expect(lines).toContain(`         by run ${run.run} of sweep.cflow`);
    expect(lines).toContain(`  reads  weights = toy[lr=0.5].init`);
    expect(lines).toContain("         optimizer = gd(lr = 0.5)");
    expect(lines.find((line) => line.startsWith("  made   "))).toMatch(
      /^ {2}made {3}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC in \d/,
    );
    const { path: folder } = stepOf(run, half);
    expect(join(path, lines.find((line) => line.startsWith("  path"))!.slice(9))).toBe(folder);
    const { length: columns } = Object.keys(
      await jsonOf(half).then(({ files }) => files[0]!.columns!),
    );
    expect(
      lines.some((line) => line.startsWith(`series.arrow  20 rows, ${columns} columns, `)),
    ).toBe(true);
    expect(lines.find((line) => line.startsWith("  train_loss"))).toMatch(
      /^ {2}train_loss +1\.82e-12 +0\.5 +0\.03333 +0\.5 +1\.82e-12$/,
    );
    expect(lines.find((line) => line.startsWith("  not measured: "))).toContain("test_loss");
    expect(
      lines.some((line) => line.startsWith("snapshots.arrow  4 snapshots of steps 0 to 15")),
    ).toBe(true);
    expect(lines.find((line) => line.startsWith("  weights at 15"))).toMatch(
      /\[1\] +float32 +3\.05e-5 +3\.05e-5 +3\.05e-5 +3\.05e-5$/,
    );
    expect(lines.at(-2)).toMatch(/^state\.arrow {2}the state after 20 rows, to go on from, /);
  });

  async function jsonOf(step: string, ...more: string[]): Promise<StepSummary> {
    return (await cflow("show", step, "--json", ...more)).lines[0] as unknown as StepSummary;
  }

  it("for scripts has the same as an object", async () => {
    const { fingerprint, path: folder } = stepOf(run, half);
    const summary = await jsonOf(half);
    expect(summary).toMatchObject({
      step: half,
      kind: "discrete",
      fingerprint,
      path: folder,
      length: 20,
      rows: 20,
      made: { as: half, run: run.run, file: "sweep.cflow", engine: { name: "onnx" } },
      parameters: { optimizer: { maker: "gd", lr: 0.5 } },
      inputs: { weights: "toy[lr=0.5].init" },
    });
    const series = summary.files.find(({ name }) => name === "series.arrow")!;
    // Sums of powers of two below 2⁵³ are exact.
    expect(series.series!.find(({ name }) => name === "train_loss")).toEqual({
      name: "train_loss",
      rows: 20,
      missing: 0,
      notFinite: 0,
      min: loss.at(-1),
      max: 0.5,
      mean: loss.reduce((sum, value) => sum + value) / 20,
      first: 0.5,
      last: loss.at(-1),
    });
    expect(summary.files.map(({ name }) => name).sort()).toEqual([
      "series.arrow",
      "snapshots.arrow",
      "state.arrow",
    ]);
    expect(summary.files.find(({ name }) => name === "snapshots.arrow")!.steps).toEqual([
      0, 5, 10, 15,
    ]);
  });

  it("is that of the rows that are asked for", async () => {
    const five = await jsonOf("sweep.cflow", half, "--set", "steps=7");
    expect(five).toMatchObject({ length: 7, rows: 20 });
    expect(five.files[0]!.rows).toBe(7);
    const [first] = await shown("sweep.cflow", half, "--set", "steps=7");
    expect(first).toBe(`${half}  discrete, the first 7 of 20 rows`);
    const last = await jsonOf(half, "--last", "3");
    const found = last.files[0]!.series!.find(({ name }) => name === "step")!;
    expect([found.rows, found.min, found.max]).toEqual([3, 17, 19]);
    const some = await jsonOf(half, "--from", "2", "--to", "4");
    expect(some.files[0]!.series!.find(({ name }) => name === "step")).toMatchObject({
      rows: 2,
      min: 2,
      max: 3,
    });
  });

  it("of weights or a verdict has tensors", async () => {
    expect((await shown("toy[lr=2.5].init")).at(-2)).toMatch(
      /^ {2}weights +\[1\] +float64 +1 +1 +1 +1$/,
    );
    const verdict = await shown('expect "descent descends [lr=0.5]"');
    expect(verdict.some((line) => /^ {2}value +\[\] +float64 +1\.82e-12 /.test(line))).toBe(true);
    expect(verdict).toContain("         holds true");
  });

  it("that a program made has its series, and the beginning of its texts", async () => {
    const lines = await shown("count[lr=0.5]");
    expect(lines.find((line) => line.startsWith("  big"))).toMatch(/^ {2}big +1 +1\.10e\+12 /);
    expect(lines.find((line) => line.startsWith("  half"))).toMatch(
      /^ {2}half +0\.5 +1\.5 +1 +0\.5 +1\.5$/,
    );
    const at = lines.findIndex((line) => line.startsWith("lines.txt  25 lines, "));
    expect(lines.slice(at + 1, at + 12)).toEqual([
      ...Array.from({ length: 10 }, (_, i) => `  line ${i}  \ufffd[31m`),
      "  and 15 more lines",
    ]);
    expect(lines).toContain("bytes.bin  3 bytes");
    const out = lines.findIndex((line) => line.startsWith("stdout.txt  1 line, "));
    expect(lines[out + 1]).toBe("  counted");
  });
});

describe("series", () => {
  it("have statistics and a plot", async () => {
    const lines = await shown(`${half}.train_loss`, "--log");
    expect(lines[1]).toMatch(/^toy\[lr=0\.5\]\.discrete\.train_loss +1\.82e-12 +0\.5 /);
    expect(lines[3]).toBe(`${half}.train_loss`);
    expect(lines.some((line) => line.startsWith("1e-11 ┤") || line.startsWith(" 1e-8 ┤"))).toBe(
      true,
    );
    expect(lines.at(-2)).toMatch(/^ ?step {2}0 +5 +10 +15/);
    for (const line of lines.slice(4)) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("of several steps are in one plot", async () => {
    const lines = await shown(
      "sweep.cflow",
      `${half}.train_loss`,
      "toy[lr=2.5].discrete.train_loss",
    );
    expect(lines).toContain(`a ${half}.train_loss`);
    expect(lines).toContain("b toy[lr=2.5].discrete.train_loss");
    expect(lines.filter((line) => line.includes("└"))).toHaveLength(1);
  });

  it("have components", async () => {
    const { lines } = await cflow(
      "show",
      `${half}.effective_eigenvalues[0]`,
      "--json",
      "--to",
      "4",
    );
    expect(lines).toEqual([
      {
        step: half,
        fingerprint: stepOf(run, half).fingerprint,
        from: 0,
        to: 4,
        series: [
          {
            name: "effective_eigenvalues[0]",
            rows: 4,
            missing: 0,
            notFinite: 0,
            min: 0.5,
            max: 0.5,
            mean: 0.5,
            first: 0.5,
            last: 0.5,
          },
        ],
      },
    ]);
  });

  it("of a user's program have rows for steps", async () => {
    const lines = await shown("count[lr=0.5].half", "--last", "2");
    expect(lines.at(-2)).toMatch(/^step {2}1 +2$/);
  });
});

it("a tensor is summed up", async () => {
  expect((await shown("toy[lr=0.5].init.weights"))[1]).toMatch(
    /^toy\[lr=0\.5\]\.init\.weights +\[1\] +float64 +1 +1 +1 +1$/,
  );
});

it("is of the newest run that has the step", async () => {
  write(
    "other.cflow",
    text
      .replace("sweep lr in [0.5, 2.5]", "param lr = 1")
      .replace("flow toy", "flow other")
      .replaceAll("toy.", "other."),
  );
  const { summary } = await cflow("run", "other.cflow", "--json");
  const found = await cflow("show", "other.discrete", "--json");
  expect((found.lines[0] as { fingerprint: string }).fingerprint).toBe(
    stepOf(summary, "other.discrete").fingerprint,
  );
  expect((await shown(half))[0]).toBe(`${half}  discrete, 20 rows`);
  write("short.cflow", text.replace("= 20", "= 6"));
  await cflow("run", "short.cflow");
  expect((await shown(half))[0]).toBe(`${half}  discrete, the first 6 of 20 rows`);
});

describe("export", () => {
  const written = (name: string) => readFileSync(join(path, name));

  it("writes snapshots, cut to the rows that the file asks for", async () => {
    const args = ["sweep.cflow", half, "--what", "snapshots"];
    await cflow("export", ...args, "--to", "arrow", "--out", "all.arrow");
    expect(written("all.arrow")).toEqual(
      readFileSync(join(stepOf(run, half).path!, "snapshots.arrow")),
    );
    const { stdout } = await cflow("export", ...args, "--to", "npy", "--set", "steps=7");
    expect(stdout).toBe(`${half}.snapshots.npy: 2 snapshots, 136 bytes\n`);
    const array = readNpy(join(path, `${half}.snapshots.npy`));
    expect(array).toMatchObject({ shape: [2, 1], values: Float32Array.of(1, 0.5 ** 5) });
  });

  it("copies what a program made, and writes its series in any format", async () => {
    const made = stepOf(run, "count[lr=0.5]").path!;
    const { stdout } = await cflow("export", "sweep.cflow", "count[lr=0.5]");
    expect(stdout).toBe("big,half\n1,0.5\n2,1\n1099511627776,1.5\n");
    await cflow("export", "sweep.cflow", "count[lr=0.5]", "--to", "arrow", "--out", "made.arrow");
    expect(written("made.arrow")).toEqual(readFileSync(join(made, "series.arrow")));
    const lines = await cflow("export", "sweep.cflow", "count[lr=0.5]", "--what", "lines.txt");
    expect([lines.exitCode, lines.stderr]).toEqual([
      2,
      `error: 'lines.txt' has a format of its own\n  help: it lies in ${made}\n`,
    ]);
    const none = await cflow("export", "sweep.cflow", "count[lr=0.5]", "--what", "other");
    expect(none.stderr).toBe(
      "error: 'count[lr=0.5]' has no file 'other'\n" +
        "  help: name one with --what: series.arrow, lines.txt, bytes.bin, stdout.txt, stderr.txt\n",
    );
  });
});

describe("says what to do", () => {
  it.each([
    [
      ["sweep.cflow", "toy.discrete"],
      "'sweep.cflow' has no step 'toy.discrete'",
      `it has variants: ${half}, toy[lr=2.5].discrete`,
    ],
    [["toy[lr=0.5].discret"], "no run has a step 'toy[lr=0.5].discret'", `did you mean '${half}'?`],
    [[`${half}.train_los`], `'${half}' has no 'train_los'`, "did you mean 'train_loss'?"],
    [[`${half}.step[0]`], "'step' holds a number a row", "leave the index out"],
    [
      ["toy[lr=0.5].init", "--log"],
      "--log draws series",
      "name one, such as eos.central.train_loss",
    ],
    [
      ["toy[lr=0.5].init", "--last", "2"],
      "there is no series to take rows of",
      "name a step that has one",
    ],
    [
      ["sweep.cflow", half, "--set", "steps=30"],
      `no result of '${half}' is kept for these settings: rows 20 → 30`,
      "cflow run sweep.cflow, with the same options, computes it",
    ],
  ])("to %j", async (args, message, help) => {
    const { stdout, stderr, exitCode }: Ended = await cflow("show", ...args);
    expect([exitCode, stdout, stderr]).toEqual([2, "", `error: ${message}\n  help: ${help}\n`]);
  });

  it("where the last run has no result", async () => {
    const failing = text
      .replace('"count.mjs"', '"none.mjs"')
      .replace("command count", "command fails");
    write("failing.cflow", failing);
    const { summary } = await cflow("run", "failing.cflow", "--json");
    const { stderr, exitCode } = await cflow("show", "fails[lr=0.5]");
    expect([exitCode, stderr]).toEqual([
      2,
      `error: no result of 'fails[lr=0.5]' is kept from the last run that has it, ${summary.run}: failed\n` +
        "  help: cflow run failing.cflow computes it, or name a file whose result is kept\n",
    ]);
  });
});

it("loads no tensors' engine, and Arrow only to read tables", async () => {
  const loaded = async (...args: string[]) => {
    const env = { NODE_DEBUG: "esm,module" };
    const { stderr } = await execa(process.execPath, [bin, "show", ...args], {
      cwd: path,
      env,
      reject: false,
    });
    return new Set(
      [...stderr.matchAll(/\/node_modules\/((?:@[\w-]+\/)?[\w-]+)/g)].map(([, name]) => name),
    );
  };
  const read = await loaded("sweep.cflow", half);
  expect(read).toContain("apache-arrow");
  for (const name of [
    "@tensorflow/tfjs",
    "onnxruntime-node",
    "ml-matrix",
    "@hpcc-js/wasm-graphviz",
    "hyparquet-writer",
  ]) {
    expect(read).not.toContain(name);
  }
  expect(await loaded("sweep.cflow", "nothing")).not.toContain("apache-arrow");
});

it("changes nothing in the cache", async () => {
  const { stdout } = await execa("find", [".cflow", "-type", "f"], { cwd: path });
  const before = stdout
    .split("\n")
    .sort()
    .map((name) => [name, readFileSync(join(path, name)).length]);
  await shown("sweep.cflow", half, `${half}.train_loss`);
  const after = (await execa("find", [".cflow", "-type", "f"], { cwd: path })).stdout;
  expect(
    after
      .split("\n")
      .sort()
      .map((name) => [name, readFileSync(join(path, name)).length]),
  ).toEqual(before);
});
