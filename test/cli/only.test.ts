/** A step that fails beside others: what is told of it, and how it is run again by itself. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Ended, started, statuses, stepOf, workspace } from "../support/workspace.js";

const { write, cflow, path } = workspace();

/** Picks a number, unless it is 2 and nobody has allowed that. */
write(
  "pick.mjs",
  `import { existsSync, writeFileSync } from "node:fs";
const [out, k] = process.argv.slice(2);
for (let i = 0; i < 12; i++) console.log("look", i);
if (k === "2" && !existsSync("allowed")) {
  console.error("2 is \\u001b[31mnot allowed");
  process.exit(3);
}
writeFileSync(out + "/picked.txt", k);
`,
);
write(
  "pick.cflow",
  `sweep k in [1, 2, 3]
param far = 10
landscape bowl(x) = x ^ 2 / 2
flow toy {
  landscape = bowl  optimizer = gd(0.1 * k)  weights = at([1])
  steps = far
  discrete
}
command pick { run = ["node", "pick.mjs", "{out}", k]  outputs = ["picked.txt"] }
expect "it falls" { final(toy.discrete.train_loss) < 1 }
`,
);
const call = ["run", "pick.cflow", "--set", "far=12", "--cache", "a cache"];

describe("a sweep of which one step fails", () => {
  let words: Ended;
  let lines: string[];

  beforeAll(async () => {
    const json = await cflow(...call, "--json");
    expect(json.exitCode).toBe(1);
    const wrong = Object.entries(statuses(json.summary)).filter(
      ([, status]) => status !== "ran" && status !== "cached",
    );
    expect(wrong).toEqual([["pick[k=2]", "failed"]]);
    words = await cflow(...call);
    const all = words.stdout.split("\n");
    lines = all.slice(all.indexOf("error: pick[k=2]: 'node' ended with exit code 3"));
  });

  it("tells of its settings, of what it printed, and how to run it alone", () => {
    expect(words.exitCode).toBe(1);
    const [file, ...more] = readdirSync(join(path, "a cache", "logs"));
    expect(more).toEqual([]);
    expect(lines).toEqual([
      "error: pick[k=2]: 'node' ended with exit code 3",
      '  settings: run = ["node", "pick.mjs", "{out}", "2"], outputs = ["picked.txt"]',
      `  its last lines, of: ${join("a cache", "logs", file!)}`,
      ...Array.from({ length: 9 }, (_, i) => `  | look ${i + 3}`),
      "  | 2 is \ufffd[31mnot allowed",
      "  alone: cflow run pick.cflow --only 'pick[k=2]' --set far=12 --cache 'a cache'",
      "",
    ]);
    const log = readFileSync(join(path, "a cache", "logs", file!), "utf8");
    expect(log.split("\n")).toHaveLength(14);
  });

  it("is run alone by that command, which succeeds when the cause is gone", async () => {
    write("allowed", "");
    const again = await cflow(...call, "--only", "pick[k=2]", "--json");
    expect(again.exitCode).toBe(0);
    expect(statuses(again.summary)).toEqual({ "pick[k=2]": "ran" });
    expect(readdirSync(join(path, "a cache", "logs"))).toEqual([]);
    expect((await cflow(...call)).exitCode).toBe(0);
  });
});

describe("--only", () => {
  it("runs what the step needs, and nothing else", async () => {
    const only = ["--cache", "only", "--only", "toy[k=3].discrete", "--json"];
    const one = await cflow("run", "pick.cflow", ...only);
    expect(one.exitCode).toBe(0);
    expect(statuses(one.summary)).toEqual({
      "toy[k=3].init": "ran",
      "toy[k=3].discrete": "ran",
    });
    const two = await cflow("run", "pick.cflow", ...only, "--only", 'expect "it falls [k=1]"');
    expect(started(two)).toEqual(['expect "it falls [k=1]"', "toy[k=1].discrete"]);
    expect(two.summary.claims).toEqual([
      { name: "it falls [k=1]", holds: true, value: expect.any(Number) },
    ]);
  });

  it("does not run what the step would need if it were not kept", async () => {
    const claim = ["--cache", "kept", "--only", 'expect "it falls [k=1]"', "--json"];
    const first = await cflow("run", "pick.cflow", ...claim);
    rmSync(stepOf(first.summary, "toy[k=1].discrete").path!, { recursive: true });
    const again = await cflow("run", "pick.cflow", ...claim);
    expect([again.exitCode, started(again)]).toEqual([0, []]);
    expect(statuses(again.summary)["toy[k=1].discrete"]).toBe("unneeded");
  });

  it("knows no step that isn't there", async () => {
    const wrong = await cflow("run", "pick.cflow", "--only", "toy[k=3].discret");
    expect([wrong.exitCode, wrong.stdout]).toEqual([2, ""]);
    expect(wrong.stderr).toBe(
      "error: there is no step 'toy[k=3].discret'\n  help: did you mean 'toy[k=3].discrete'?\n",
    );
    expect((await cflow("run", "pick.cflow", "--only", "zzz")).stderr).toMatch(
      /help: there are .*toy\[k=1\]\.discrete/,
    );
  });
});

it("a program that was killed is tried once more, with a word on it", async () => {
  write(
    "frail.mjs",
    `import { existsSync, writeFileSync } from "node:fs";
if (!existsSync("tried")) {
  writeFileSync("tried", "");
  process.kill(process.pid, "SIGKILL");
}
writeFileSync(process.argv[2] + "/done.txt", "");
`,
  );
  write(
    "frail.cflow",
    'command frail { run = ["node", "frail.mjs", "{out}"]  outputs = ["done.txt"] }\n',
  );
  const { stderr, stdout, exitCode } = await cflow("run", "frail.cflow");
  expect(exitCode, stdout).toBe(0);
  expect(stderr).toMatch(
    /^frail: started\nagain: frail: 'node' was ended by SIGKILL; tried once more\ndone: frail in [\d.]+ s\n$/,
  );
});

it("--checkpoint is a time", async () => {
  const { stderr, exitCode } = await cflow("run", "pick.cflow", "--checkpoint", "soon");
  expect(exitCode).toBe(2);
  expect(stderr).toContain("Expected a positive number of seconds.");
});
