/** Landscapes: what their formulas mean, and what is said of those that mean nothing. */
import { describe, expect, test } from "vitest";
import type { Diagnostic, Formula, LandscapeFlow } from "../../src/dsl/index.js";
import { checkText } from "./texts.js";

function flow(rest = "", name = "toy"): string {
  return `flow f { landscape = ${name}  optimizer = gd(0.1)  steps = 3  discrete  ${rest} }`;
}

/** The text of a landscape of x and y, and a flow on it. */
function toy(formula: string, before = ""): string {
  return `${before}\nlandscape toy(x, y) = ${formula}\n${flow("weights = at([1, 2])")}`;
}

function landscapeOf(text: string, overrides: readonly string[] = []) {
  const { program, diagnostics } = checkText(text, { overrides });
  expect(diagnostics).toEqual([]);
  return (program!.flows[0] as LandscapeFlow).landscape;
}

function errors(text: string): readonly Diagnostic[] {
  return checkText(text).diagnostics.filter(({ severity }) => severity === "error");
}

const shown = ({ code, message }: Diagnostic) => `${code} ${message}`;

/** As text, with variables by place and every part in parentheses. */
function structure(formula: Formula): string {
  switch (formula.form) {
    case "number":
      return String(formula.value);
    case "variable":
      return `$${formula.index}`;
    case "negate":
      return `(-${structure(formula.of)})`;
    case "binary":
      return `(${structure(formula.left)} ${formula.operator} ${structure(formula.right)})`;
    case "power":
      return `(${structure(formula.base)} ^ ${formula.exponent})`;
    case "call":
      return `${formula.function}(${structure(formula.of)})`;
  }
}

describe("a formula", () => {
  test.each([
    ["x + y * x - y", "(($0 + ($1 * $0)) - $1)"],
    ["-x ^ 2 / (y - 1)", "((-($0 ^ 2)) / ($1 - 1))"],
    ["exp(x / 2) * sin(x * y)", "(exp(($0 / 2)) * sin(($0 * $1)))"],
    ["x ^ -2 ^ 2", "($0 ^ -4)"],
    ["(x + y) ^ (1 / 2)", "(($0 + $1) ^ 0.5)"],
    ["--x", "$0"],
    ["0", "0"],
  ])("%s", (formula, expected) => {
    expect(structure(landscapeOf(toy(formula)).formula)).toBe(expected);
  });

  test.each([
    ["(1 + 2) * 3 / 4 * x", "(2.25 * $0)"],
    ["2 ^ 3 ^ 2 - x", "(512 - $0)"],
    ["x * exp(0)", "($0 * 1)"],
    ["x * -log(1)", "($0 * 0)"],
    ["x - -3", "($0 - -3)"],
  ])("has what is constant computed: %s", (formula, expected) => {
    const { formula: found } = landscapeOf(toy(formula));
    expect(structure(found)).toBe(expected);
    expect(JSON.stringify(found)).not.toContain("-0,");
  });

  test("has params as their numbers, which can be overridden, and tells which", () => {
    const text = toy("a * x + b", "param a = b / 2\nparam b = 3\nparam y = 7").replace(
      "gd(0.1)",
      "gd(y)",
    );
    const landscape = landscapeOf(text);
    expect(structure(landscape.formula)).toBe("((1.5 * $0) + 3)");
    expect(landscape).toMatchObject({
      name: "toy",
      variables: ["x", "y"],
      constants: { a: 1.5, b: 3 },
      text: "a * x + b",
    });
    expect(structure(landscapeOf(text, ["b=-1"]).formula)).toBe("((-0.5 * $0) + -1)");
  });

  test("has variables before params of their names", () => {
    const text = toy("x * y", "param x = 5").replace("gd(0.1)", "gd(x)");
    expect(landscapeOf(text)).toMatchObject({ constants: {} });
    expect(structure(landscapeOf(text).formula)).toBe("($0 * $1)");
  });

  test("may use a function's name for a variable", () => {
    const text = toy("x").replace("toy(x, y) = x", "toy(exp, y) = exp(exp) * y");
    expect(structure(landscapeOf(text).formula)).toBe("(exp($0) * $1)");
  });

  test("is the same whatever its variables and params are called", () => {
    const one = landscapeOf(toy("c * x ^ 2 - y", "param c = 4"));
    const other = landscapeOf(
      toy("k * p ^ 2 - q", "param k = 4").replace("toy(x, y)", "toy(p, q)"),
    );
    expect(other.formula).toEqual(one.formula);
  });
});

