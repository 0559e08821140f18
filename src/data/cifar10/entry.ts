/** `cifar10 { folder = "cifar-10-batches-bin"  classes = 4  train = 1000 }`: small colour images. */
import { join } from "node:path";
import { z } from "zod";
import {
  type DatasetDescription,
  type DatasetMisfit,
  isMisfit,
  pathSetting,
} from "../../dsl/vocabulary.js";
import {
  balancedTrainSetting,
  binarySetting,
  chosenClasses,
  classesSetting,
  classTask,
  countClasses,
  drawSetting,
  tooFew,
} from "../classes.js";
import type { DatasetKind } from "../examples.js";
import { identityOf } from "../file.js";
import {
  archive,
  channels,
  classNames,
  readLabels,
  side,
  testFiles,
  trainFiles,
} from "./records.js";

const settings = z.strictObject({
  folder: pathSetting(
    `The folder of the binary version: ${trainFiles[0]}, …, ${trainFiles.at(-1)} and ${testFiles[0]}.`,
  ),
  classes: classesSetting("class", "classes")
    .default(10)
    .describe(
      `The first n classes, or a list, relabelled 0, 1, … in the given order: ${classNames
        .map((name, k) => `${k} ${name}`)
        .join(", ")}.`,
    ),
  train: balancedTrainSetting,
  test: z
    .int()
    .min(0)
    .default(1000)
    .describe(
      "Number of test examples, balanced over classes, the first in the file; 0 for no test set.",
    ),
  draw: drawSetting,
  binary: binarySetting.default(false),
  seed: z.int().min(0).default(0).describe("Decides the order, and what is drawn at random."),
});
export type CifarSettings = z.infer<typeof settings>;

export const cifar10: DatasetKind = {
  name: "cifar10",
  doc: "CIFAR-10 from its binary files: images [32, 32, 3], standardized by channel.",
  settings,
  positional: [],
  downloads: [archive],
  describe: (given) => describe(settings.parse(given)),
  identity(given) {
    const { folder, classes, ...rest } = settings.parse(given);
    const names = rest.test > 0 ? [...trainFiles, ...testFiles] : trainFiles;
    const files = names.map((name) => [name, identityOf(join(folder, name))]);
    return { ...rest, classes: chosenClasses(classes), files: Object.fromEntries(files) };
  },
  async load(given) {
    const parsed = settings.parse(given);
    const description = describe(parsed);
    if (isMisfit(description)) return description;
    const { loadCifar } = await import("./load.js");
    return loadCifar(parsed, description);
  },
};

function describe(given: CifarSettings): DatasetDescription | DatasetMisfit {
  const { folder, train, test, binary } = given;
  const classes = chosenClasses(given.classes);
  const task = classTask(classes.length, binary);
  if (isMisfit(task)) return task;
  const description = { input: [side, side, channels], ...task, train, test };
  const halves = [
    { setting: "train", names: trainFiles, total: train },
    { setting: "test", names: testFiles, total: test },
  ] as const;
  for (const { setting, names, total } of halves) {
    if (total === 0) continue;
    const labels = readLabels(folder, names);
    if (isMisfit(labels)) return { ...labels, otherwise: description };
    const counts = countClasses(Buffer.concat(labels), classes);
    const nameOf = (label: number) => `class ${classes[label]}`;
    const short = tooFew(setting, total, counts, nameOf);
    if (short !== undefined) return short;
  }
  return description;
}
