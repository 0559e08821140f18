import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wordPiece } from "../../src/data/sst2/word-piece.js";
import type { Settings } from "../../src/dsl/vocabulary.js";
import { temporaryFolder } from "./folder.js";
import { countsOf, datasetOf, loaded, refusal, rowsOf } from "./load.js";

const root = temporaryFolder();
const sst2 = datasetOf("sst2");

const vocabulary = [
  "[PAD]",
  "[UNK]",
  "[CLS]",
  "[SEP]",
  ..."the film is un ##believ ##able ##ly a cafe ##s ' s , . \" - x ##x 映 画 naive 3 bad good".split(
    " ",
  ),
].filter((token, i, all) => all.indexOf(token) === i);
const number = (token: string) => vocabulary.indexOf(token);

/** As GLUE writes them: a space before the tab, quotes that mean nothing. */
const train = [
  ["the film is unbelievable ", 1],
  ['" bad " ', 0],
  ["bad bad bad ", 0],
  ["the cafe ", 1],
  ['a "good film ', 1],
  ["the bad ", 0],
  ["is good ", 1],
] as const;
const dev = [
  ["good ", 1],
  ["the film 's bad ", 0],
  ["good good ", 1],
] as const;

const tsv = (rows: readonly (readonly [string, number])[], end = "\n") =>
  ["sentence\tlabel", ...rows.map((row) => row.join("\t"))].map((line) => line + end).join("");

function writeFolder(name: string, files: Readonly<Record<string, string>> = {}): string {
  mkdirSync(join(root.path, name));
  const all = {
    "train.tsv": tsv(train),
    "dev.tsv": tsv(dev),
    "vocab.txt": vocabulary.map((token) => `${token}\n`).join(""),
    ...files,
  };
  for (const [file, text] of Object.entries(all)) root.write(join(name, file), Buffer.from(text));
  return join(root.path, name);
}

const folder = writeFolder("SST-2");
const settings = { folder, train: 4, test: 3, length: 8 };

describe("the tokens of a sentence", () => {
  const tokenize = wordPiece(vocabulary);
  test.each<[string, string, string[]]>([
    ["words of the vocabulary", "the film", ["the", "film"]],
    ["a word with a piece that is no token", "unbelievably", ["[UNK]"]],
    ["pieces", "unbelievablely", ["un", "##believ", "##able", "##ly"]],
    ["capitals", "The FILM", ["the", "film"]],
    ["accents, composed", "café", ["cafe"]],
    ["accents, decomposed", "nai\u0308ve", ["naive"]],
    ["punctuation", "the film's, bad.", ["the", "film", "'", "s", ",", "bad", "."]],
    ["symbols of ASCII", "a-x", ["a", "-", "x"]],
    ["Chinese characters", "the映画film", ["the", "映", "画", "film"]],
    ["rare Chinese characters", "the𠀀film", ["the", "[UNK]", "film"]],
    ["white space of all kinds", "\tthe\u00a0 film\u3000 ", ["the", "film"]],
    ["control characters", "fi\u0000l\u200bm\ufffd", ["film"]],
    ["a word of 100 characters", "x".repeat(100), ["x", ...new Array<string>(99).fill("##x")]],
    ["a longer word", "x".repeat(101), ["[UNK]"]],
    ["names of special tokens", "[SEP]", ["[UNK]", "[UNK]", "[UNK]"]],
    ["nothing", "", []],
  ])("%s", (_, sentence, tokens) => {
    expect(tokenize(sentence)).toEqual(tokens.map(number));
  });

  test("are greedy: each piece is the longest that the vocabulary has", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 6 });
    const pieces = fc.uniqueArray(letters, { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(pieces, pieces, letters, (begins, inner, word) => {
        const tokens = ["[UNK]", ...begins, ...inner.map((piece) => `##${piece}`)];
        const expected: string[] = [];
        let rest = word;
        while (rest !== "") {
          const mark = rest === word ? "" : "##";
          const lengths = Array.from({ length: rest.length }, (_, i) => rest.length - i);
          const longest = lengths.find((n) => tokens.includes(mark + rest.slice(0, n)));
          if (longest === undefined) break;
          expected.push(mark + rest.slice(0, longest));
          rest = rest.slice(longest);
        }
        const whole = rest === "" ? expected : ["[UNK]"];
        expect(wordPiece(tokens)(word)).toEqual(whole.map((token) => tokens.indexOf(token)));
      }),
    );
  });

  test("are the same for every spelling of the same letters", () => {
    const words = fc.array(fc.constantFrom("the", "film", "is", "bad", "cafe", ",", "."));
    fc.assert(
      fc.property(words, (sentence) => {
        const text = sentence.join(" ");
        expect(tokenize(text)).toEqual(sentence.map(number));
        expect(tokenize(text.toUpperCase().replaceAll(" ", "\t\n"))).toEqual(tokenize(text));
        expect(tokenize(text.replaceAll("e", "é"))).toEqual(tokenize(text));
      }),
    );
  });
});

