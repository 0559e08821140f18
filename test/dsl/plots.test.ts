/** Plots that a file asks for: their curves in all variants, and what is wrong with others. */
import { describe, expect, test } from "vitest";
import type { Plot } from "../../src/dsl/index.js";
import { checkText } from "./texts.js";

const before = `sweep lr in [0.1, 0.2]
sweep start in [1, 2]
landscape bowl(x) = x ^ 2
flow toy { landscape = bowl  weights = at([start])  optimizer = gd(lr)  steps = 9  discrete  central }
flow still { landscape = bowl  weights = at([1])  optimizer = gd(lr)  steps = 9  discrete }
flow one { landscape = bowl  weights = at([1])  optimizer = gd(0.1)  steps = 9  discrete }
`;

function plots(text: string): readonly Plot[] {
  const { program, diagnostics } = checkText(`${before}${text}`);
  expect(diagnostics).toEqual([]);
  return program!.plots;
}

function refused(inside: string): string[] {
  const { program, diagnostics } = checkText(`${before}plot "p" { ${inside} }`);
  expect(program).toBeUndefined();
  return diagnostics.map(({ code, message }) => `${code} ${message}`);
}

describe("a plot", () => {
  test("has each curve in every variant that it depends on, and in no more", () => {
    const [plot] = plots(
      `plot "loss" { toy.discrete.train_loss, still.discrete.train_loss, one.discrete.train_loss }`,
    );
    expect(plot!.scale).toBe("linear");
    const shown = plot!.curves.map(({ expression, text, variant }) => [
      expression.form === "series" && expression.step,
      text,
      variant,
    ]);
    expect(shown).toEqual([
      ["toy[lr=0.1,start=1].discrete", "toy.discrete.train_loss", "[lr=0.1,start=1]"],
      ["toy[lr=0.1,start=2].discrete", "toy.discrete.train_loss", "[lr=0.1,start=2]"],
      ["toy[lr=0.2,start=1].discrete", "toy.discrete.train_loss", "[lr=0.2,start=1]"],
      ["toy[lr=0.2,start=2].discrete", "toy.discrete.train_loss", "[lr=0.2,start=2]"],
      ["still[lr=0.1].discrete", "still.discrete.train_loss", "[lr=0.1]"],
      ["still[lr=0.2].discrete", "still.discrete.train_loss", "[lr=0.2]"],
      ["one.discrete", "one.discrete.train_loss", ""],
    ]);
  });

  test("may be of expressions and spectra, on a logarithmic scale", () => {
    const [plot] = plots(
      `plot "p" { scale = log  smooth(one.discrete.train_loss, 2) - 1, toy.central.effective_eigenvalues }`,
    );
    expect([plot!.scale, plot!.curves[0]!.text]).toEqual([
      "log",
      "smooth(one.discrete.train_loss, 2) - 1",
    ]);
    expect(plot!.curves).toHaveLength(5);
  });

  test.each([
    ["", ["CF1509 a plot needs a curve"]],
    ["scale = log", ["CF1509 a plot needs a curve"]],
    [
      "final(one.discrete.train_loss)",
      ["CF1509 `final(one.discrete.train_loss)` is one number, and a plot is of series"],
    ],
    ["one.discrete.train_los", ["CF1502 `one.discrete` has no series `train_los`"]],
    [
      "one.discrete.train_loss < 1",
      ["CF1501 `one.discrete.train_loss < 1` is a comparison, which has no curve"],
    ],
    ["one", ["CF1502 `one` is a flow; a plot is about its series"]],
    [
      "one.discrete.train_loss, scale = cubic",
      ["CF1305 `scale` is `linear` or `log`, not `cubic`"],
    ],
    ["one.discrete.train_loss, scale = log, scale = log", ["CF1302 `scale` is given twice"]],
    ["one.discrete.train_loss, scales = log", ["CF1301 a plot has no setting `scales`"]],
    ['"text"', ['CF1508 `"text"` has no meaning in a plot']],
  ])("is refused: %s", (inside, messages) => {
    expect(refused(inside)).toEqual(messages);
  });

  test("has a title of its own", () => {
    const twice = `plot "p" { one.discrete.train_loss }\n`;
    const { diagnostics } = checkText(`${before}${twice}${twice}expect "p" { 1 < 2 }`);
    expect(diagnostics.map(({ message }) => message)).toContain('two plots have the title "p"');
  });
});
