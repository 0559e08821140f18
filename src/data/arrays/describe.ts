/**
 * What a user's arrays are, from their headers alone; only integer targets are read, for their
 * labels. Every way in which the files don't fit together is a misfit at the setting to mend.
 */
import { basename } from "node:path";
import { type DatasetDescription, isMisfit, type Misfit } from "../../dsl/vocabulary.js";
import { formatShape, sizeOf } from "../axes.js";
import { dtypeKind, type NpyHeader, readNpy, readNpyHeader } from "../npy/index.js";
import type { ArraysSettings } from "./entry.js";

export type Split = "train" | "test";

interface Inputs {
  readonly examples: number;
  readonly input: readonly number[];
}

type Targets =
  | { readonly task: "classification"; readonly highest: number; readonly examples: number }
  | { readonly task: "regression"; readonly outputs: number; readonly examples: number };

interface Half {
  readonly inputs: Inputs;
  readonly targets: Targets;
}

export function describeArrays(settings: ArraysSettings): DatasetDescription | Misfit {
  const train = describeHalf("train", settings.x_train, settings.y_train);
  if (isMisfit(train)) return train;
  const test = describeTest(settings, train);
  if (isMisfit(test)) return test;
  const outputs = countOutputs(settings, train, test.half);
  if (typeof outputs !== "number") return outputs;
  return {
    input: train.inputs.input,
    outputs,
    task: train.targets.task,
    train: train.inputs.examples,
    test: test.half?.inputs.examples ?? 0,
  };
}

function describeHalf(split: Split, xPath: string, yPath: string): Half | Misfit {
  const inputs = describeInputs(xPath);
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
  const half = describeHalf("test", x, y);
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
  if (targets.task === "classification") return "integer labels";
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

function describeTargets(path: string): Targets | Misfit {
  const header = readNpyHeader(path);
  if (isMisfit(header)) return header;
  const [examples, outputs = 1] = header.shape;
  if (examples === undefined) return scalar(path);
  if (sizeOf(header.shape) === 0) return empty(path, header);
  const isFloat = dtypeKind(header.dtype) === "float";
  if (header.shape.length > (isFloat ? 2 : 1)) {
    return {
      misfit: `'${basename(path)}' has the shape ${formatShape(header.shape)} and dtype ${header.dtype}`,
      help: isFloat
        ? "float targets need the shape [examples] or [examples, outputs]"
        : "integer labels need the shape [examples]; save targets of a regression as floats",
    };
  }
  if (isFloat) return { task: "regression", outputs, examples };
  const highest = highestLabel(path);
  return typeof highest === "number" ? { task: "classification", highest, examples } : highest;
}

function highestLabel(path: string): number | Misfit {
  const labels = readNpy(path);
  if (isMisfit(labels)) return labels;
  let highest = 0;
  for (const [i, label] of labels.values.entries()) {
    if (label < 0) {
      return {
        misfit: `'${basename(path)}' holds the label ${label} at [${i}]`,
        help: "labels are 0, 1, …",
      };
    }
    highest = Math.max(highest, label);
  }
  return highest;
}

function countOutputs(settings: ArraysSettings, train: Half, test?: Half): number | Misfit {
  const { classes } = settings;
  if (train.targets.task === "regression") {
    if (classes === undefined) return train.targets.outputs;
    return {
      misfit: `classes = ${classes} is given, but the targets are floats (regression)`,
      help: "remove classes, or save the labels as integers",
      setting: "classes",
    };
  }
  const halves = [train, test].filter((half) => half !== undefined);
  const highest = Math.max(
    ...halves.map(({ targets }) => (targets.task === "classification" ? targets.highest : 0)),
  );
  if (classes !== undefined) {
    if (classes > highest) return classes;
    return {
      misfit: `classes = ${classes}, but there is a label ${highest}`,
      help: `set classes = ${highest + 1}, or leave it out`,
      setting: "classes",
    };
  }
  // More classes than examples is rather a mistaken file, and its one-hot rows could fill memory.
  if (highest >= train.inputs.examples) {
    return {
      misfit: `the label ${highest} would make ${highest + 1} classes of ${train.inputs.examples} examples`,
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
