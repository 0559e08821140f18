/**
 * What a user's arrays are, from their headers alone; only tokens and integer targets are read, for
 * the largest of them. Every way in which the files don't fit together is a misfit at the setting to mend.
 */
import { basename } from "node:path";
import { type DatasetDescription, isMisfit, type Misfit } from "../../dsl/vocabulary.js";
import { formatShape, indexAt, sizeOf } from "../axes.js";
import { classTask } from "../classes.js";
import { masked } from "../examples.js";
import { dtypeKind, type NpyHeader, readNpy, readNpyHeader } from "../npy/index.js";
import type { ArraysSettings } from "./entry.js";

export type Split = "train" | "test";

interface Inputs {
  readonly examples: number;
  readonly input: readonly number[];
}

interface Labels {
  readonly task: "classification";
  readonly examples: number;
  readonly highest: number;
  /** If each position of an example has a label. */
  readonly positions?: number;
}

interface Values {
  readonly task: "regression";
  readonly examples: number;
  readonly outputs: number;
}
type Targets = Labels | Values;

interface Half {
  readonly inputs: Inputs;
  readonly targets: Targets;
}

export function describeArrays(settings: ArraysSettings): DatasetDescription | Misfit {
  const train = describeHalf("train", settings.x_train, settings.y_train, settings);
  if (isMisfit(train)) return train;
  const test = describeTest(settings, train);
  if (isMisfit(test)) return test;
  const asked = describeOutputs(settings, train, test.half);
  if (isMisfit(asked)) return asked;
  return {
    input: train.inputs.input,
    ...(settings.vocabulary === undefined ? {} : { vocabulary: settings.vocabulary }),
    ...asked,
    train: train.inputs.examples,
    test: test.half?.inputs.examples ?? 0,
  };
}

function describeHalf(
  split: Split,
  xPath: string,
  yPath: string,
  { vocabulary }: ArraysSettings,
): Half | Misfit {
  const inputs = vocabulary === undefined ? describeInputs(xPath) : tokens(xPath, vocabulary);
  if (isMisfit(inputs)) return { ...inputs, setting: `x_${split}` };
  const targets = describeTargets(yPath);
  if (isMisfit(targets)) return { ...targets, setting: `y_${split}` };
  if (inputs.examples !== targets.examples) {
    return {
      misfit:
        `'${basename(yPath)}' has ${targets.examples} targets for the ` +
        `${inputs.examples} examples of '${basename(xPath)}'`,
      help: "the first axis of both counts examples",
      setting: `y_${split}`,
    };
  }
  const positions = targets.task === "classification" ? targets.positions : undefined;
  if (positions !== undefined && positions !== inputs.input[0]) {
    return {
      misfit:
        `'${basename(yPath)}' has labels for ${positions} positions, but the examples of ` +
        `'${basename(xPath)}' have the shape ${formatShape(inputs.input)}`,
      help: "integer labels need the shape [examples] or [examples, positions]; save targets of a regression as floats",
      setting: `y_${split}`,
    };
  }
  return { inputs, targets };
}

function describeTest(settings: ArraysSettings, train: Half): { half?: Half } | Misfit {
  const { x_test: x, y_test: y } = settings;
  if (x === undefined && y === undefined) return {};
  if (x === undefined || y === undefined) {
    const [given, missing] = x === undefined ? ["y_test", "x_test"] : ["x_test", "y_test"];
    return {
      misfit: `${given} is given without ${missing}`,
      help: `add ${missing}, or remove ${given}`,
      setting: given,
    };
  }
  const half = describeHalf("test", x, y, settings);
  if (isMisfit(half)) return half;
  const [expected, found] = [train.inputs.input, half.inputs.input].map(formatShape);
  if (expected !== found) {
    return {
      misfit: `'${basename(x)}' has examples of shape ${found}, but those of x_train are ${expected}`,
      help: "training and test examples need one shape",
      setting: "x_test",
    };
  }
  const kinds = [train.targets, half.targets].map(describeKind);
  if (kinds[0] !== kinds[1]) {
    return {
      misfit: `'${basename(y)}' holds ${kinds[1]}, but y_train holds ${kinds[0]}`,
      help: "training and test targets need one dtype and one number of outputs",
      setting: "y_test",
    };
  }
  return { half };
}

function describeKind(targets: Targets): string {
  if (targets.task === "classification") {
    return targets.positions === undefined ? "integer labels" : "labels of positions";
  }
  return `floats, ${targets.outputs} an example`;
}

function describeInputs(path: string): Inputs | Misfit {
  const header = readNpyHeader(path);
  if (isMisfit(header)) return header;
  const [examples, ...input] = header.shape;
  if (examples === undefined) return scalar(path);
  if (sizeOf(header.shape) === 0) return empty(path, header);
  return { examples, input };
}

