/** Programs of the user's own as steps, through the built program. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { tableFromIPC } from "apache-arrow";
import { describe, expect, it } from "vitest";
import type { JsonSummary } from "../../src/cli/summary.js";
import { isAlive } from "../../src/runtime/lock.js";
import { ended, statuses, stepOf, workspace } from "../support/workspace.js";

const { write, read, cflow, start, path } = workspace();
const arrow = import.meta.resolve("apache-arrow");

/** Doubles the loss of a series. */
const doubling = `
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tableFromArrays, tableFromIPC, tableToIPC } from ${JSON.stringify(arrow)};
const [from, to, factor] = process.argv.slice(2);
const series = tableFromIPC(readFileSync(from + "/series.arrow"));
const loss = series.getChild("train_loss").toArray().map((x) => x * Number(factor));
writeFileSync(to + "/series.arrow", tableToIPC(tableFromArrays({ loss }), "file"));
writeFileSync(to + "/files.txt", readdirSync(from).join("\\n"));
console.log("doubled", loss.length);
console.error("a warning");
`;

const flow = `landscape bowl(x) = x ^ 2 / 2
param steps = 20
flow toy { landscape = bowl  optimizer = gd(0.5)  weights = at([1])  steps = steps  discrete }
`;

function command(settings: Readonly<Record<string, string>> = {}): string {
  const all = {
    run: '["node", "double.mjs", "{path}", "{out}", "2"]',
    outputs: '["series.arrow", "files.txt"]',
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `  ${name} = ${value}`);
  return `${flow}command double {\n${lines.join("\n")}\n  inputs { path = toy.discrete }\n}\n`;
}

const folderOf = (summary: JsonSummary, name: string) => stepOf(summary, name).path!;
const lossOf = (summary: JsonSummary): number[] => {
  const table = tableFromIPC(readFileSync(join(folderOf(summary, "double"), "series.arrow")));
  return [...table.getChild("loss")!.toArray()];
};

async function failure(text: string): Promise<string> {
  write("failing.cflow", text);
  const { summary, exitCode } = await cflow("run", "failing.cflow", "--json");
  expect(exitCode).toBe(1);
  expect(stepOf(summary, "double").status).toBe("failed");
  return stepOf(summary, "double").error!;
}

describe("a command", () => {
  it("reads series, writes files, and is judged by claims", async () => {
    write("double.mjs", doubling);
    write(
      "double.cflow",
      `${command({ series: '["loss"]' })}expect "it doubles" {
  abs(at(double.loss, 3) - 2 * at(toy.discrete.train_loss, 3)) < 1e-12
}`,
    );
    const { summary, exitCode, lines } = await cflow("run", "double.cflow", "--json");
    expect(exitCode).toBe(0);
    expect(statuses(summary).double).toBe("ran");
    expect(summary.claims).toMatchObject([{ holds: true }]);
    const folder = folderOf(summary, "double");
    expect(readdirSync(folder).sort()).toEqual(
      ["files.txt", "series.arrow", "stage.json", "stderr.txt", "stdout.txt"].sort(),
    );
    expect(readFileSync(join(folder, "files.txt"), "utf8")).toBe("series.arrow");
    expect(readFileSync(join(folder, "stdout.txt"), "utf8")).toBe("doubled 20\n");
    expect(readFileSync(join(folder, "stderr.txt"), "utf8")).toBe("a warning\n");
    const logged = lines.flatMap((line) => (line.event === "log" ? [line.line] : []));
    expect(logged).toEqual(expect.arrayContaining(["doubled 20", "a warning"]));
    expect(readdirSync(join(path, ".cflow/partial"))).toEqual([]);
  });

  it("is cached, until a file that its arguments name changes", async () => {
    const again = await cflow("run", "double.cflow", "--json");
    expect(statuses(again.summary).double).toBe("cached");
    write("double.mjs", `${doubling}// changed\n`);
    const { stdout } = await cflow("plan", "double.cflow");
    expect(stdout).toMatch(/^run +double +files\.double\.mjs .* \(double\.cflow:5\)$/m);
    const { summary } = await cflow("run", "double.cflow", "--json");
    expect(statuses(summary)).toMatchObject({ "toy.discrete": "cached", double: "ran" });
  });

  it("reads as many rows as the file asks for, also of a longer trajectory", async () => {
    const { summary } = await cflow("run", "double.cflow", "--json", "--set", "steps=7");
    expect(statuses(summary)).toMatchObject({ "toy.discrete": "cached", double: "ran" });
    expect(lossOf(summary)).toHaveLength(7);
  });

  it("cannot spoil what it reads", async () => {
    write(
      "spoil.mjs",
      `import { rmSync, writeFileSync } from "node:fs";
const [from, to] = process.argv.slice(2);
writeFileSync(from + "/series.arrow", "spoilt");
writeFileSync(to + "/files.txt", "");`,
    );
    write(
      "spoil.cflow",
      command({ run: '["node", "spoil.mjs", "{path}", "{out}"]', outputs: '["files.txt"]' }),
    );
    const { summary } = await cflow("run", "spoil.cflow", "--json");
    expect(statuses(summary).double).toBe("ran");
    const { exitCode } = await cflow("export", "spoil.cflow", "toy.discrete");
    expect(exitCode).toBe(0);
  });
});

