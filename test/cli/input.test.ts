/** Bad input: every error at its place on standard error, nothing on standard output, exit code 2. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { encodeNpy } from "../../src/data/npy/index.js";
import { workspace } from "../support/workspace.js";
import { flow } from "./flow.js";

const { write, cflow, path } = workspace();

/** Checks that a text is refused by `run`, with just this on standard error. */
async function refused(text: string, frame: readonly string[]) {
  write("bad.cflow", text);
  const { stdout, stderr, exitCode } = await cflow("run", "bad.cflow");
  expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
  expect(stderr.split("\n")).toEqual([...frame, "", "1 error", ""]);
  expect(existsSync(join(path, ".cflow"))).toBe(false);
}

it("an unknown name", () =>
  refused(flow.replace("loss = mse", "loss = msee"), [
    "error[CF1203]: there is no loss `msee`",
    " --> bad.cflow:9:41",
    "  |",
    "9 |   dataset = digits  model = net  loss = msee  optimizer = gd",
    "  |                                         ^^^^",
    "  help: did you mean `mse`?",
  ]));

it("a wrong type", () =>
  refused(flow.replace("substeps = 2", 'substeps = "two"'), [
    'error[CF1304]: `substeps` must be a number, not "two"',
    "  --> bad.cflow:12:24",
    "   |",
    '12 |   central { substeps = "two" }',
    "   |                        ^^^^^",
  ]));

it("a missing setting", () =>
  refused(flow.replace("  steps = n", "  seed = n"), [
    "error[CF1303]: flow `eos` needs `steps`",
    " --> bad.cflow:8:6",
    "  |",
    "8 | flow eos {",
    "  |      ^^^",
    "  help: add `steps = …`: Length of every process, in optimizer steps.",
  ]));

it("shapes that don't fit", () =>
  refused(flow.replace("dense(outputs)", "dense(7)"), [
    "error[CF1402]: the model's output is [7], but the dataset asks for [2]",
    " --> bad.cflow:9:41",
    "  |",
    "5 | model net = flatten -> dense(4) -> tanh -> dense(7)",
    "  |                                            -------- gives [7]",
    " …",
    "9 |   dataset = digits  model = net  loss = mse  optimizer = gd",
    "  |                                         ^^^",
    "  help: end the model with dense(outputs)",
  ]));

it("a learning rate that isn't positive, with where its value comes from", () =>
  refused(flow.replace("lr = 0.05", "lr = 0"), [
    "error[CF1305]: `lr` must be greater than 0, not 0",
    " --> bad.cflow:6:26",
    "  |",
    "1 | param lr = 0",
    "  |            - its value",
    " …",
    "6 | optimizer gd = gd { lr = lr }",
    "  |                          ^^",
  ]));

it("too few examples", () =>
  refused(flow.replace("train = 20", "train = 3000"), [
    "error[CF1310]: train = 3000 and test = 10 take 1505 examples of digit 0, but there are 1001",
    " --> bad.cflow:4:47",
    "  |",
    "4 | dataset digits = mnist { classes = 2  train = 3000  test = 10 }",
    "  |                                               ^^^^",
    "  help: there are 1001 of digit 0, 1127 of digit 1",
  ]));

const own = flow.replace(/mnist .*/, 'arrays { x_train = "x.npy"  y_train = "y.npy" }');
const at = (column: number) => [
  ` --> bad.cflow:4:${column}`,
  "  |",
  '4 | dataset digits = arrays { x_train = "x.npy"  y_train = "y.npy" }',
  `  | ${" ".repeat(column - 1)}${"^".repeat(7)}`,
];

it("arrays that are missing, malformed, or of different lengths", async () => {
  await refused(own, [
    "error[CF1601]: there is no file 'x.npy'",
    ...at(37),
    `  help: looked for '${join(path, "x.npy")}'; paths are relative to the .cflow file`,
  ]);
  write("x.npy", "1,2,3\n");
  await refused(own, [
    "error[CF1601]: 'x.npy' begins with bytes 31 2c 32 2c 33 0a; a .npy file begins with 93 4e 55 4d 50 59",
    ...at(37),
    "  help: write arrays with numpy.save",
  ]);
  const whole = encodeNpy([6, 3], new Float32Array(18));
  write("x.npy", whole.subarray(0, whole.length - 4));
  write("y.npy", encodeNpy([5], Int32Array.of(0, 1, 0, 1, 1)));
  await refused(own, [
    "error[CF1601]: 'x.npy' is cut off: 68 of the 72 bytes of its shape (6, 3) are there",
    ...at(37),
    "  help: copy or save the file again",
  ]);
  write("x.npy", whole);
  await refused(own, [
    "error[CF1601]: 'y.npy' has 5 targets for the 6 examples of 'x.npy'",
    ...at(56),
    "  help: the first axis of both counts examples",
  ]);
});

it("several errors, all told in one go, as text or as objects", async () => {
  write("bad.cflow", flow.replace("loss = mse", "loss = msee").replace("{ lr", "{ rate"));
  const { stderr, exitCode } = await cflow("check", "bad.cflow");
  expect(exitCode).toBe(2);
  expect(stderr.match(/^error\[CF\d{4}\]: .*/gm)).toEqual([
    "error[CF1301]: `gd` has no setting `rate`",
    "error[CF1203]: there is no loss `msee`",
  ]);
  for (const command of ["run", "plan", "check"]) {
    const { lines, stderr, exitCode } = await cflow(command, "bad.cflow", "--json");
    expect([exitCode, stderr]).toEqual([2, ""]);
    expect(lines.map((line) => [line.event, line.code, line.line])).toEqual([
      ["diagnostic", "CF1301", 6],
      ["diagnostic", "CF1203", 9],
    ]);
    expect(lines[1]).toMatchObject({ column: 41, endColumn: 45, fix: { replacement: "mse" } });
  }
});
