/** Parameters of steps in words, and a step's description where there is little room. */
import picocolors from "picocolors";
import { expect, it } from "vitest";
import { describeStep, settingLines } from "../../src/cli/describe.js";
import { textWidth } from "../../src/cli/terminal.js";
import type { StepSummary } from "../../src/results/summary.js";

const parameters = {
  discrete: {},
  optimizer: { maker: "gd", lr: { schedule: "cosine", from: 0.02, steps: 1000 } },
  model: { input: [28, 28], layers: [{ maker: "flatten" }, { maker: "dense", units: 4 }] },
  landscape: {
    formula: {
      form: "binary",
      operator: "*",
      left: { form: "number", value: 2 },
      right: { form: "variable", index: 0 },
    },
  },
  batch: 250,
  precision: "float64",
};

it("settings are as a file could have them", () => {
  expect(settingLines(parameters)).toEqual([
    "discrete",
    "optimizer = gd(lr = cosine(from = 0.02, steps = 1000))",
    "model = { input = [28, 28]  layers = flatten -> dense(units = 4) }",
    "landscape = { formula = 2 * x1 }",
    "batch = 250",
    'precision = "float64"',
  ]);
});

const numbers = { rows: 12, missing: 0, notFinite: 1, min: 0, max: 1e30, mean: 1e29, first: 0 };
const summary: StepSummary = {
  step: "eos.discrete",
  kind: "discrete",
  fingerprint: "0",
  path: "cache/0",
  length: 400,
  rows: 12,
  made: {
    as: "old.discrete",
    started: "2026-01-02T03:04:05.678Z",
    seconds: 75,
    cflow: "0.1.0",
    node: "20.19.0",
    host: "here",
  },
  inputs: {},
  parameters,
  notes: { diverged_at: 11 },
  files: [
    {
      name: "series.arrow",
      size: 1234,
      sha256: "0",
      rows: 12,
      columns: [{ name: "train_loss", type: "float64" }],
      series: [
        { name: "train_loss", ...numbers, last: Number.POSITIVE_INFINITY },
        { ...numbers, name: "test_loss", missing: 12, notFinite: 0, min: null, last: null },
      ],
    },
  ],
};
const colors = picocolors.createColors(false);

it("a step that diverged, made under another name", () => {
  const text = describeStep(summary, { width: Number.POSITIVE_INFINITY, colors }).join("\n");
  expect(text).toMatchInlineSnapshot(`
    "eos.discrete  discrete, 12 rows, diverged at step 11
      made   2026-01-02 03:04:05 UTC in 1:15, as old.discrete
             on here by cflow 0.1.0, Node 20.19.0
      with   discrete
             optimizer = gd(lr = cosine(from = 0.02, steps = 1000))
             model = { input = [28, 28]  layers = flatten -> dense(units = 4) }
             landscape = { formula = 2 * x1 }
             batch = 250
             precision = "float64"
      noted  diverged_at 11
      path   cache/0

    series.arrow  12 rows, 1 column, 1.23 kB
                  min  max       mean      first  last      not finite
      train_loss  0    1.00e+30  1.00e+29  0      Infinity  1
      not measured: test_loss"
  `);
});

it("has tables and settings no wider than the terminal", () => {
  for (const width of [44, 60, 100]) {
    for (const line of describeStep(summary, { width, colors }).slice(1)) {
      expect(textWidth(line), line).toBeLessThanOrEqual(width);
    }
  }
});