describe("the examples", () => {
  test("are described without tokenizing", () => {
    expect(sst2.describe(settings)).toEqual({
      input: [8],
      vocabulary: vocabulary.length,
      outputs: 1,
      task: "binary",
      train: 4,
      test: 3,
    });
    expect(sst2.describe({ ...settings, binary: false })).toMatchObject({
      outputs: 2,
      task: "classification",
    });
  });

  test("are the first of each label, every sentence with its own", async () => {
    const { xTrain, yTrain } = await loaded("sst2", settings);
    const row = (...tokens: string[]) =>
      Array.from({ length: 8 }, (_, i) => number(tokens[i] ?? "[PAD]")).join(" ");
    const found = rowsOf(xTrain).map((tokens, i) => `${tokens.join(" ")} → ${yTrain.values[i]}`);
    expect(yTrain.shape).toEqual([4, 1]);
    expect(found.toSorted()).toEqual(
      [
        `${row("[CLS]", '"', "bad", '"', "[SEP]")} → 0`,
        `${row("[CLS]", "bad", "bad", "bad", "[SEP]")} → 0`,
        `${row("[CLS]", "the", "film", "is", "un", "##believ", "##able", "[SEP]")} → 1`,
        `${row("[CLS]", "the", "cafe", "[SEP]")} → 1`,
      ].toSorted(),
    );
  });

  test("test on dev.tsv in its order", async () => {
    const { xTest, yTest } = await loaded("sst2", settings);
    expect([...yTest!.values]).toEqual([1, 0, 1]);
    expect(rowsOf(xTest!)[1]!.slice(0, 7)).toEqual(
      ["[CLS]", "the", "film", "'", "s", "bad", "[SEP]"].map(number),
    );
  });

  test("are shuffled by the seed, and drawn with it if that is asked for", async () => {
    const all = await loaded("sst2", { ...settings, train: 6 });
    const other = await loaded("sst2", { ...settings, train: 6, seed: 2 });
    const sorted = (rows: number[][]) => rows.map(String).toSorted();
    expect(other.xTrain).not.toEqual(all.xTrain);
    expect(sorted(rowsOf(other.xTrain))).toEqual(sorted(rowsOf(all.xTrain)));
    const draws = await Promise.all(
      [0, 1, 2, 3].map((seed) => loaded("sst2", { ...settings, train: 2, draw: "random", seed })),
    );
    expect(new Set(draws.map(({ xTrain }) => sorted(rowsOf(xTrain)).join())).size).toBeGreaterThan(
      1,
    );
    for (const { yTrain } of draws) expect(countsOf([...yTrain.values])).toEqual({ 0: 1, 1: 1 });
  });

  test("may be in files with the line ends of Windows, and the vocabulary elsewhere", async () => {
    const windows = writeFolder("windows", { "train.tsv": tsv(train, "\r\n") });
    const vocab = root.write("words.txt", Buffer.from(vocabulary.join("\r\n")));
    rmSync(join(windows, "vocab.txt"));
    expect(await loaded("sst2", { ...settings, folder: windows, vocab })).toEqual(
      await loaded("sst2", settings),
    );
  });
});

