/** Reads a user's arrays whole, as float32, and checks every value. */
import { basename } from "node:path";
import { type DatasetDescription, isMisfit, type Misfit } from "../../dsl/vocabulary.js";
import { indexAt } from "../axes.js";
import { type ExampleArray, type Examples, labelTargets } from "../examples.js";
import { readNpy } from "../npy/index.js";
import type { Split } from "./describe.js";
import type { ArraysSettings } from "./entry.js";

/** `description` is what `describeArrays` says of these settings. */
export function loadArrays(
  settings: ArraysSettings,
  description: DatasetDescription,
): Examples | Misfit {
  const train = loadSplit("train", settings.x_train, settings.y_train, description);
  if (isMisfit(train)) return train;
  if (settings.x_test === undefined || settings.y_test === undefined) {
    return { xTrain: train.x, yTrain: train.y };
  }
  const test = loadSplit("test", settings.x_test, settings.y_test, description);
  if (isMisfit(test)) return test;
  return { xTrain: train.x, yTrain: train.y, xTest: test.x, yTest: test.y };
}

function loadSplit(
  split: Split,
  xPath: string,
  yPath: string,
  description: DatasetDescription,
): { x: ExampleArray; y: ExampleArray } | Misfit {
  const x = readFloats(xPath);
  if (isMisfit(x)) return { ...x, setting: `x_${split}` };
  const read = description.task === "regression" ? readTargets : readLabels;
  const y = read(yPath, description);
  if (isMisfit(y)) return { ...y, setting: `y_${split}` };
  return { x, y };
}

function readLabels(path: string, description: DatasetDescription): ExampleArray | Misfit {
  const labels = readNpy(path);
  if (isMisfit(labels)) return labels;
  const { values, shape } = labelTargets(labels.values, description);
  return { shape: [...labels.shape, shape[1]!], values };
}

function readTargets(path: string, { outputs }: DatasetDescription): ExampleArray | Misfit {
  const targets = readFloats(path);
  if (isMisfit(targets)) return targets;
  return { shape: [targets.shape[0]!, outputs], values: targets.values };
}

function readFloats(path: string): ExampleArray | Misfit {
  const array = readNpy(path);
  if (isMisfit(array)) return array;
  const values = Float32Array.from(array.values);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const place = indexAt(bad, array.shape).join(", ");
    return {
      misfit: `'${basename(path)}' holds ${array.values[bad]} at [${place}]`,
      help: "values must be finite in float32",
    };
  }
  return { shape: array.shape, values };
}
