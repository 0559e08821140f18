/** What an edit makes stale: `plan` says it with its reason, and `run` then does just that. */
import { beforeAll, expect, it } from "vitest";
import { type Line, started, statuses, workspace } from "../support/workspace.js";
import { flow } from "./flow.js";

const { write, cflow } = workspace();

const happens: Readonly<Record<string, string>> = {
  run: "ran",
  continue: "ran",
  cached: "cached",
  unneeded: "unneeded",
};

/** Plans and runs a text, and gives why each stale step was. */
async function planAndRun(text: string, ...options: string[]) {
  write("eos.cflow", text);
  const plan = await cflow("plan", "eos.cflow", "--json", ...options);
  const run = await cflow("run", "eos.cflow", "--json", "--workers", "1", ...options);
  expect([plan.exitCode, run.exitCode]).toEqual([0, 0]);
  const planned = plan.summary.steps as unknown as readonly (Line & {
    name: string;
    status: string;
    fingerprint: string;
    reasons: readonly string[];
  })[];
  expect(
    run.summary.steps.map(({ name, status, fingerprint }) => [name, status, fingerprint]),
  ).toEqual(planned.map(({ name, status, fingerprint }) => [name, happens[status], fingerprint]));
  const stale = planned.filter(({ status }) => status === "run" || status === "continue");
  expect(started(run)).toEqual(stale.map(({ name }) => name).sort());
  return {
    run,
    statuses: statuses(run.summary),
    reasons: Object.fromEntries(stale.map(({ name, reasons }) => [name, reasons])),
  };
}

const lineOf = (text: string, part: string) => text.slice(0, text.indexOf(part)).split("\n").length;

beforeAll(async () => {
  const { reasons } = await planAndRun(flow);
  for (const reason of Object.values(reasons)) expect(reason).toEqual(["never run"]);
});

it("a setting of the central flow concerns it and the claim about it", async () => {
  const text = flow.replace("substeps = 2", "substeps = 3");
  const line = lineOf(text, "substeps");
  expect((await planAndRun(text)).reasons).toEqual({
    "eos.central": [`central.substeps 2 → 3 (eos.cflow:${line})`],
    'expect "the flow too"': ["'eos.central' changed"],
  });
  // Both variants are kept.
  expect((await planAndRun(flow)).reasons).toEqual({});
});

it("says it in words, the reason beside the step", async () => {
  const text = flow.replace("substeps = 2", "substeps = 5");
  write("words.cflow", text);
  const { stdout } = await cflow("plan", "words.cflow");
  expect(stdout.split("\n")).toEqual([
    "cached  digits",
    "cached  eos.init",
    "cached  eos.discrete",
    `run     eos.central                central.substeps 2 → 5 (words.cflow:${lineOf(text, "substeps")})`.replace(
      "3 → 5",
      "2 → 5",
    ),
    'cached  expect "descent descends"',
    "run     expect \"the flow too\"      'eos.central' changed",
    "",
    "2 of 6 steps to run",
    "",
  ]);
  write("words.cflow", flow);
  expect((await cflow("plan", "words.cflow")).stdout).toMatch(/\n\nnothing to run\n$/);
});

it("comments, layout, order and names concern nothing", async () => {
  const [head, claims] = [
    flow.slice(0, flow.indexOf("\nexpect")),
    flow.slice(flow.indexOf("expect")),
  ];
  const edited = `// An experiment.\n\n${claims}\n${head}`
    .replaceAll("digits", "numerals")
    .replaceAll("net", "perceptron")
    .replace("discrete\n", "discrete   // the optimizer itself\n\n\n")
    .replaceAll("  ", "\t");
  const { statuses } = await planAndRun(edited);
  expect(Object.keys(statuses)).toContain("numerals");
  expect(new Set(Object.values(statuses))).toEqual(new Set(["cached"]));
});

it("a param set from outside concerns what uses it, and is the same as writing it", async () => {
  const { reasons } = await planAndRun(flow, "--set", "lr=0.04");
  expect(reasons).toEqual({
    "eos.discrete": [`optimizer.lr 0.05 → 0.04 (eos.cflow:${lineOf(flow, "gd { lr")})`],
    "eos.central": [`optimizer.lr 0.05 → 0.04 (eos.cflow:${lineOf(flow, "gd { lr")})`],
    'expect "descent descends"': ["'eos.discrete' changed"],
    'expect "the flow too"': ["'eos.central' changed"],
  });
  expect((await planAndRun(flow.replace("lr = 0.05", "lr = 4/100"))).reasons).toEqual({});
});

it("more steps continue from where they ended, fewer read the beginning", async () => {
  const text = flow.replace("0.05", "0.04");
  const eight = (await cflow("export", "eos.cflow", "eos.central")).stdout;
  const longer = await planAndRun(text, "--set", "n=12");
  expect(longer.reasons).toEqual({
    "eos.discrete": ["rows 8 → 12"],
    "eos.central": ["rows 8 → 12"],
    'expect "descent descends"': ["rows of 'eos.discrete' 8 → 12"],
    'expect "the flow too"': ["rows of 'eos.central' 8 → 12"],
  });
  const resumed = longer.run.lines.filter((line) => line.event === "resumed");
  expect(resumed.map(({ step, rows }) => [step, rows]).sort()).toEqual([
    ["eos.central", 8],
    ["eos.discrete", 8],
  ]);
  // The claims about 8 rows were judged before.
  expect((await planAndRun(text)).reasons).toEqual({});
  const shorter = await cflow("export", "eos.cflow", "eos.central", "--set", "n=5");
  expect(shorter.exitCode).toBe(0);
  const rows = eight.split("\n");
  // A shorter series may have fewer eigenvalues, and so fewer columns.
  const [header, ...fewer] = shorter.stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  const names = rows[0]!.split(",");
  expect(fewer).toHaveLength(5);
  for (const [i, row] of fewer.entries()) {
    const whole = rows[i + 1]!.split(",");
    expect(row).toEqual(header!.map((name) => whole[names.indexOf(name)]));
  }
  const { stdout } = await cflow("run", "eos.cflow");
  expect(stdout).toContain("the first 8 of 12 rows");
});
