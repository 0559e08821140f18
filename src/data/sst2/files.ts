/**
 * The files of SST-2 as GLUE publishes it (R. Socher et al., "Recursive Deep Models for Semantic
 * Compositionality Over a Sentiment Treebank", 2013; A. Wang et al., arXiv:1804.07461): tab-separated
 * lines of a sentence and a label, 0 negative or 1 positive, in which quotes mean nothing. The labels
 * of GLUE's own test file are not public, so dev.tsv is what one tests on.
 */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { isMisfit, type Misfit } from "../../dsl/vocabulary.js";
import { type Download, missingFile } from "../download.js";
import { readLines } from "../file.js";

export const trainFile = "train.tsv";
export const testFile = "dev.tsv";
export const vocabularyFile = "vocab.txt";

/** Size and digest are those of TensorFlow Datasets' checksums. */
export const archive: Download = {
  name: "SST-2.zip",
  url: "https://dl.fbaipublicfiles.com/glue/data/SST-2.zip",
  bytes: 7_439_277,
  sha256: "d67e16fb55739c1b32cdce9877596db1c127dc322d93c082281f64057c16deaa",
  form: "zip",
  root: "SST-2",
  files: [trainFile, testFile],
};

/** The vocabulary of BERT's uncased models, 30,522 tokens; the digest is that by which others pin it. */
export const vocabulary: Download = {
  name: vocabularyFile,
  url: "https://huggingface.co/bert-base-uncased/resolve/86b5e0934494bd15c9632b12f734a8a67f723594/vocab.txt",
  bytes: 231_508,
  sha256: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
  form: "file",
  files: [vocabularyFile],
};

/** Sentences and their labels, in the order of the file; the first is on its line 2. */
export interface Sentences {
  readonly sentences: readonly string[];
  readonly labels: readonly number[];
}

export function readSentences(folder: string, name: string): Sentences | Misfit {
  const path = join(folder, name);
  if (!existsSync(path)) return missingFile("sst2", path, archive);
  const lines = readLines(path);
  if (isMisfit(lines)) return { ...lines, setting: "folder" };
  const [header, ...rows] = lines;
  if (header !== "sentence\tlabel") {
    const shown = header === undefined ? "nothing" : JSON.stringify(header.slice(0, 40));
    return {
      misfit: `'${name}' begins with ${shown}; a file of SST-2 begins with "sentence\\tlabel"`,
      help: `take the file from ${archive.name}`,
      setting: "folder",
    };
  }
  const sentences: string[] = [];
  const labels: number[] = [];
  for (const [i, row] of rows.entries()) {
    const fields = row.split("\t");
    const [sentence, label] = fields as [string, string | undefined];
    if (fields.length !== 2 || (label !== "0" && label !== "1")) {
      const found =
        fields.length === 2 ? `the label ${JSON.stringify(label)}` : `${fields.length} fields`;
      return {
        misfit: `'${name}' has ${found} in line ${i + 2}`,
        help: "a line is a sentence, a tab and the label 0 or 1",
        setting: "folder",
      };
    }
    sentences.push(sentence);
    labels.push(Number(label));
  }
  return { sentences, labels };
}

/** Tokens that every sentence needs, besides those of its words. */
export const special = { begin: "[CLS]", end: "[SEP]", pad: "[PAD]", unknown: "[UNK]" } as const;

/**
 * The tokens of a WordPiece vocabulary, one a line; a token's number is its line's, from 0.
 * @param path  the file, which is missing from the folder of the data if `setting` is `folder`
 */
export function readVocabulary(path: string, setting: "folder" | "vocab"): string[] | Misfit {
  if (setting === "folder" && !existsSync(path)) return missingFile("sst2", path, vocabulary);
  const tokens = readLines(path);
  if (isMisfit(tokens)) return { ...tokens, setting };
  const name = basename(path);
  const lines = new Map<string, number>();
  for (const [i, token] of tokens.entries()) {
    const before = lines.get(token);
    if (before !== undefined) {
      return {
        misfit: `'${name}' has the token ${JSON.stringify(token)} in line ${before} and in line ${i + 1}`,
        help: "a vocabulary is one token a line, each once",
        setting,
      };
    }
    lines.set(token, i + 1);
  }
  const missing = Object.values(special).find((token) => !lines.has(token));
  if (missing === undefined) return tokens;
  return {
    misfit: `'${name}' has no token ${missing}`,
    help: "give the WordPiece vocabulary of BERT's uncased models",
    setting,
  };
}
