/** Sweeps and imports through the built program. */
import { describe, expect, it } from "vitest";
import { statuses, workspace } from "../support/workspace.js";

const { write, cflow, read } = workspace();

write("bowl.cflow", "landscape bowl(x) = x ^ 2 / 2");
write(
  "sweep.cflow",
  `import "bowl.cflow"
sweep lr in [0.5, 1, 2.5]
flow toy {
  landscape = bowl  optimizer = gd(lr)  weights = at([1])
  steps = 20
  discrete
}
flow still { landscape = bowl  optimizer = gd(0.1)  weights = at([1])  steps = 20  stable }
expect "descent descends" { final(toy.discrete.train_loss) < final(still.stable.train_loss) }
`,
);

describe("a sweep", () => {
  it("runs each variant, shares what they have in common, and judges each", async () => {
    const { summary, exitCode } = await cflow("run", "sweep.cflow", "--json");
    expect(exitCode).toBe(1);
    expect(statuses(summary)).toEqual({
      "toy[lr=0.5].init": "ran",
      "toy[lr=0.5].discrete": "ran",
      "toy[lr=1].init": "cached",
      "toy[lr=1].discrete": "ran",
      "toy[lr=2.5].init": "cached",
      "toy[lr=2.5].discrete": "ran",
      "still.init": "cached",
      "still.stable": "ran",
      'expect "descent descends [lr=0.5]"': "ran",
      'expect "descent descends [lr=1]"': "ran",
      'expect "descent descends [lr=2.5]"': "ran",
    });
    expect(summary.claims.map(({ holds }) => holds)).toEqual([true, true, false]);
  });

  it("of other values, from the command line, runs what is new", async () => {
    const { summary, exitCode } = await cflow(
      "run",
      "sweep.cflow",
      "--json",
      "--set",
      "lr=0.5,0.7",
    );
    expect(exitCode).toBe(0);
    const ran = summary.steps.filter(({ status }) => status === "ran").map(({ name }) => name);
    expect(ran).toEqual(["toy[lr=0.7].discrete", 'expect "descent descends [lr=0.7]"']);
  });

  it("of one value is a file like any other, of the same stages", async () => {
    const { stdout, exitCode } = await cflow("plan", "sweep.cflow", "--set", "lr=2.5");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("cached  toy.discrete\n");
    expect(stdout).toContain("nothing to run");
  });

  it("has series under the names of its variants", async () => {
    const { stdout, exitCode } = await cflow("export", "sweep.cflow", "toy[lr=1].discrete");
    expect(exitCode).toBe(0);
    expect(stdout.trim().split("\n")).toHaveLength(21);
    const { stderr } = await cflow("export", "sweep.cflow", "toy.discrete");
    expect(stderr).toContain("toy[lr=0.5].discrete");
  });
});

it("a run's record keeps the texts of imported files", async () => {
  const { summary } = await cflow("run", "sweep.cflow", "--json", "--set", "lr=0.5");
  const { subject } = JSON.parse(read(`.cflow/runs/${summary.run}.json`));
  expect(subject.imports).toEqual([{ file: "bowl.cflow", text: read("bowl.cflow") }]);
});
