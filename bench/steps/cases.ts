/** Where whole steps of the central flow are timed. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Source } from "../../src/dsl/index.js";
import type { Peered } from "../cases/case.js";
import { home } from "../home.js";

export interface StepCase extends Peered {
  readonly name: string;
  readonly doc: string;
  readonly source: Source;
  /** Folder that paths in the text are relative to. */
  readonly directory: string;
  /** How the step's start is reached from the flow's: as many steps of the flow, */
  readonly after?: number;
  /** or at the end of the warmup with a learning rate at which so many eigenvalues are critical. */
  readonly critical?: number;
}

function golden(name: string, after: number, doc: string, peered: Peered = {}): StepCase {
  const directory = fileURLToPath(new URL(`../test/golden/${name}`, home));
  const path = `${directory}/case.cflow`;
  const source = { name: path, text: readFileSync(path, "utf8") };
  return { name, doc, source, directory, after, ...peered };
}

/** Three of four digits' outlying eigenvalues can be critical at once. */
const digits = `
dataset digits = mnist { classes = [3, 5, 8, 9]  train = 1000  test = 0 }
model net = flatten -> 2 * (dense(256) -> gelu) -> dense(outputs)
flow eos {
  dataset = digits  model = net  loss = mse  optimizer = gd { lr = 0.1 }
  steps = 1  warmup = 150
  eigenvalues { above = 1.5 }
  central
}`;

export const stepCases = (): readonly StepCase[] => [
  {
    name: "digits",
    doc: "multilayer perceptron 784-256-256-4, 1000 examples, 3 critical eigenvalues",
    source: { name: "digits.cflow", text: digits },
    directory: ".",
    critical: 3,
    peer: { family: "mlp" },
  },
  golden("gd-mlp-mnist", 200, "multilayer perceptron 784-32-32-4, 200 examples", {
    peer: { family: "mlp" },
  }),
  golden("gd-cnn-mnist", 75, "small CNN on 12 x 12 images", { peer: { family: "cnn" } }),
  golden("gd-mlp-tiny", 500, "multilayer perceptron of 433 weights, regression"),
  golden("gd-mlp-ce", 150, "multilayer perceptron 784-32-32-4, cross-entropy"),
  golden("srmsprop-mlp-mnist", 150, "multilayer perceptron 784-32-32-4, Scalar RMSProp"),
  golden("rmsprop-mlp-mnist", 140, "multilayer perceptron 784-32-32-4, RMSProp"),
];