function tokens(path: string, vocabulary: number): Inputs | Misfit {
  const header = readNpyHeader(path);
  if (isMisfit(header)) return header;
  if (dtypeKind(header.dtype) !== "integer" || header.shape.length !== 2) {
    return {
      misfit: `'${basename(path)}' has the shape ${formatShape(header.shape)} and dtype ${header.dtype}`,
      help: "with vocabulary, inputs are integers of the shape [examples, positions]",
    };
  }
  const inputs = describeInputs(path);
  if (isMisfit(inputs)) return inputs;
  const array = readNpy(path);
  if (isMisfit(array)) return array;
  const bad = array.values.findIndex((token) => token < 0 || token >= vocabulary);
  if (bad < 0) return inputs;
  const place = indexAt(bad, array.shape).join(", ");
  return {
    misfit: `'${basename(path)}' holds the token ${array.values[bad]} at [${place}], but vocabulary = ${vocabulary}`,
    help: "tokens are 0, …, vocabulary − 1",
  };
}

function describeTargets(path: string): Targets | Misfit {
  const header = readNpyHeader(path);
  if (isMisfit(header)) return header;
  const [examples, outputs = 1] = header.shape;
  if (examples === undefined) return scalar(path);
  if (sizeOf(header.shape) === 0) return empty(path, header);
  const isFloat = dtypeKind(header.dtype) === "float";
  if (header.shape.length > 2) {
    return {
      misfit: `'${basename(path)}' has the shape ${formatShape(header.shape)} and dtype ${header.dtype}`,
      help: isFloat
        ? "float targets need the shape [examples] or [examples, outputs]"
        : "integer labels need the shape [examples] or [examples, positions]",
    };
  }
  if (isFloat) return { task: "regression", outputs, examples };
  const [, positions] = header.shape;
  const highest = highestLabel(path, positions === undefined ? 0 : masked);
  if (typeof highest !== "number") return highest;
  const labels = { task: "classification", examples, highest } as const;
  return positions === undefined ? labels : { ...labels, positions };
}

/** `lowest` is what a label can be at least. */
function highestLabel(path: string, lowest: number): number | Misfit {
  const labels = readNpy(path);
  if (isMisfit(labels)) return labels;
  let highest = lowest;
  for (const [i, label] of labels.values.entries()) {
    if (label < lowest) {
      return {
        misfit: `'${basename(path)}' holds the label ${label} at [${indexAt(i, labels.shape).join(", ")}]`,
        help: lowest === masked ? "labels are 0, 1, …, and −1 for none" : "labels are 0, 1, …",
      };
    }
    highest = Math.max(highest, label);
  }
  if (highest !== masked) return highest;
  return { misfit: `'${basename(path)}' holds no label`, help: "−1 stands for none" };
}

type Asked = Pick<DatasetDescription, "task" | "outputs" | "positions">;

function describeOutputs(settings: ArraysSettings, train: Half, test?: Half): Asked | Misfit {
  const { targets } = train;
  if (targets.task === "classification") return describeClasses(settings, targets, test);
  for (const setting of ["classes", "binary"] as const) {
    if (!settings[setting]) continue;
    return {
      misfit: `${setting} = ${settings[setting]} is given, but the targets are floats (regression)`,
      help: `remove ${setting}, or save the labels as integers`,
      setting,
    };
  }
  return { task: "regression", outputs: targets.outputs };
}

function describeClasses(
  settings: ArraysSettings,
  { highest, examples, positions }: Labels,
  test?: Half,
): Asked | Misfit {
  const tested = test?.targets.task === "classification" ? test.targets.highest : 0;
  const classes = countClasses(settings, Math.max(highest, tested), examples * (positions ?? 1));
  if (typeof classes !== "number") return classes;
  const task = classTask(classes, settings.binary);
  if (isMisfit(task) || positions === undefined) return task;
  if (task.task !== "binary") return { ...task, positions };
  return {
    misfit: "binary = true, but the labels are of positions",
    help: "remove binary: labels of positions are one-hot",
    setting: "binary",
  };
}

/** `labels` says how many there are. */
function countClasses(
  { classes }: ArraysSettings,
  highest: number,
  labels: number,
): number | Misfit {
  if (classes !== undefined) {
    if (classes > highest) return classes;
    return {
      misfit: `classes = ${classes}, but there is a label ${highest}`,
      help: `set classes = ${highest + 1}, or leave it out`,
      setting: "classes",
    };
  }
  // More classes than examples is rather a mistaken file, and its one-hot rows could fill memory.
  if (highest >= labels) {
    return {
      misfit: `the label ${highest} would make ${highest + 1} classes of ${labels} examples`,
      help: `set classes = ${highest + 1} if that is meant`,
      setting: "y_train",
    };
  }
  return highest + 1;
}

function scalar(path: string): Misfit {
  return {
    misfit: `'${basename(path)}' holds a single number without axes`,
    help: "the first axis counts examples",
  };
}

function empty(path: string, { shape }: NpyHeader): Misfit {
  return { misfit: `'${basename(path)}' holds nothing: its shape is ${formatShape(shape)}` };
}