describe("a command that fails", () => {
  it("with an exit code", async () => {
    const run = '["node", "-e", "process.exit(3)", "{path}", "{out}"]';
    expect(await failure(command({ run }))).toBe("'node' ended with exit code 3");
  });

  it("since there is no such program", async () => {
    const run = '["no-such-program", "{path}", "{out}"]';
    expect(await failure(command({ run }))).toBe("there is no program 'no-such-program'");
  });

  it("by leaving an output out", async () => {
    const outputs = '["series.arrow", "other.txt"]';
    expect(await failure(command({ outputs }))).toBe("'node' made no 'other.txt'");
  });

  it("by making something else than a file", async () => {
    const run =
      '["node", "-e", "fs.mkdirSync(process.argv[2] + \'/files.txt\')", "{path}", "{out}"]';
    const message = "'node' made 'files.txt', which is no plain file";
    expect(await failure(command({ run, outputs: '["files.txt"]' }))).toBe(message);
  });

  it("by taking too long", async () => {
    const run = '["node", "-e", "setTimeout(Object, 60000)", "{path}", "{out}"]';
    const message = "'node' took longer than its time limit of 0.5 s";
    expect(await failure(command({ run, time_limit: "0.5" }))).toBe(message);
  });

  it("by a series that isn't there, or has another form", async () => {
    expect(await failure(command({ series: '["height"]' }))).toBe(
      "'series.arrow' has no column 'height', only 'loss'",
    );
    const run =
      '["node", "-e", "fs.writeFileSync(process.argv[2] + \'/series.arrow\', \'text\')", "{path}", "{out}"]';
    const outputs = '["series.arrow"]';
    expect(await failure(command({ run, outputs, series: '["loss"]' }))).toMatch(
      /^'series\.arrow' holds no series: /,
    );
  });

  it("stops nothing else", async () => {
    write(
      "sweep.cflow",
      `${flow}sweep code in [0, 1, 2]
command double {
  run = ["node", "exit.mjs", "{path}", "{out}", code, "{{}}"]
  inputs { path = toy.discrete }
  outputs = ["a.txt"]
}
command after { run = ["node", "-e", "fs.writeFileSync(process.argv[2] + '/b.txt', '')", "{a}", "{out}"]  inputs { a = double }  outputs = ["b.txt"] }`,
    );
    write(
      "exit.mjs",
      `import { writeFileSync } from "node:fs";
const [out, code, text] = process.argv.slice(3);
writeFileSync(out + "/a.txt", text);
process.exit(Number(code));`,
    );
    const { summary, exitCode } = await cflow("run", "sweep.cflow", "--json");
    expect(exitCode).toBe(1);
    expect(statuses(summary)).toMatchObject({
      "double[code=0]": "ran",
      "double[code=1]": "failed",
      "double[code=2]": "failed",
      "after[code=0]": "ran",
      "after[code=1]": "skipped",
      "after[code=2]": "skipped",
    });
    expect(readFileSync(join(folderOf(summary, "double[code=0]"), "a.txt"), "utf8")).toBe("{}");
  });
});

it("is ended when the run is", async () => {
  write(
    "wait.mjs",
    `import { writeFileSync } from "node:fs";
writeFileSync("pid.txt", String(process.pid));
setInterval(() => {}, 1000);`,
  );
  write("wait.cflow", command({ run: '["node", "wait.mjs", "{path}", "{out}"]' }));
  write("pid.txt", "");
  const running = start("run", "wait.cflow");
  while (read("pid.txt") === "") await sleep(50);
  running.kill("SIGINT");
  const { exitCode, stdout } = ended(await running);
  expect(exitCode).toBe(130);
  expect(stdout).toContain("interrupted");
  expect(
    isAlive({ pid: Number(read("pid.txt")), host: (await import("node:os")).hostname() }),
  ).toBe(false);
});