describe("what has no meaning is an error at its place", () => {
  test.each([
    ["an unknown name", toy("x + z"), ["CF1201 there is no variable or param `z`"]],
    [
      "a param of a name that stands for nothing",
      toy("x * c", "param c = zeta"),
      ["CF1201 there is no variable or param `zeta`"],
    ],
    [
      "a param that is no number",
      toy("x * c", 'param c = "a"'),
      ['CF1304 `c` is "a", and a landscape needs numbers'],
    ],
    ["an unknown function", toy("sn(x)"), ["CF1702 there is no function `sn`"]],
    ["no argument", toy("sin()"), ["CF1703 `sin` takes 1 argument, not 0"]],
    [
      "a block",
      toy("sin(x) { a = 1 }"),
      ["CF1703 `sin` takes its argument in parentheses and without a name"],
    ],
    [
      "errors within a call",
      toy("sn(z) + sin(u, v)"),
      [
        "CF1702 there is no function `sn`",
        "CF1201 there is no variable or param `z`",
        "CF1703 `sin` takes 1 argument, not 2",
        "CF1201 there is no variable or param `u`",
        "CF1201 there is no variable or param `v`",
      ],
    ],
    [
      "a series",
      toy("x + f.discrete.train_loss"),
      ["CF1704 `f.discrete.train_loss` has no meaning in a landscape"],
    ],
    ["an index", toy("x[0]"), ["CF1704 `x[0]` has no meaning in a landscape"]],
    ["a comparison", toy("x * (1 < 2)"), ["CF1704 `1 < 2` has no meaning in a landscape"]],
    ["a chain", toy("x -> y"), ["CF1704 `x -> y` has no meaning in a landscape"]],
    ["a division by zero", toy("x / (2 - 2)"), ["CF1306 `x / (2 - 2)` divides by zero"]],
    ["no real value", toy("x * sqrt(-1)"), ["CF1306 `sqrt(-1)` has no finite value"]],
    [
      "a variable exponent",
      toy("2 ^ (x + 1)"),
      ["CF1705 the exponent `x + 1` depends on the variables"],
    ],
  ])("%s", (_, text, expected) => {
    expect(errors(text).map(shown)).toEqual(expected);
  });

  test("a landscape that no flow uses is checked, once", () => {
    const text = "landscape a(x) = z\nlandscape b(x, x) = x";
    expect(errors(text).map(({ code }) => code)).toEqual(["CF1201", "CF1202"]);
    expect(
      errors(`${toy("z")}\n${flow("weights = at([1, 2])").replace("flow f", "flow g")}`),
    ).toHaveLength(1);
  });

  test("one mistake is one error", () => {
    expect(errors(toy("x +")).map(({ code }) => code)).toEqual(["CF1104"]);
    expect(errors(toy("x").replace("(x, y)", "(x, y")).map(({ code }) => code)).toEqual(["CF1101"]);
    expect(
      errors(toy("x").replace("landscape toy", "landscpe toy")).map(({ code }) => code),
    ).toEqual(["CF1103"]);
    expect(errors(toy("c * x", "param c = ")).map(({ code }) => code)).toEqual(["CF1104"]);
  });
});

