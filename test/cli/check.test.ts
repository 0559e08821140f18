/** `cflow check`: the models that a file resolves to. */
import { expect, it } from "vitest";
import { workspace } from "../support/workspace.js";
import { flow } from "./flow.js";

const { write, cflow, processes } = workspace();
write("eos.cflow", flow);

it("shows layers with their shapes and parameter counts", async () => {
  const { stdout, stderr, exitCode } = await cflow("check", "eos.cflow");
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(stdout.split("\n")).toEqual([
    "flow eos",
    "  digits: 20 training and 10 test examples, classification, 2 outputs",
    "  mse, gd(lr = 0.05), 8 steps: discrete, central",
    "  net: 3,150 parameters",
    "    flatten           [28, 28] → [784]",
    "    dense(units = 4)  [784] → [4]       3,140",
    "    tanh              [4] → [4]",
    "    dense(units = 2)  [4] → [2]         10",
    "",
    "1 flow, 2 claims",
    "",
  ]);
  expect(processes()).toHaveLength(1);
});

it("gives the same as JSON", async () => {
  const { lines, exitCode } = await cflow("check", "eos.cflow", "--json", "--set", "n=3");
  expect(exitCode).toBe(0);
  expect(lines).toEqual([
    {
      flows: [
        {
          name: "eos",
          steps: 3,
          dataset: {
            name: "digits",
            maker: "mnist",
            input: [28, 28],
            outputs: 2,
            task: "classification",
            train: 20,
            test: 10,
          },
          model: {
            name: "net",
            parameters: 3150,
            layers: [
              { maker: "flatten", settings: {}, input: [28, 28], output: [784], parameters: 0 },
              {
                maker: "dense",
                settings: { units: 4, bias: true },
                input: [784],
                output: [4],
                parameters: 3140,
              },
              { maker: "tanh", settings: {}, input: [4], output: [4], parameters: 0 },
              {
                maker: "dense",
                settings: { units: 2, bias: true },
                input: [4],
                output: [2],
                parameters: 10,
              },
            ],
          },
          processes: ["discrete", "central"],
        },
      ],
      commands: [],
      claims: ["descent descends", "the flow too"],
    },
  ]);
});

it("unrolls what is repeated", async () => {
  write("deep.cflow", flow.replace("dense(4) -> tanh", "2 * (dense(3) -> tanh)"));
  const { stdout } = await cflow("check", "deep.cflow");
  // 784 × 3 + 3, 3 × 3 + 3, 3 × 2 + 2.
  expect(stdout).toContain("  net: 2,375 parameters\n");
  expect(stdout.match(/dense\(units = 3/g)).toHaveLength(2);
});

it("shows the chains that a layer is given within it", async () => {
  const skip =
    "residual(2 * dense(4), scale = 0.5) { shortcut = parallel(tanh, dense(3)) -> dense(4) }";
  write("skip.cflow", flow.replace("dense(4) -> tanh", `dense(2) -> ${skip}`));
  const { stdout } = await cflow("check", "skip.cflow");
  const model = stdout.split("\n").slice(3, -3);
  expect(model).toEqual([
    "  net: 1,645 parameters",
    "    flatten                   [28, 28] → [784]",
    "    dense(units = 2)          [784] → [2]       1,570",
    "    residual(scale = 0.5)     [2] → [4]",
    "      branch:",
    "        dense(units = 4)      [2] → [4]         12",
    "        dense(units = 4)      [4] → [4]         20",
    "      shortcut:",
    "        parallel              [2] → [5]",
    "          0:",
    "            tanh              [2] → [2]",
    "          1:",
    "            dense(units = 3)  [2] → [3]         9",
    "        dense(units = 4)      [5] → [4]         24",
    "    dense(units = 2)          [4] → [2]         10",
  ]);
  const { lines } = await cflow("check", "skip.cflow", "--json");
  const { layers } = (lines[0] as { flows: { model: { layers: object[] } }[] }).flows[0]!.model;
  expect(layers[2]).toMatchObject({
    maker: "residual",
    parameters: 0,
    branches: [
      { name: "branch", layers: [{ parameters: 12 }, { parameters: 20 }] },
      { name: "shortcut", layers: [{ maker: "parallel" }, { output: [4] }] },
    ],
  });
});

it("shows a schedule with all its settings", async () => {
  const lr = "lr = warmup(cosine(lr, 1000), 20)";
  write("scheduled.cflow", flow.replace("gd { lr = lr }", `gd { ${lr} }`));
  const { stdout } = await cflow("check", "scheduled.cflow");
  const cosine = "cosine(from = 0.05, steps = 1000, floor = 0.01)";
  expect(stdout).toContain(`  mse, gd(lr = warmup(target = ${cosine}, steps = 20)), 8 steps:`);
});
