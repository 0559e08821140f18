/** docs/language.md says what the vocabulary has, and nothing in the vocabulary is without words. */
import { expect, test } from "vitest";
import { vocabulary } from "../../src/cli/vocabulary.js";
import { declarationWords } from "../../src/dsl/syntax/tokens.js";
import type { Entry } from "../../src/dsl/vocabulary.js";
import { referencePage } from "../../src/reference/page.js";
import { statements } from "../../src/reference/statements.js";
import { settingsOf } from "../../src/reference/takes.js";

const entries: readonly Entry[] = [
  ...vocabulary.datasets,
  ...vocabulary.layers,
  ...vocabulary.losses,
  ...vocabulary.optimizers,
  ...vocabulary.schedules,
  ...vocabulary.distributions,
  ...vocabulary.weights,
  ...vocabulary.blocks,
  ...vocabulary.processes,
];
const owners = [
  ...entries.map(({ name, settings }) => ({ name, settings })),
  { name: "flow", settings: vocabulary.flow },
  { name: "command", settings: vocabulary.command.settings },
];
const sentence = /^[\p{Lu}β`ε[].*\.$/su;

test("docs/language.md is what the vocabulary says (`npm run reference` writes it anew)", async () => {
  await expect(referencePage(vocabulary)).toMatchFileSnapshot("../../docs/language.md");
});

test("every setting is described by a sentence", () => {
  const settings = owners.flatMap(({ name, settings }) =>
    settingsOf(settings).map((setting) => [`${name}.${setting.name}`, setting.doc] as const),
  );
  expect(settings.length).toBeGreaterThan(100);
  expect(settings.filter(([, doc]) => !sentence.test(doc))).toEqual([]);
});

test("every entry and series is described by a sentence", () => {
  const docs = [
    ...entries,
    ...vocabulary.functions,
    ...vocabulary.smoothFunctions,
    ...vocabulary.processes.flatMap(({ series }) => series),
  ].map(({ name, doc }) => [name, doc] as const);
  expect(docs.filter(([, doc]) => !sentence.test(doc))).toEqual([]);
});

test("every kind of declaration is described", () => {
  const words = Object.values(statements).map(({ word }) => word);
  expect(words.sort()).toEqual([...declarationWords].sort());
});