describe("what can't be used", () => {
  let count = 0;
  const changed = (files: Record<string, string>, missing?: string): Settings => {
    count += 1;
    const own = writeFolder(`broken-${count}`, files);
    if (missing !== undefined) rmSync(join(own, missing));
    return { ...settings, folder: own };
  };

  test.each([
    [
      "train.tsv",
      "SST-2.zip, 7439277 bytes, SHA-256 d67e16fb55739c1b32cdce9877596db1c127dc322d93c082281f64057c16deaa",
    ],
    [
      "dev.tsv",
      "SST-2.zip, 7439277 bytes, SHA-256 d67e16fb55739c1b32cdce9877596db1c127dc322d93c082281f64057c16deaa",
    ],
    [
      "vocab.txt",
      "vocab.txt, 231508 bytes, SHA-256 07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    ],
  ])("%s is missing", async (name, published) => {
    const settings = changed({}, name);
    expect(await refusal("sst2", settings)).toEqual({
      misfit: `there is no file '${name}' in the folder 'broken-${count}'`,
      help: `'cflow fetch sst2 --to ${settings.folder}' brings it; it is published in ${published}`,
      setting: "folder",
    });
  });

  test.each<[string, Record<string, string>, object]>([
    [
      "another header",
      { "train.tsv": "index\tsentence\n0\tgood\n" },
      {
        misfit: `'train.tsv' begins with "index\\tsentence"; a file of SST-2 begins with "sentence\\tlabel"`,
        help: "take the file from SST-2.zip",
        setting: "folder",
      },
    ],
    [
      "an empty file",
      { "dev.tsv": "" },
      {
        misfit: `'dev.tsv' begins with nothing; a file of SST-2 begins with "sentence\\tlabel"`,
        help: "take the file from SST-2.zip",
        setting: "folder",
      },
    ],
    [
      "another label",
      { "train.tsv": tsv([...train, ["fine ", 2]]) },
      {
        misfit: `'train.tsv' has the label "2" in line 9`,
        help: "a line is a sentence, a tab and the label 0 or 1",
        setting: "folder",
      },
    ],
    [
      "a tab within a sentence",
      { "dev.tsv": tsv([["good\tfilm ", 1]]) },
      {
        misfit: "'dev.tsv' has 3 fields in line 2",
        help: "a line is a sentence, a tab and the label 0 or 1",
        setting: "folder",
      },
    ],
    [
      "a cut line",
      { "train.tsv": "sentence\tlabel\ngood " },
      {
        misfit: "'train.tsv' has 1 fields in line 2",
        help: "a line is a sentence, a tab and the label 0 or 1",
        setting: "folder",
      },
    ],
    [
      "a vocabulary without a special token",
      { "vocab.txt": "[PAD]\n[UNK]\n[CLS]\nthe\n" },
      {
        misfit: "'vocab.txt' has no token [SEP]",
        help: "give the WordPiece vocabulary of BERT's uncased models",
        setting: "folder",
      },
    ],
    [
      "a vocabulary that has a token twice",
      { "vocab.txt": "[PAD]\n[UNK]\nthe\n[CLS]\n[SEP]\nthe\n" },
      {
        misfit: `'vocab.txt' has the token "the" in line 3 and in line 6`,
        help: "a vocabulary is one token a line, each once",
        setting: "folder",
      },
    ],
  ])("%s", async (_, files, misfit) => {
    expect(await refusal("sst2", changed(files))).toEqual(misfit);
  });

  test("a vocabulary that is named and isn't there", async () => {
    const vocab = join(root.path, "none.txt");
    expect(await refusal("sst2", { ...settings, vocab })).toEqual({
      misfit: "there is no file 'none.txt'",
      help: `looked for '${vocab}'; paths are relative to the .cflow file`,
      setting: "vocab",
    });
  });

  test("more sentences than there are", async () => {
    expect(await refusal("sst2", { ...settings, train: 7 })).toEqual({
      misfit: "train = 7 takes 4 examples of label 0, but there are 3",
      help: "there are 3 of label 0, 4 of label 1",
      setting: "train",
    });
    expect(await refusal("sst2", { ...settings, test: 4 })).toEqual({
      misfit: "test = 4, but 'dev.tsv' has 3 sentences",
      help: "ask for 3 or fewer",
      setting: "test",
    });
  });

  test("a sentence that is too long", async () => {
    expect(await sst2.load({ ...settings, length: 7 })).toEqual({
      misfit: "line 2 of 'train.tsv' makes 8 tokens, more than length = 7",
      help: "set length = 8",
      setting: "length",
    });
  });
});

test("the identity is the files' contents, not the folder", () => {
  const identity = sst2.identity(settings);
  const copy = writeFolder("copy");
  expect(sst2.identity({ ...settings, folder: copy })).toEqual(identity);
  expect(sst2.identity({ ...settings, vocab: join(copy, "vocab.txt") })).toEqual(identity);
  expect(JSON.stringify(identity)).not.toContain(root.path);
  root.write("copy/dev.tsv", Buffer.from(tsv(dev.slice(1))));
  expect(sst2.identity({ ...settings, folder: copy })).not.toEqual(identity);
  expect(sst2.identity({ ...settings, folder: copy, test: 0 })).toEqual(
    sst2.identity({ ...settings, test: 0 }),
  );
});
