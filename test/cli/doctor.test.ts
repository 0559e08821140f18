/** `cflow doctor`: the machine, the engines and the cache, and whether all is well. */
import { readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { availableParallelism, hostname } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { showBytes } from "../../src/cli/terminal.js";
import { threadCounts } from "../../src/engine/probe.js";
import { stepOf, workspace } from "../support/workspace.js";

const { write, cflow, path } = workspace();
write(
  "toy.cflow",
  `landscape bowl(x) = x ^ 2 / 2
flow toy { landscape = bowl  optimizer = gd(0.5)  weights = at([1])  steps = 20  discrete }
`,
);
const { version } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
);

it("tells of the machine and its engines, and makes no cache", async () => {
  const { stdout, stderr, exitCode } = await cflow("doctor");
  expect([exitCode, stderr]).toEqual([0, ""]);
  const lines = stdout.split("\n");
  expect(lines[0]).toBe(
    `cflow ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
  );
  expect(lines[1]).toMatch(
    new RegExp(`^${availableParallelism()} cores? \\(.*\\), .* memory, .* free$`),
  );
  expect(stdout).toMatch(/^onnx +onnxruntime-node [\d.]+ +1 thread +[\d.e+]+ GFLOP\/s$/m);
  expect(stdout).toMatch(/^wasm +@tensorflow\/tfjs-backend-wasm .* GFLOP\/s$/m);
  expect(stdout).toContain("cache .cflow: 0 results, 0 bytes;");
  expect(stdout).toMatch(/^its disk: can be written, [\d.]+ ms to sync, .* free$/m);
  expect(stdout).toContain("it will be made by the first run");
  expect(readdirSync(path).sort()).toEqual([".processes", "toy.cflow"]);
});

it("counts what the cache holds, for scripts too", async () => {
  const { summary } = await cflow("run", "toy.cflow", "--json");
  const before = readdirSync(join(path, ".cflow")).sort();
  const well = await cflow("doctor", "--json");
  expect(well.exitCode).toBe(0);
  const [report] = well.lines as unknown as [
    { cache: object; engines: { engine: string; threads: number; rate: number }[]; well: boolean },
  ];
  expect(report.well).toBe(true);
  expect(report.cache).toMatchObject({
    results: 2,
    broken: 0,
    unfinished: 0,
    locks: 0,
    damaged: 0,
  });
  const onnx = report.engines.filter(({ engine }) => engine === "onnx");
  expect(onnx.map(({ threads }) => threads)).toEqual(threadCounts(availableParallelism()));
  for (const { rate } of onnx) expect(rate).toBeGreaterThan(0);
  expect(readdirSync(join(path, ".cflow")).sort()).toEqual(before);

  truncateSync(join(stepOf(summary, "toy.discrete").path!, "series.arrow"), 3);
  // Nobody has the highest id.
  const owners = [{ pid: 2 ** 22, host: hostname() }];
  writeFileSync(
    join(path, ".cflow", "locks", "x.json"),
    JSON.stringify({ token: "t", owners, since: "" }),
  );
  const ill = await cflow("doctor");
  expect(ill.exitCode).toBe(1);
  expect(ill.stdout).toMatch(
    /2 results, .*; 1 broken, 0 unfinished, 0 set aside; 1 lock, 1 of dead/,
  );
  expect(ill.stdout).toContain("help: cflow verify says what is broken");
});

it("says why a cache can't be written", async () => {
  write("file", "");
  const { exitCode, stdout } = await cflow("doctor", "--cache", "file");
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(
    /^its disk: cannot write to the cache '.*file': part of the path is a file/m,
  );
});

it("tries one, two, four, … threads, and all", () => {
  expect([1, 2, 3, 8, 12].map(threadCounts)).toEqual([
    [1],
    [1, 2],
    [1, 2, 3],
    [1, 2, 4, 8],
    [1, 2, 4, 8, 12],
  ]);
});

it("shows bytes in words", () => {
  expect([0, 1, 999, 1000, 123_456, 999_600, 3.44e9, 5e12].map(showBytes)).toEqual([
    "0 bytes",
    "1 byte",
    "999 bytes",
    "1 kB",
    "123 kB",
    "1 MB",
    "3.44 GB",
    "5 TB",
  ]);
});
