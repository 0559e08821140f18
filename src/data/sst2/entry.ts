/** `sst2 { folder = "SST-2"  train = 1000 }`: sentences of film reviews, positive or negative. */
import { join } from "node:path";
import { z } from "zod";
import {
  type DatasetDescription,
  isMisfit,
  type Misfit,
  pathSetting,
} from "../../dsl/vocabulary.js";
import {
  balancedTrainSetting,
  binarySetting,
  classTask,
  countClasses,
  drawSetting,
  tooFew,
} from "../classes.js";
import type { DatasetKind } from "../examples.js";
import { identityOf } from "../file.js";
import {
  archive,
  readSentences,
  readVocabulary,
  testFile,
  trainFile,
  vocabulary,
  vocabularyFile,
} from "./files.js";

const settings = z.strictObject({
  folder: pathSetting(
    `The folder of GLUE's SST-2: ${trainFile} and ${testFile}, and ${vocabularyFile} unless vocab names it.`,
  ),
  vocab: pathSetting("The vocabulary of BERT's uncased models, one token a line.").optional(),
  train: balancedTrainSetting,
  test: z
    .int()
    .min(0)
    .default(872)
    .describe(`Number of test examples, the first in ${testFile}; 0 for no test set.`),
  length: z
    .int()
    .min(3)
    .default(66)
    .describe(
      "Number of tokens of an example: [CLS], the sentence, [SEP], and [PAD] to the end. The " +
        "longest of SST-2's training and test sentences needs 66.",
    ),
  draw: drawSetting,
  binary: binarySetting.default(true),
  seed: z.int().min(0).default(0).describe("Decides the order, and what is drawn at random."),
});
export type SstSettings = z.infer<typeof settings>;

export const sst2: DatasetKind = {
  name: "sst2",
  doc: "SST-2 from GLUE's files: sentences as WordPiece tokens, with their sentiment.",
  settings,
  positional: [],
  downloads: [archive, vocabulary],
  describe: (given) => describe(settings.parse(given)),
  identity(given) {
    const parsed = settings.parse(given);
    const { folder, vocab: _, ...rest } = parsed;
    const testing = rest.test > 0 ? { [testFile]: identityOf(join(folder, testFile)) } : {};
    return {
      ...rest,
      files: {
        [trainFile]: identityOf(join(folder, trainFile)),
        ...testing,
        [vocabularyFile]: identityOf(vocabularyPath(parsed).path),
      },
    };
  },
  async load(given) {
    const parsed = settings.parse(given);
    const description = describe(parsed);
    if (isMisfit(description)) return description;
    const { loadSst } = await import("./load.js");
    return loadSst(parsed, description);
  },
};

/** Where the vocabulary is, and which setting says so. */
export function vocabularyPath({ folder, vocab }: SstSettings): {
  path: string;
  setting: "folder" | "vocab";
} {
  return vocab === undefined
    ? { path: join(folder, vocabularyFile), setting: "folder" }
    : { path: vocab, setting: "vocab" };
}

function describe(given: SstSettings): DatasetDescription | Misfit {
  const { folder, train, test, length, binary } = given;
  const found = readSentences(folder, trainFile);
  if (isMisfit(found)) return found;
  const counts = countClasses(found.labels, [0, 1]);
  const short = tooFew("train", train, counts, (label) => `label ${label}`);
  if (short !== undefined) return short;
  if (test > 0) {
    const testing = readSentences(folder, testFile);
    if (isMisfit(testing)) return testing;
    const { length: available } = testing.sentences;
    if (test > available) {
      return {
        misfit: `test = ${test}, but '${testFile}' has ${available} sentences`,
        help: `ask for ${available} or fewer`,
        setting: "test",
      };
    }
  }
  const { path, setting } = vocabularyPath(given);
  const tokens = readVocabulary(path, setting);
  if (isMisfit(tokens)) return tokens;
  const task = classTask(2, binary);
  if (isMisfit(task)) return task;
  return { input: [length], vocabulary: tokens.length, ...task, train, test };
}
