/**
 * More steps go on from fewer, to the bytes of a run that was never shorter, whatever a process
 * carries along: eigenpairs that come and go, averages of two steps, the optimizer's ν. Fewer steps
 * read a beginning, which is what a shorter run would have.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Ended, statuses, stepOf, workspace } from "../support/workspace.js";

const { write, cflow } = workspace();

/** Three directions that cross the edge of stability one after the other. */
const landscape = `landscape valley(a, b, c, x) =
  (2 + x) * a ^ 2 / 2 + (1.6 + x) * b ^ 2 / 2 + (1.2 + x) * c ^ 2 / 2 - 0.03 * x
`;
const processes: Readonly<Record<string, { optimizer: string; processes: readonly string[] }>> = {
  gd: { optimizer: "gd(1)", processes: ["discrete", "midpoint", "central", "stable"] },
  rmsprop: {
    optimizer: "rmsprop { lr = 0.02  beta2 = 0.95 }",
    processes: ["discrete", "midpoint", "central", "stable", "ablated", "stationary"],
  },
};

const flowOf = (name: string) => `param n = 60
${landscape}
flow f {
  landscape = valley  optimizer = ${processes[name]!.optimizer}  weights = at([0.1, 0.1, 0.1, -0.5])
  steps = n
  eigenvalues { above = 1.5  drop = 1.2 }
  snapshots { every = 7 }
  compare { every = 5 }
  ${processes[name]!.processes.join("  ")}
}
`;

/** All steps' Arrow files, in hexadecimal, by name. */
function bytesOf({ summary }: Ended): Record<string, string> {
  return Object.fromEntries(
    summary.steps.flatMap(({ name }) => {
      const folder = stepOf(summary, name).path!;
      return readdirSync(folder)
        .filter((file) => file.endsWith(".arrow"))
        .map((file) => [`${name}/${file}`, readFileSync(join(folder, file)).toString("hex")]);
    }),
  );
}

describe.each(Object.keys(processes))("%s", (name) => {
  const file = `${name}.cflow`;
  const run = (n: number, cache: string) =>
    cflow("run", file, "--json", "--set", `n=${n}`, "--cache", `${name}-${cache}`);
  const series = async (step: string, n: number, cache: string) => {
    const call = ["--set", `n=${n}`, "--cache", `${name}-${cache}`];
    return (await cflow("export", file, step, ...call)).stdout;
  };
  let whole: Ended;

  beforeAll(async () => {
    write(file, flowOf(name));
    whole = await run(60, "whole");
    expect(whole.exitCode, whole.stderr).toBe(0);
  });

  it("grows to the same bytes", async () => {
    for (const n of [1, 41]) expect((await run(n, "grown")).exitCode).toBe(0);
    const grown = await run(60, "grown");
    const resumed = grown.lines.filter(({ event }) => event === "resumed");
    expect(resumed.map(({ rows }) => rows)).toEqual(
      Array.from({ length: processes[name]!.processes.length + 1 }, () => 41),
    );
    const bytes = bytesOf(whole);
    expect(Object.keys(bytes)).toEqual(
      expect.arrayContaining(["f.central/snapshots.arrow", "f.central/directions.arrow"]),
    );
    expect(bytesOf(grown)).toEqual(bytes);
  });

  it("has eigenpairs that come and go", async () => {
    const [header, ...rows] = (await series("f.central", 60, "whole")).trim().split("\n");
    const critical = header!.split(",").indexOf("critical");
    const counts = new Set(rows.map((row) => row.split(",")[critical]));
    expect(counts.size).toBeGreaterThan(1);
  });

  it("is read to where a shorter one would end", async () => {
    const shorter = await run(23, "shorter");
    const read = await run(23, "whole");
    expect(new Set(Object.values(statuses(read.summary)))).toEqual(new Set(["cached"]));
    expect(Object.keys(statuses(read.summary))).toEqual(Object.keys(statuses(shorter.summary)));
    for (const step of ["f.central", "f.discrete", "f.compare"]) {
      const beginning = await series(step, 23, "whole");
      expect(beginning.split("\n")).toHaveLength(25);
      expect(beginning, step).toBe(await series(step, 23, "shorter"));
    }
  });
});
