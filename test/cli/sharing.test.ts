/** Many runs on one cache at once, one of which is killed: every step is made once, and all end alike. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { ended, type Line, statuses, stepOf, workspace } from "../support/workspace.js";

const { write, cflow, start, path } = workspace();
const landscape = `landscape minimal(x, y, z) = (y + x) * x ^ 2 / 2 + y * z ^ 2 / 2 - 0.01 * (x + y)
`;
const flow = (name: string, lr: number) => `flow ${name} {
  landscape = minimal  optimizer = gd(${lr})  weights = at([0.1, 6.2, 0.2])
  steps = 400
  discrete  central
}
`;
// What all have, what some have under other names, and what only one has.
for (let i = 0; i < 6; i++) {
  const text = `${landscape}${flow("shared", 0.3)}${flow(`pair${i}`, 0.31 + (i % 3) / 100)}${flow("own", 0.2 + i / 100)}`;
  write(`${i}.cflow`, text);
}

interface Told extends Line {
  readonly step: string;
  readonly status?: string;
}

it("six at once", { timeout: 180_000 }, async () => {
  const calls = Array.from({ length: 6 }, (_, i) =>
    start("run", `${i}.cflow`, "--json", "--workers", "2", "--checkpoint", "0.05"),
  );
  // Killed when it is in the middle of a trajectory that all want, or of one of its own.
  const [victim, ...others] = calls;
  await new Promise<void>((resolve) => {
    createInterface({ input: victim!.stdout }).on("line", (line) => {
      const { event, done } = JSON.parse(line);
      if (event === "progress" && done > 150) resolve();
    });
  });
  victim!.kill("SIGKILL");
  const dead = await victim!;
  const finished = new Set(
    told(dead.stdout).flatMap(({ event, status, step }) =>
      event === "settled" && status === "ran" ? [step] : [],
    ),
  );
  const ends = (await Promise.all(others)).map(ended);
  for (const end of ends) expect(end.exitCode, end.stdout + end.stderr).toBe(0);

  const { summary: plan } = await cflow("plan", "0.cflow", "--json");
  const names = new Map(plan.steps.map(({ fingerprint, name }) => [fingerprint, name]));
  const made = new Map<string, number>();
  for (const { status, fingerprint } of ends.flatMap(({ summary }) => summary.steps)) {
    made.set(fingerprint, (made.get(fingerprint) ?? 0) + (status === "ran" ? 1 : 0));
  }
  // The start, the flow that all have, three that pairs have, and those of five alone.
  expect(made.size).toBe(1 + 2 + 3 * 2 + 5 * 2);
  for (const [fingerprint, count] of made) {
    const name = names.get(fingerprint);
    // The killed run may have put a stage in its place, and not have lived to say so.
    if (name === undefined) expect(count).toBe(1);
    else if (finished.has(name)) expect([name, count]).toEqual([name, 0]);
    else expect([0, 1]).toContain(count);
  }
  const [first] = ends;
  for (const { summary } of ends) {
    expect(new Set(Object.values(statuses(summary)))).toEqual(new Set(["ran", "cached"]));
    for (const name of ["shared.init", "shared.discrete", "shared.central"]) {
      expect(stepOf(summary, name).path).toBe(stepOf(first!.summary, name).path);
      expect(stepOf(summary, name).results).toEqual(stepOf(first!.summary, name).results);
    }
  }
  const taken = ends.flatMap(({ lines }) => lines.filter(({ event }) => event === "takeover"));
  for (const { owners } of taken) {
    expect(owners).toContainEqual(expect.objectContaining({ pid: victim!.pid }));
  }
  expect(readdirSync(join(path, ".cflow", "locks"))).toEqual([]);
});

/** The lines of a killed process, without one that it was cut off in. */
function told(stdout: string): Told[] {
  const whole = stdout.slice(0, stdout.lastIndexOf("\n"));
  return whole.split("\n").map((line) => JSON.parse(line));
}
