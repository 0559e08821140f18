/** One run reports all errors, and nothing that is only a consequence of another. */
import { expect, test } from "vitest";
import { checkText, eos } from "./texts.js";

function linesOf(text: string): [code: string, line: number][] {
  return checkText(text)
    .diagnostics.filter(({ severity }) => severity === "error")
    .map(({ code, labels }) => [code, text.slice(0, labels[0]!.span.start).split("\n").length]);
}

test("n broken declarations give n errors, each in its own place", () => {
  const text = `param lr = 0.02 *
param width 256
datasets digits = mnist { classes = 4 }
dataset more = mnist { classes = [3, 5 }
layer block(n = dense(n) -> gelu
model mlp = flatten -> -> dense(outputs)
optimizer gd = gd { lr = }
flow eos {
  dataset = digits  model = mlp  loss = mse  optimizer = gd
  steps 10
  central { substeps = 4
}
expect "it holds" {
  max(eos.central.effective_eigenvalues[0], from = 600 < 2.02
}
expect it_holds { 1 < 2 }
`;
  expect(linesOf(text)).toEqual([
    ["CF1104", 1],
    ["CF1101", 2],
    ["CF1103", 3],
    ["CF1102", 4],
    ["CF1101", 5],
    ["CF1104", 6],
    ["CF1104", 7],
    ["CF1101", 10],
    ["CF1102", 12],
    ["CF1102", 14],
    ["CF1101", 16],
  ]);
});

test.each([
  ["a dataset's maker", "= mnist {", "= minst {"],
  ["a dataset's setting", "classes = 4", "clases = 4"],
  ["a dataset's value", "train = 1000", 'train = "all"'],
  ["a param", "= 0.02 ", "= 1 / 0 "],
  ["a param's name", "param width", "param wdith"],
  ["a layer's name", "layer block(n)", "layer blok(n)"],
  ["a layer's body", "-> gelu", "-> gello"],
  ["a model", "flatten -> 2", "flaten -> 2"],
  ["an optimizer", "gd { lr = lr }", "gd { lr = rl }"],
  ["a flow's dataset", "dataset = digits", "dataset = digit"],
  ["a flow's loss", "loss = mse", "loss = mes"],
  ["a flow's setting", "steps = 1000", "step = 1000"],
  ["a process", "  midpoint", "  midpiont"],
  ["a process with claims about it", "central {", "centrall {"],
  ["a flow's name", "flow eos", "flow eso"],
  ["a shape", "flatten -> 2", "2"],
])("one mistake in %s is reported once, not by all that depends on it", (what, from, to) => {
  expect(eos).toContain(from);
  const text = eos.replace(from, to);
  const errors = linesOf(text);
  const line = eos.slice(0, eos.indexOf(from)).split("\n").length;
  // A misspelt declared name is an error at each of its uses: two claims, each with two series.
  if (what === "a flow's name")
    expect(errors.map(([code]) => code)).toEqual(Array(3).fill("CF1502"));
  else if (/(param|layer)'s name/.test(what)) expect(errors).toHaveLength(1);
  else {
    expect(errors).toHaveLength(1);
    // The shape does not fit at the layer inside `block`, three lines before.
    expect(Math.abs(errors[0]![1] - line)).toBeLessThanOrEqual(what === "a shape" ? 2 : 0);
  }
});

const declared: [declaration: string, name: RegExp][] = [
  ["param width", /\bwidth\b/g],
  ["dataset digits", /\bdigits\b/g],
  ["layer block", /\bblock\b/g],
  ["layer block(n)", /\bn\b/g],
  ["model mlp", /\bmlp\b/g],
  ["optimizer gd", /\bgd\b(?! {)/g],
  ["flow eos", /\beos\b/g],
];

test.each(
  ["param", "dataset", "layer", "model", "optimizer", "landscape", "flow", "expect"].flatMap(
    (keyword) => declared.map(([declaration, name]) => [keyword, declaration, name] as const),
  ),
)(
  "the keyword `%s` in `%s` is one error there, however often it is used",
  (keyword, declaration, name) => {
    const line = eos.slice(0, eos.indexOf(declaration)).split("\n").length;
    const errors = linesOf(eos.replace(name, keyword));
    expect(errors).toEqual([["CF1105", line]]);
  },
);

test("a keyword used as a name that nothing declares is one error at each use", () => {
  const uses = eos
    .replace("optimizer = gd", "optimizer = optimizer")
    .replace("max(eos", "max(flow");
  expect(linesOf(uses)).toEqual([
    ["CF1105", 15],
    ["CF1105", 26],
  ]);
});

test("a keyword on the next line begins a declaration, and is no name", () => {
  const text =
    "param\nmodel mlp = flatten\nparam lr =\ndataset digits = mnist\nlayer block(n,\nflow f {}";
  expect(linesOf(text).map(([code]) => code)).not.toContain("CF1105");
});
