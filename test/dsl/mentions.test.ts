/** From where a setting is written to the params that its value comes from. */
import { describe, expect, it } from "vitest";
import { vocabulary } from "../../src/cli/vocabulary.js";
import { check } from "../../src/dsl/check.js";
import type { Source, Span } from "../../src/dsl/diagnostic.js";
import { declaredAt, isOverride, paramsAt } from "../../src/dsl/mentions.js";

const text = `
param base = 0.1
param lr = base / 2
param n = 7
param width = 16
param limit = lr * 2

layer block(n) = dense(n) -> tanh
layer other(n) = block(n)
model net = flatten -> block(width) -> dense(outputs)
optimizer rule = gd { lr = warmup(cosine(lr, 100), 5) }
dataset digits = mnist { classes = 2  train = 20  test = 10 }

flow eos {
  dataset = digits  model = net  loss = mse  optimizer = rule
  steps = n
  discrete
}
expect "small" { final(eos.discrete.train_loss) < limit }
`;

const source: Source = { name: "eos.cflow", text };

function spanOf(words: string, part = words): Span {
  const at = text.indexOf(words);
  if (at < 0) throw new Error(`the text has no ${words}`);
  const start = at + words.lastIndexOf(part);
  return { source, start, end: start + part.length };
}

function programWith(...overrides: string[]) {
  const { program, diagnostics } = check(source, vocabulary, { overrides });
  if (!program) throw new Error(diagnostics.map(({ message }) => message).join());
  return program;
}

const program = programWith();
const names = (place: Span, of = program) => paramsAt(of, place).map(({ name }) => name);

describe("the params of a place", () => {
  it.each<[string, Span, readonly string[]]>([
    ["a param's own name", spanOf("steps = n", "n"), ["n"]],
    ["a number", spanOf("classes = 2", "2"), []],
    ["what a param needs in turn", spanOf("warmup(cosine(lr, 100), 5)"), ["lr", "base"]],
    [
      "a claim",
      spanOf('expect "small" { final(eos.discrete.train_loss) < limit }'),
      ["limit", "lr", "base"],
    ],
    [
      "what a declared layer is given, not the param of that name",
      spanOf("dense(n)", "n"),
      ["width"],
    ],
    ["names of settings and makers are none", spanOf("gd { lr =", "gd { lr"), []],
  ])("%s", (_, place, expected) => {
    expect(names(place)).toEqual(expected);
  });

  it("follows overrides", () => {
    const of = programWith("lr=base*3", "n=5");
    const [lr, base] = paramsAt(of, spanOf("cosine(lr, 100)"));
    expect([lr!.name, base!.name]).toEqual(["lr", "base"]);
    expect([isOverride(lr!.span), isOverride(base!.span)]).toEqual([true, false]);
  });
});

it("a name that was declared stands for its declaration", () => {
  const written = ({ start, end }: Span) => text.slice(start, end);
  const model = declaredAt(program, spanOf("model = net", "net"));
  expect(written(model)).toBe("flatten -> block(width) -> dense(outputs)");
  const digits = declaredAt(program, spanOf("dataset = digits", "digits"));
  expect(written(digits)).toMatch(/^mnist \{/);
  const number = spanOf("classes = 2", "2");
  expect(declaredAt(program, number)).toBe(number);
});

it("what another file declares is found there", () => {
  const imported = `layer block(n) = dense(n) -> tanh\nparam width = 16\n`;
  const own = `import "shared.cflow"
model net = flatten -> block(width) -> dense(outputs)
flow eos { dataset = mnist { classes = 2 }  model = net  loss = mse  optimizer = gd(0.1)  steps = 3  discrete }`;
  const { program: of } = check({ name: "own.cflow", text: own }, vocabulary, {
    read: () => imported,
  });
  const [shared] = of!.imports;
  const start = imported.indexOf("n)", imported.indexOf("dense"));
  const found = paramsAt(of!, { source: shared!, start, end: start + 1 });
  expect(found.map(({ name, span }) => [name, span.source.name])).toEqual([
    ["width", "shared.cflow"],
  ]);
});
