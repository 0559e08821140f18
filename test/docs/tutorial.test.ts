/** The tutorial as its reader does it: every file is written, and every command run, in order. */
import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";
import { type Ended, workspace } from "../support/workspace.js";
import { csvOfPoints } from "./own-data.js";
import { callsIn, fencesOf } from "./pages.js";

const { path, write, read, cflow } = workspace();

function hasPython(): boolean {
  try {
    execFileSync("python3", ["-c", ""], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

interface Done extends Pick<Ended, "stdout" | "stderr" | "exitCode"> {
  readonly line: string;
}

const done: Done[] = [];
const of = (beginning: string) => done.filter(({ line }) => line.startsWith(beginning));

beforeAll(async () => {
  for (const { language, name, text } of fencesOf("docs/tutorial.md")) {
    if (name.endsWith(" +")) {
      const file = name.slice(0, -2);
      write(file, read(file) + text);
    } else if (name !== "") write(name, text);
    if (language !== "sh") continue;
    if (text.includes("python3 rings.py")) makeTables();
    for (const { line, words } of callsIn(text)) {
      const { stdout, stderr, exitCode } = await cflow(...words);
      done.push({ line, stdout, stderr, exitCode });
    }
  }
}, 120_000);

function makeTables(): void {
  if (hasPython()) {
    execFileSync("python3", ["rings.py"], { cwd: path });
    return;
  }
  write("train.csv", csvOfPoints(100));
  write("test.csv", csvOfPoints(50));
}

describe("the tutorial's commands", () => {
  test("all succeed, claims included", () => {
    const failed = done.filter(({ exitCode }) => exitCode !== 0);
    expect(failed.map(({ line, stdout, stderr }) => ({ line, stdout, stderr }))).toEqual([]);
    expect(done.length).toBeGreaterThan(12);
  });

  test("show an error as the page does", async () => {
    const [shown] = fencesOf("docs/tutorial.md").filter(({ text }) => text.startsWith("error["));
    const text = read("first.cflow");
    write("first.cflow", text.replace("tanh", "tahn"));
    const { stderr, exitCode } = await cflow("check", "first.cflow");
    write("first.cflow", text);
    expect(exitCode).toBe(2);
    expect(stderr).toBe(shown!.text);
  });

  test("do what the text says", () => {
    const [first, longer, claimed, swept] = of("npx cflow run first.cflow");
    expect(first!.stdout).toMatch(/eos\.central +ran .*last step 59/);
    const [plan] = of("npx cflow plan");
    expect(plan!.stdout).toMatch(/cached +digits\ncached +eos\.init\nrun /);
    expect(plan!.stdout).toContain("optimizer.lr 0.3 → 0.2");
    expect(longer!.stdout).toMatch(/eos\.central +ran .*last step 79/);
    expect(longer!.stderr).toContain("eos.central: goes on after 60 rows");
    expect(claimed!.stdout).toMatch(/eos\.central +cached/);
    expect(claimed!.stdout.match(/holds/g)).toHaveLength(3);
    expect(swept!.stdout).toMatch(/eos\[lr=0\.3\]\.central +cached/);
    expect(swept!.stdout).toMatch(/eos\[lr=0\.2\]\.central +ran/);
    expect(of("npx cflow export")[0]!.stdout.split("\n").length).toBeGreaterThan(80);
  });
});
