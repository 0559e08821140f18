/** Where parameters differ, and how their values are shown. */
import { describe, expect, it } from "vitest";
import { changes, nearestOf } from "../../src/plan/changes.js";
import { describeChange } from "../../src/plan/reasons.js";
import { shown } from "../../src/plan/shown.js";
import type { Json, JsonObject } from "../../src/runtime/step.js";

const dense = (units: number) => ({ maker: "dense", units });
const tanh = { maker: "tanh" };
const series = { form: "series", step: "series0", series: "train_loss" };
const claim = (operator: string, value: number) => ({
  expression: {
    ...{ form: "binary", operator },
    left: { form: "call", function: "final", arguments: [series], from: 10 },
    right: { form: "number", value },
  },
});

describe("changes are told of as deep as things are of one kind", () => {
  it.each<[string, JsonObject, JsonObject, readonly string[]]>([
    ["nothing", { a: 1, b: [1, 2] }, { b: [1, 2], a: 1 }, []],
    ["a number", { a: { b: 1 } }, { a: { b: 2 } }, ["a.b 1 → 2"]],
    ["what came and went", { old: true }, { new: "x" }, ['new none → "x"', "old true → none"]],
    ["a list of numbers, whole", { at: [1, 2] }, { at: [1, 3] }, ["at [1, 2] → [1, 3]"]],
    [
      "a layer among as many",
      { layers: [dense(4), tanh] },
      { layers: [dense(8), tanh] },
      ["layers.0.units 4 → 8"],
    ],
    [
      "a layer by another maker, whole",
      { layers: [dense(4), tanh] },
      { layers: [dense(4), { maker: "gelu", form: "exact" }] },
      ['layers.1 tanh → gelu(form = "exact")'],
    ],
    [
      "more layers, whole",
      { layers: [dense(4)] },
      { layers: [dense(4), tanh] },
      ["layers dense(units = 4) → dense(units = 4) -> tanh"],
    ],
    [
      "another optimizer, whole",
      { optimizer: { maker: "gd", lr: 0.1 } },
      { optimizer: { maker: "rmsprop", lr: 0.1, beta2: 0.9 } },
      ["optimizer gd(lr = 0.1) → rmsprop(lr = 0.1, beta2 = 0.9)"],
    ],
    [
      "a schedule's setting",
      { lr: { schedule: "cosine", from: 1, steps: 9 } },
      { lr: { schedule: "cosine", from: 1, steps: 8 } },
      ["lr.steps 9 → 8"],
    ],
    [
      "another schedule, whole",
      { lr: { schedule: "cosine", from: 1 } },
      { lr: { schedule: "linear", from: 1 } },
      ["lr cosine(from = 1) → linear(from = 1)"],
    ],
    [
      "a schedule in place of a number",
      { lr: 1 },
      { lr: { schedule: "cosine", from: 1 } },
      ["lr 1 → cosine(from = 1)"],
    ],
    ["a claim's bound", claim("<", 1), claim("<", 2), ["expression.right.value 1 → 2"]],
  ])("%s", (_, before, after, lines) => {
    expect(changes(before, after).map(describeChange)).toEqual(lines);
  });
});

describe("values are shown as they could be written", () => {
  it.each<[Json | undefined, string]>([
    [undefined, "none"],
    [0.02, "0.02"],
    ["heun", '"heun"'],
    [[0.01, 6.4], "[0.01, 6.4]"],
    [[], "[]"],
    [
      { maker: "residual", scale: 1, branches: [{ name: "chain", layers: [dense(2), tanh] }] },
      "residual(scale = 1, chain = dense(units = 2) -> tanh)",
    ],
    [claim("<", 0.5).expression, "final(train_loss, from = 10) < 0.5"],
    [{ form: "series", step: "eos.central", series: "nu_mean" }, "eos.central.nu_mean"],
    [{ form: "series", step: "series1", series: "spectrum", index: 2 }, "spectrum[2]"],
    [
      {
        ...{ form: "binary", operator: "*" },
        left: { form: "negate", of: { form: "variable", index: 0 } },
        right: {
          ...{ form: "power", exponent: 2 },
          base: { form: "call", function: "sin", of: { form: "variable", index: 1 } },
        },
      },
      "-x1 * sin(x2) ^ 2",
    ],
    [{ seeds: 3 }, "{ seeds = 3 }"],
  ])("%j", (value, text) => {
    expect(shown(value, 80)).toBe(text);
  });

  it("cuts what is long", () => {
    expect(shown("a".repeat(60))).toBe(`"${"a".repeat(38)}…`);
  });
});

it("a setting has the place of what it is part of, if none of its own", () => {
  const table = { optimizer: "o", "optimizer.lr": "l" };
  expect(nearestOf(table, "optimizer.lr")).toEqual({ path: "optimizer.lr", value: "l" });
  expect(nearestOf(table, "optimizer.lr.from")?.value).toBe("l");
  expect(nearestOf(table, "optimizer.beta2")?.path).toBe("optimizer");
  expect(nearestOf(table, "loss")).toBeUndefined();
});
