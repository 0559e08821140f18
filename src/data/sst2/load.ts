/** Chooses sentences and writes each as a row of tokens. */
import { type DatasetDescription, isMisfit, type Misfit } from "../../dsl/vocabulary.js";
import { drawBalanced } from "../classes.js";
import {
  type ExampleArray,
  type Examples,
  type Half,
  joinHalves,
  labelTargets,
} from "../examples.js";
import { streams } from "../random.js";
import { type SstSettings, vocabularyPath } from "./entry.js";
import {
  readSentences,
  readVocabulary,
  type Sentences,
  special,
  testFile,
  trainFile,
} from "./files.js";
import { wordPiece } from "./word-piece.js";

/** x of shape [examples, length]; `task` is what the entry says of these settings. */
export function loadSst(settings: SstSettings, task: DatasetDescription): Examples | Misfit {
  const { path, setting } = vocabularyPath(settings);
  const tokens = readVocabulary(path, setting);
  if (isMisfit(tokens)) return tokens;
  const write = writer(tokens, settings.length);
  const load = (name: string, choose: (found: Sentences) => number[]): Half | Misfit => {
    const found = readSentences(settings.folder, name);
    if (isMisfit(found)) return found;
    const chosen = choose(found);
    const x = write(name, found, chosen);
    const labels = chosen.map((position) => found.labels[position]!);
    return isMisfit(x) ? x : { x, y: labelTargets(labels, task) };
  };
  const random = streams(settings.seed).train;
  const train = load(trainFile, ({ labels }) =>
    drawBalanced(labels, [0, 1], settings.train, settings.draw, random).map(
      ({ position }) => position,
    ),
  );
  if (isMisfit(train)) return train;
  if (settings.test === 0) return joinHalves(train);
  const test = load(testFile, () => Array.from({ length: settings.test }, (_, i) => i));
  return isMisfit(test) ? test : joinHalves(train, test);
}

/** Writes chosen sentences of a file as rows of `length` tokens; one that needs more is a misfit. */
function writer(tokens: readonly string[], length: number) {
  const tokenize = wordPiece(tokens);
  const begin = tokens.indexOf(special.begin);
  const end = tokens.indexOf(special.end);
  const pad = tokens.indexOf(special.pad);
  return (
    name: string,
    { sentences }: Sentences,
    chosen: readonly number[],
  ): ExampleArray | Misfit => {
    const rows = chosen.map((position) => [begin, ...tokenize(sentences[position]!), end]);
    const longest = rows.reduce((most, row, i) => (row.length > rows[most]!.length ? i : most), 0);
    const needed = rows[longest]!.length;
    if (needed > length) {
      return {
        misfit: `line ${chosen[longest]! + 2} of '${name}' makes ${needed} tokens, more than length = ${length}`,
        help: `set length = ${needed}`,
        setting: "length",
      };
    }
    const values = new Float32Array(rows.length * length).fill(pad);
    for (const [i, row] of rows.entries()) values.set(row, i * length);
    return { shape: [rows.length, length], values };
  };
}