describe("a flow on a landscape", () => {
  const bowl = "landscape toy(x, y) = x ^ 2 + y ^ 2\n";
  const at = "weights = at([1, 2])";

  test.each([
    ["another name", flow(at, "tov"), ["CF1203 there is no landscape `tov`"]],
    ["a formula", flow(at, "(x + 1)"), ["CF1403 `x + 1` is not a landscape"]],
    ["arguments", flow(at, "toy(1, 2)"), ["CF1308 the landscape `toy` takes no arguments here"]],
    ["no value", flow(at).replace("= toy", ""), ["CF1307 `landscape` has no value"]],
    ["no weights", flow(), ["CF1303 flow `f` needs `weights`"]],
    [
      "no optimizer",
      flow(at).replace("optimizer = gd(0.1)", ""),
      ["CF1303 flow `f` needs `optimizer`"],
    ],
    ["too few weights", flow("weights = at([1])"), ["CF1602 1 numbers for a landscape of 2"]],
    ["drawn weights", flow("weights = default"), ["CF1602 a landscape has no draw"]],
    ["a model", flow(`${at}  model = gelu`), ["CF1311 a landscape stands beside a model"]],
    [
      "all else, with its own errors",
      flow(`${at}  dataset = mnst  model = gelo  loss = mse`),
      [
        "CF1311 a landscape stands beside a dataset",
        "CF1203 there is no dataset `mnst`",
        "CF1203 there is no layer `gelo`",
      ],
    ],
    [
      "misspelt weights",
      flow("weigths = at([1, 2])"),
      ["CF1301 flow `f` has no setting, block or process `weigths`"],
    ],
  ])("with %s", (_, text, expected) => {
    expect(errors(bowl + text).map(shown)).toEqual(expected);
  });

  test("with neither a landscape nor anything else", () => {
    const text = "flow f { optimizer = gd(0.1)  steps = 3  discrete }";
    expect(errors(text).map(shown)).toEqual(["CF1303 flow `f` needs something to minimize"]);
  });

  test("may have a landscape declared after it, and share it", () => {
    const text = `${flow(at)}\n${flow(at).replace("flow f", "flow g")}\n${bowl}`;
    const { program } = checkText(text);
    expect(program!.flows.map(({ form }) => form)).toEqual(["landscape", "landscape"]);
  });

  test("may be misspelt in its declaration or not closed before it", () => {
    expect(errors(`${bowl.replace("toy", "toi")}${flow(at)}`).map(({ code }) => code)).toEqual([
      "CF1203",
    ]);
    expect(errors(`${flow(at).slice(0, -1)}\n${bowl}`).map(({ code }) => code)).toEqual(["CF1102"]);
  });

  test("is told that a landscape is no value", () => {
    expect(errors(`${bowl}optimizer o = gd(toy)`).map(shown)).toEqual([
      "CF1201 `toy` is a landscape, not a value",
    ]);
  });

  test("claims may be made about it", () => {
    const claim = 'expect "c" { final(f.discrete.train_loss) < 1 }';
    const { program } = checkText(`${bowl}${flow(at)}\n${claim}`);
    expect(program!.claims[0]!.expression).toMatchObject({
      left: { arguments: [{ step: "f.discrete" }] },
    });
  });
});

test("weights that are given as numbers fit models too", () => {
  const text = `flow f {
  dataset = arrays { x = "x"  y = "y" }  model = flatten -> dense(2, bias = false)  loss = mse
  optimizer = gd(0.1)  steps = 3  discrete  weights = at([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
}`;
  expect(errors(text)).toEqual([]);
  expect(errors(text.replace(", 12", "")).map(shown)).toEqual([
    "CF1602 11 numbers for a model of 12",
  ]);
});

test("what is declared is listed", () => {
  const { symbols } = checkText("landscape toy(x) = x");
  expect(symbols.map(({ kind, name }) => [kind, name])).toEqual([["landscape", "toy"]]);
});
