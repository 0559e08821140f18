/** The summary's layout: one line a step where there is room, and its words for every outcome. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exitCode, textSummary } from "../../src/cli/summary.js";
import {
  cut,
  narrowedTable,
  showBytes,
  showClock,
  showCount,
  showNumber,
  showSeconds,
  table,
} from "../../src/cli/terminal.js";
import type { Step, StepGraph } from "../../src/plan/graph.js";
import type { RunSummary, StepOutcome } from "../../src/runtime/events.js";

const step = (name: string, length?: number): Step => ({
  name,
  kind: length === undefined ? "dataset" : "discrete",
  version: 1,
  parameters: {},
  local: {},
  inputs: {},
  fingerprint: "0",
  places: {},
  ...(length !== undefined && { length }),
});

const outcome = (name: string, more: Partial<StepOutcome>): StepOutcome =>
  ({ name, kind: "discrete", fingerprint: "0", seconds: 1.5, notes: {}, ...more }) as StepOutcome;

const summaryOf = (steps: readonly StepOutcome[], interrupted = false): RunSummary => ({
  id: "1",
  seconds: 3,
  interrupted,
  steps,
});

const folder = (name: string) => join(process.cwd(), "cache", name);
const graph: StepGraph = { steps: [step("digits"), step("eos.central", 400)] };
const ran = summaryOf([
  outcome("digits", {
    status: "cached",
    seconds: 0,
    notes: { test: 5, train: 9 },
    folder: folder("a"),
  }),
  outcome("eos.central", {
    status: "ran",
    notes: { top_eigenvalue: 2.0001, engine: "onnx", loss: 0.25, critical: 3, last_step: 399 },
    folder: folder("b"),
    rows: 400,
  }),
]);

const wide = [
  "digits       cached          train 9  test 5                                         cache/a",
  "eos.central  ran     1.50 s  last step 399  loss 0.25  critical 3  top eigenvalue 2  cache/b",
];

describe("a line a step", () => {
  it("has status, seconds, what was noted and the path from here", () => {
    expect(textSummary(graph, ran, {}).split("\n")).toEqual([...wide, ""]);
    expect(textSummary(graph, ran, { columns: wide[1]!.length }).split("\n")).toEqual([
      ...wide,
      "",
    ]);
  });

  it("leaves the path to a line of its own where the terminal is too narrow", () => {
    expect(textSummary(graph, ran, { columns: wide[1]!.length - 1 }).split("\n")).toEqual([
      "digits       cached          train 9  test 5",
      "  cache/a",
      "eos.central  ran     1.50 s  last step 399  loss 0.25  critical 3  top eigenvalue 2",
      "  cache/b",
      "",
    ]);
  });

  it("doesn't pass the numbers of a later row off as those of the last one asked for", () => {
    const shorter: StepGraph = { steps: [graph.steps[0]!, step("eos.central", 100)] };
    expect(textSummary(shorter, ran, {}).split("\n")[1]).toMatch(
      /^eos\.central {2}ran {5}1\.50 s {2}the first 100 of 400 rows {2}cache\/b$/,
    );
  });

  it("tells of what has no result", () => {
    const lines = textSummary(
      graph,
      summaryOf([
        outcome("digits", { status: "skipped", seconds: 0 }),
        outcome("eos.central", {
          status: "failed",
          failure: { message: "no memory", help: "get some", detail: "at a\nat b" },
        }),
      ]),
      {},
    );
    expect(lines.split("\n")).toEqual([
      "digits       skipped",
      "eos.central  failed   1.50 s",
      "",
      "error: eos.central: no memory",
      "  help: get some",
      "  at a",
      "  at b",
      "",
    ]);
  });
});

it("a run succeeds only if nothing is lacking", () => {
  const [digits, central] = ran.steps as [StepOutcome, StepOutcome];
  const failed = outcome("eos.central", { status: "failed", failure: { message: "no" } });
  expect(exitCode(graph, ran)).toBe(0);
  expect(exitCode(graph, summaryOf([digits, failed]))).toBe(1);
  expect(exitCode(graph, summaryOf([digits, outcome("b", { status: "skipped" })]))).toBe(1);
  expect(exitCode(graph, summaryOf([outcome("digits", { status: "unneeded" }), central]))).toBe(0);
});

it("columns take the width that a terminal gives them", () => {
  expect(table([["a", "\x1b[32mgreen\x1b[39m", "x"], ["数据", "b", "y"], ["no"]])).toEqual([
    "a     \x1b[32mgreen\x1b[39m  x",
    "数据  b      y",
    "no",
  ]);
});

it("columns that don't fit are left out, the least wanted first", () => {
  const rows = [
    ["", "min", "max", "mean"],
    ["loss", "0.125", "0.5", "0.25"],
  ];
  const lines = (width: number) => narrowedTable(rows, width, ["mean", "max", "no such"]);
  expect(lines(24)).toEqual(["      min    max  mean", "loss  0.125  0.5  0.25"]);
  expect(lines(20)).toEqual(["      min    max", "loss  0.125  0.5"]);
  expect(lines(1)).toEqual(["      min", "loss  0.125"]);
});

it("text is cut at a column, and cannot move the cursor", () => {
  expect(["short", "a\tb", "数据数据", "\x1b[31mred"].map((text) => cut(text, 6))).toEqual([
    "short",
    "a   b",
    "数据…",
    "\ufffd[31m…",
  ]);
});

it("sizes have three digits", () => {
  expect([0, 1, 999, 1000, 7114, 61_234_567, 2e12].map(showBytes)).toEqual([
    "0 bytes",
    "1 byte",
    "999 bytes",
    "1 kB",
    "7.11 kB",
    "61.2 MB",
    "2 TB",
  ]);
});

it("numbers and times are short", () => {
  const numbers = [0, 3150, -2, 0.023314159, 1.2e-7, 123456.7, 2 ** 53, -0.5, 1e300, Number.NaN];
  expect(numbers.map(showNumber)).toEqual([
    "0",
    "3,150",
    "-2",
    "0.02331",
    "1.20e-7",
    "1.23e+5",
    "9.01e+15",
    "-0.5",
    "1.00e+300",
    "NaN",
  ]);
  expect([0, 9.994, 9.999, 59.4, 59.6, 3599.7].map(showSeconds)).toEqual([
    "0.00 s",
    "9.99 s",
    "10 s",
    "59 s",
    "1:00",
    "1:00:00",
  ]);
  expect([0.4, 7, 65, 3725].map(showClock)).toEqual(["0:00", "0:07", "1:05", "1:02:05"]);
  expect([0, 1, 1200].map((n) => showCount(n, "row"))).toEqual(["0 rows", "1 row", "1,200 rows"]);
});
