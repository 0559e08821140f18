/** What a model says of its dataset's tokens, before anything runs. */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { check, type SupervisedFlow } from "../../src/dsl/index.js";
import type { DatasetEntry, Settings } from "../../src/dsl/vocabulary.js";
import { embedding } from "../../src/models/layers/embedding.js";
import { vocabulary as basis } from "./vocabulary.js";

const words: DatasetEntry = {
  name: "words",
  doc: "Sequences of nine tokens.",
  positional: [],
  settings: z.strictObject({ vocabulary: z.int().default(5) }),
  describe: (given: Settings) => ({
    input: [9],
    vocabulary: given.vocabulary as number,
    positions: 9,
    outputs: 2,
    task: "classification",
    train: 10,
    test: 0,
  }),
  identity: (given) => given,
};

const vocabulary = {
  ...basis,
  datasets: [...basis.datasets, words],
  layers: [...basis.layers, embedding],
  losses: basis.losses.map((loss) => ({ ...loss, accepts: () => undefined })),
};

function checked(model: string, dataset: string) {
  const text = `layer twice(n) = embedding(vocabulary, width = n)
layer within = twice(2 * 3)
layer of(count) = embedding(count, 6)
model m = ${model}
flow f { dataset = ${dataset}  model = m  loss = mse  optimizer = gd(0.1)  steps = 1  discrete }`;
  const { program, diagnostics } = check({ name: "a.cflow", text }, vocabulary);
  const [diagnostic] = diagnostics;
  return {
    program,
    diagnostics: diagnostics.map(({ code, message, help }) => ({ code, message, help })),
    blamed:
      diagnostic && text.slice(diagnostic.labels[0]!.span.start, diagnostic.labels[0]!.span.end),
  };
}

test.each(["embedding(vocabulary, 6)", "twice(6)", "within", "of(vocabulary)"])(
  "`vocabulary` is that of each flow's dataset: %s",
  (model) => {
    for (const count of [5, 7]) {
      const { program, diagnostics } = checked(model, `words { vocabulary = ${count} }`);
      expect(diagnostics).toEqual([]);
      const [flow] = program!.flows as [SupervisedFlow];
      expect(flow.model.layers).toMatchObject([
        { settings: { vocabulary: count, width: 6 }, output: [9, 6] },
      ]);
    }
  },
);

describe("what does not fit is reported where it stands", () => {
  test("a vocabulary smaller than the dataset's", () => {
    expect(checked("embedding(4, 6)", "words")).toMatchObject({
      program: undefined,
      diagnostics: [
        {
          code: "CF1401",
          message: "an embedding of 4 tokens gets 5 different ones",
          help: "write `embedding(vocabulary, …)`",
        },
      ],
      blamed: "4",
    });
    expect(checked("embedding(6, 6)", "words").diagnostics).toEqual([]);
  });

  test("an embedding of numbers", () => {
    expect(checked("embedding(4, 6)", "mnist")).toMatchObject({
      diagnostics: [{ code: "CF1401", message: "embedding looks up tokens, but gets numbers" }],
      blamed: "embedding(4, 6)",
    });
  });

  test.each(["tanh -> embedding(vocabulary, 6)", "residual(tanh -> embedding(vocabulary, 9))"])(
    "an embedding of what a layer gives: %s",
    (model) => {
      expect(checked(model, "words").diagnostics).toMatchObject([
        { code: "CF1401", message: "embedding looks up tokens, but gets numbers" },
      ]);
    },
  );

  test.each(["within", "of(vocabulary)", "of(vocabulary + 1)"])(
    "`vocabulary` where there are no tokens, once: %s",
    (model) => {
      expect(checked(model, "mnist")).toMatchObject({
        diagnostics: [
          {
            code: "CF1201",
            message: "there is no `vocabulary` here: the inputs are numbers",
            help: "use a dataset whose inputs are tokens",
          },
        ],
        blamed: "vocabulary",
      });
    },
  );

  test("`vocabulary` outside of models, or declared", () => {
    const { diagnostics } = check(
      {
        name: "a.cflow",
        text: "param vocabulary = 3\nlayer l(vocabulary) = tanh\nparam n = vocabulary + 1\nmodel m = dense(n)",
      },
      vocabulary,
    );
    expect(diagnostics.map(({ code, message, help }) => [code, message, help])).toEqual([
      ["CF1206", "`vocabulary` is the dataset's number of different tokens", "choose another name"],
      ["CF1206", "`vocabulary` is the dataset's number of different tokens", "choose another name"],
      [
        "CF1201",
        "`vocabulary` is known only inside a model",
        "it is the dataset's number of different tokens",
      ],
    ]);
  });
});
