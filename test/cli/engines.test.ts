/** `--engine`: every engine gives the same numbers, and one that isn't there says how to get it. */
import { beforeAll, expect, it } from "vitest";
import { type Ended, statuses, stepOf, workspace } from "../support/workspace.js";
import { descent } from "./flow.js";

const { write, cflow } = workspace();
const claim = 'expect "it descends" { final(eos.discrete.train_loss) < 2 }\n';
write("eos.cflow", `${descent.replace("lr = 0.05", "lr = 0.01")}\n${claim}`);

const libraries = {
  onnx: "onnxruntime-node",
  wasm: "@tensorflow/tfjs-backend-wasm",
  cpu: "@tensorflow/tfjs-backend-cpu",
  tensorflow: "@tensorflow/tfjs-node",
};
type EngineName = keyof typeof libraries;

const run = (engine: EngineName) => cflow("run", "eos.cflow", "--json", "--engine", engine);

/** Columns by name, of a run that succeeded. */
async function series(engine: EngineName, { summary, exitCode }: Ended) {
  expect([engine, exitCode]).toEqual([engine, 0]);
  expect(stepOf(summary, "eos.discrete").results.engine).toContain(libraries[engine]);
  const { stdout } = await cflow("export", "eos.cflow", "eos.discrete", "--engine", engine);
  const [header, ...rows] = stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  return new Map(header!.map((name, i) => [name, rows.map((row) => Number(row[i]))]));
}

let onnx: ReadonlyMap<string, number[]>;
beforeAll(async () => {
  onnx = await series("onnx", await run("onnx"));
});

/**
 * A sum of 784 products in whatever order is off by no more than 784 roundings, and a loss is a
 * square of what such sums give; below 2/lr descent carries errors on without growing them.
 */
const rounding = 2 * 784 * 2 ** -24;

function expectAgreement(other: ReadonlyMap<string, number[]>): void {
  expect([...other.keys()]).toEqual([...onnx.keys()]);
  for (const name of ["train_loss", "test_loss", "grad_norm_sq"]) {
    const off = other.get(name)!.map((value, i) => Math.abs(value / onnx.get(name)![i]! - 1));
    expect(Math.max(...off), name).toBeLessThan(rounding);
  }
}

it.each(["wasm", "cpu"] as const)("%s agrees with onnx", async (engine) => {
  expectAgreement(await series(engine, await run(engine)));
});

it("tensorflow agrees too, or fails what needs it and says how to get it", async () => {
  const result = await run("tensorflow");
  if (result.exitCode === 0) {
    expectAgreement(await series("tensorflow", result));
    return;
  }
  const { summary, exitCode } = result;
  expect(exitCode).toBe(1);
  expect(statuses(summary)).toMatchObject({
    digits: "cached",
    "eos.discrete": "failed",
    'expect "it descends"': "skipped",
  });
  const { error, ...failed } = stepOf(summary, "eos.discrete");
  expect(failed).toMatchObject({ path: null, rows: 0 });
  expect(error).toMatch(/^(the package )?@tensorflow\/tfjs-node (is not installed|can't load) ?/);
  expect(summary.claims).toEqual([{ name: "it descends", holds: null, value: null }]);

  const words = await cflow("run", "eos.cflow", "--engine", "tensorflow");
  expect(words.exitCode).toBe(1);
  expect(words.stderr).toContain(`failed: eos.discrete: ${error}\n`);
  expect(words.stdout).toContain(
    `\n\nskipped  it descends\n\nerror: eos.discrete: ${error}\n  help: run npm install @tensorflow/tfjs-node `,
  );
  // A stack would be of no use to a user.
  expect(words.stdout + words.stderr).not.toMatch(/^ +at /m);
});
