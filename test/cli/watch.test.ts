/** `cflow watch`: runs again when a file is saved. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { type Line, workspace } from "../support/workspace.js";

const { write, start, cflow } = workspace();

const flow = (lr: number, steps: number) => `import "bowl.cflow"
flow toy { landscape = bowl  optimizer = gd(${lr})  weights = at([1])  steps = ${steps}  discrete }
flow still { landscape = bowl  optimizer = gd(0.1)  weights = at([1])  steps = 10  stable }
`;

/** A watching process, and what it said so far. */
function watching() {
  const running = start("watch", "toy.cflow", "--json", "--checkpoint", "0.1");
  let text = "";
  running.stdout.on("data", (chunk) => {
    text += chunk;
  });
  const lines = (): Line[] =>
    text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  /** The first line after `from` that fits, and how many lines there were up to it. */
  async function until(fits: (line: Line) => boolean, from = 0): Promise<[Line, number]> {
    for (;;) {
      const at = lines().findIndex((line, i) => i >= from && fits(line));
      if (at >= 0) return [lines()[at]!, at + 1];
      await sleep(20);
    }
  }
  return { running, lines, until };
}

const isSummary = (line: Line) => "run" in line;
const ran = (summary: Line) =>
  (summary.steps as { name: string; status: string }[])
    .filter(({ status }) => status === "ran")
    .map(({ name }) => name);

it("runs what a change makes stale, tells of errors, and ends with Ctrl-C", async () => {
  write("bowl.cflow", "landscape bowl(x) = x ^ 2 / 2");
  write("toy.cflow", flow(0.5, 10));
  const { running, until } = watching();
  const [first, one] = await until(isSummary);
  expect(ran(first)).toEqual(["toy.init", "toy.discrete", "still.stable"]);
  const [told] = await until(({ event }) => event === "watching", one);
  expect(told.files).toHaveLength(2);

  write("toy.cflow", flow(0.25, 10));
  const [second, two] = await until(isSummary, one);
  expect(ran(second)).toEqual(["toy.discrete"]);

  write("toy.cflow", flow(-1, 10));
  const [error, three] = await until(({ event }) => event === "diagnostic", two);
  expect(error).toMatchObject({ code: "CF1305" });

  write("bowl.cflow", "landscape bowl(x) = 2 * x ^ 2 / 4");
  write("toy.cflow", flow(0.5, 10));
  const [third, four] = await until(isSummary, three);
  expect(ran(third)).toEqual(["toy.discrete", "still.stable"]);

  await until(({ event }) => event === "watching", four);
  running.kill("SIGINT");
  expect((await running).exitCode).toBe(0);
});

it("stops what runs at a checkpoint, from which an unchanged step goes on", async () => {
  const many = 200_000;
  write("bowl.cflow", "landscape bowl(x) = x ^ 2 / 2");
  write("toy.cflow", flow(0.125, many));
  const { running, until } = watching();
  const [, one] = await until(({ event, step }) => event === "progress" && step === "toy.discrete");
  write("toy.cflow", flow(0.125, many).replace("gd(0.1)", "gd(0.2)"));
  const [changed, two] = await until(({ event }) => event === "changed", one);
  expect(changed.files).toEqual(["toy.cflow"]);
  await until(({ event, step }) => event === "resumed" && step === "toy.discrete", two);
  running.kill("SIGINT");
  expect((await running).exitCode).toBe(130);
});

it("ends at once where there is no such file", async () => {
  const { exitCode, stderr } = await cflow("watch", "none.cflow");
  expect([exitCode, stderr]).toEqual([2, "error: there is no file 'none.cflow'\n"]);
});
