/** A run that is stopped: no process stays, what was computed is kept, and the end is the same. */
import { readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { isAlive } from "../../src/runtime/lock.js";
import {
  type Ended,
  ended,
  type Launched,
  statuses,
  stepOf,
  workspace,
} from "../support/workspace.js";
import { flow } from "./flow.js";

const { write, cflow, start, processes, path } = workspace();
write("eos.cflow", flow.replace(/\nexpect.*/gs, "\n"));

const stops = [
  // Ctrl-C reaches every process of the terminal's group, a batch system's signal the first alone.
  { signal: "SIGINT", code: 130, send: (pid: number) => process.kill(-pid, "SIGINT") },
  { signal: "SIGTERM", code: 143, send: (pid: number) => process.kill(pid, "SIGTERM") },
] as const;

it("is told of while it goes on", async () => {
  const options = ["eos.cflow", "--json", "--cache", "now", "--set", "n=100000"];
  const call = start("run", ...options);
  await rowsOf(call, "eos.central", 1);
  const { summary } = await cflow("plan", ...options);
  process.kill(-call.pid!, "SIGINT");
  expect((await call).exitCode).toBe(130);
  expect(summary.steps.find(({ name }) => name === "eos.central")).toMatchObject({
    reasons: [`process ${call.pid} on ${hostname()} makes it now`],
  });
});

it.each(stops)("$signal", async ({ signal, code, send }) => {
  const cut = ["--json", "--cache", signal];
  const call = start("run", "eos.cflow", ...cut, "--set", "n=100000");
  const seen = await rowsOf(call, "eos.central", 4);
  send(call.pid!);
  const first = ended(await call);
  expect([first.exitCode, first.stderr]).toEqual([code, ""]);
  expect(processes().length).toBeGreaterThan(1);
  expect(processes().filter((pid) => isAlive({ pid, host: hostname() }))).toEqual([]);
  expect(readdirSync(join(path, signal, "locks"))).toEqual([]);
  expect(statuses(first.summary)).toMatchObject({ digits: "ran", "eos.central": "interrupted" });
  const { rows } = stepOf(first.summary, "eos.central");
  expect(rows).toBeGreaterThanOrEqual(seen);

  // A little further; the other process may be there already.
  const n = rows! + 5;
  const plan = await cflow("plan", "eos.cflow", ...cut, "--set", `n=${n}`);
  expect(plan.summary.steps.find((step) => step.name === "eos.central")).toMatchObject({
    status: "continue",
    from: rows,
    reasons: [`interrupted after ${rows} of ${n} rows`],
  });
  const second = await cflow("run", "eos.cflow", ...cut, "--set", `n=${n}`);
  expect(second.exitCode).toBe(0);
  expect(statuses(second.summary)).toMatchObject({ digits: "cached", "eos.central": "ran" });
  expect(second.lines).toContainEqual({ event: "resumed", step: "eos.central", rows });
  const computed = second.lines.filter(
    (line) => line.event === "progress" && line.step === "eos.central",
  );
  expect(computed[0]!.done).toBe(rows! + 1);

  const undisturbed = ["--cache", `${signal}-undisturbed`, "--set", `n=${n}`];
  const whole = await cflow("run", "eos.cflow", "--json", ...undisturbed);
  expect(bytesOf(second, "eos.central")).toEqual(bytesOf(whole, "eos.central"));
  const exported = (options: readonly string[]) =>
    cflow("export", "eos.cflow", "eos.discrete", ...options);
  const discrete = await exported(undisturbed);
  expect(discrete.stdout.split("\n")).toHaveLength(n + 2);
  expect((await exported(["--cache", signal, "--set", `n=${n}`])).stdout).toBe(discrete.stdout);
});

/** Resolves once a step has told of so many rows, with how many it told of. */
function rowsOf(call: Launched, name: string, enough: number): Promise<number> {
  return new Promise((resolve) => {
    createInterface({ input: call.stdout }).on("line", (line) => {
      const { event, step, done } = JSON.parse(line);
      if (event === "progress" && step === name && done >= enough) resolve(done);
    });
  });
}

/** A step's Arrow files, in hexadecimal, by name. */
function bytesOf({ summary }: Ended, name: string): Record<string, string> {
  const folder = stepOf(summary, name).path!;
  const files = readdirSync(folder).filter((file) => file.endsWith(".arrow"));
  expect(files).toContain("series.arrow");
  return Object.fromEntries(
    files.map((file) => [file, readFileSync(join(folder, file)).toString("hex")]),
  );
}

it("says in words how much is kept and how to go on", async () => {
  const call = start("run", "eos.cflow", "--cache", "words", "--set", "n=100000");
  let told = "";
  call.stderr.on("data", (text) => {
    told += text;
    if (told.includes("eos.central: started")) process.kill(call.pid!, "SIGINT");
  });
  const { stdout, stderr, exitCode } = await call;
  expect(exitCode).toBe(130);
  expect(stderr).toMatch(/^stopped: eos\.central: \d+ rows? kept$/m);
  expect(stdout).toMatch(/^eos\.central {3}interrupted {2}\d+\.\d\d s {2}\d+ rows? kept$/m);
  expect(stdout).toMatch(/\n\ninterrupted; the same command goes on from here\n$/);
});

it("a flow whose processes are killed again and again ends as if they had not been", async () => {
  write(
    "toy.cflow",
    `landscape minimal(x, y, z) = (y + x) * x ^ 2 / 2 + y * z ^ 2 / 2 - 0.01 * (x + y)
flow toy {
  landscape = minimal  optimizer = rmsprop { lr = 0.01  beta2 = 0.9 }  weights = at([0.3, 6.4, 0.2])
  steps = 300
  discrete  midpoint  central
  snapshots { every = 7 }
  compare { every = 10 }
}
`,
  );
  const cut = ["run", "toy.cflow", "--json", "--checkpoint", "0.005", "--cache", "killed"];
  const rows: Record<string, number> = {};
  let kills = 0;
  for (let done = 20; done < 240; done += 40) {
    const call = start(...cut);
    await rowsOf(call, "toy.central", done);
    // The driver alone, then a worker or two beside it.
    const [driver, ...rest] = processes();
    for (const pid of kills % 2 === 0 ? [driver!] : [...rest.slice(0, 2), driver!]) {
      if (isAlive({ pid, host: hostname() })) process.kill(pid, "SIGKILL");
    }
    kills++;
    const { stdout, stderr } = await call;
    const { lines } = ended({ stdout: wholeLines(stdout), stderr });
    for (const { event, step, rows: from } of lines) {
      if (event !== "resumed") continue;
      expect(from).toBeGreaterThanOrEqual(rows[step!] ?? 0);
      rows[step!] = from as number;
    }
  }
  const last = await cflow(...cut);
  expect(last.exitCode, last.stdout).toBe(0);
  expect(rows["toy.central"]).toBeGreaterThan(100);
  const whole = await cflow("run", "toy.cflow", "--json", "--cache", "never-killed");
  for (const name of ["discrete", "midpoint", "central", "compare"].map((each) => `toy.${each}`)) {
    expect(bytesOf(last, name), name).toEqual(bytesOf(whole, name));
  }
  expect(readdirSync(join(path, "killed", "partial"))).toEqual([]);
  expect(readdirSync(join(path, "killed", "locks"))).toEqual([]);
});

/** What a killed process wrote, without a line that it was cut off in. */
function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf("\n") + 1);
}
