import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "../../src/dsl/syntax/parse.js";
import { Parser } from "../../src/dsl/syntax/parser.js";
import { print } from "../../src/dsl/syntax/print.js";
import type { Definition, Expression, SyntaxTree } from "../../src/dsl/syntax/tree.js";
import { texts } from "./texts.js";

function read(text: string): { tree: SyntaxTree; codes: string[] } {
  const codes: string[] = [];
  const tree = parse({ name: "a.cflow", text }, ({ code }) => codes.push(code));
  return { tree, codes };
}

function expressionOf(text: string): Expression {
  const { tree, codes } = read(`param x = ${text}`);
  expect(codes).toEqual([]);
  return (tree.declarations[0] as Definition).value;
}

/** The expression fully parenthesized, so that what binds to what shows. */
function structure(expression: Expression): string {
  switch (expression.form) {
    case "binary":
      return `(${structure(expression.left)} ${expression.operator} ${structure(expression.right)})`;
    case "negate":
      return `(-${structure(expression.of)})`;
    case "chain":
      return `(${expression.links.map(structure).join(" -> ")})`;
    case "index":
      return `${structure(expression.of)}[${structure(expression.index)}]`;
    default:
      return print(expression);
  }
}

test("the grammar has no ambiguities, left recursion or other faults that chevrotain finds", () => {
  expect(() => new Parser(false)).not.toThrow();
});

test.each([
  ["1 + 2 * 3 - 4 / 5", "((1 + (2 * 3)) - (4 / 5))"],
  ["1 - 2 - 3", "((1 - 2) - 3)"],
  ["(1 - (2 - 3)) * 4", "((1 - (2 - 3)) * 4)"],
  ["-a[0] * -2", "((-a[0]) * (-2))"],
  ["--2 + ---2", "(2 + (-2))"],
  ["-x ^ 2", "(-(x ^ 2))"],
  ["2 * x ^ 2 / 3", "((2 * (x ^ 2)) / 3)"],
  ["a ^ b ^ c", "(a ^ (b ^ c))"],
  ["(a ^ b) ^ c", "((a ^ b) ^ c)"],
  ["(-2) ^ 2", "((-2) ^ 2)"],
  ["a ^ -b ^ --c ^ ---d", "(a ^ (-(b ^ (c ^ (-d)))))"],
  ["a ^ -(b ^ c)", "(a ^ (-(b ^ c)))"],
  ["a ^ (-b) ^ c", "(a ^ ((-b) ^ c))"],
  ["-a[0] ^ f(x)", "(-(a[0] ^ f(x)))"],
  ["a -> 2 * b(3) -> c", "(a -> (2 * b(3)) -> c)"],
  ["2 * (a -> b) -> c", "((2 * (a -> b)) -> c)"],
  ["a + 1 < b * 2", "((a + 1) < (b * 2))"],
  ["e.p.s[i + 1] <= 2e-5", "(e.p.s[(i + 1)] <= 2e-5)"],
  ['[1, "two", [true, false], ]', '[1, "two", [true, false]]'],
  ["f(1, g(2), from = 3,)", "f(1, g(2), from = 3)"],
  ["m(1) { a = 1  b { c } d {}, }", "m(1) { a = 1  b { c }  d { } }"],
])("%s", (text, expected) => {
  expect(structure(expressionOf(text))).toBe(expected);
});

test.each([
  ["1000", 1000],
  ["0.02", 0.02],
  ["2e-5", 2e-5],
  ["1.5E+3", 1500],
  [".5", 0.5],
  ["3.", 3],
])("the number %s", (text, value) => {
  expect(expressionOf(text)).toMatchObject({ form: "number", value, text });
});

test.each([
  ['"a\\"b\\\\c\\n\\t\\r"', 'a"b\\c\n\t\r'],
  ['""', ""],
  ['"// no comment /* */"', "// no comment /* */"],
  ['"smörgåsbord 🎛"', "smörgåsbord 🎛"],
])("the string %s", (text, value) => {
  expect(expressionOf(text)).toMatchObject({ form: "string", value });
});

test("any expression of operators is printed so that it is read again", () => {
  const leaf = fc.constantFrom("a", "2", "f(x)");
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "medium" },
      leaf,
      fc.tuple(tie("tree")).map(([of]) => `(-${of})`),
      fc
        .tuple(tie("tree"), fc.constantFrom("+", "-", "*", "/", "^", "<"), tie("tree"))
        .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    ),
  }));
  fc.assert(
    fc.property(tree, (text) => {
      const value = expressionOf(text);
      expect(structure(expressionOf(print(value)))).toBe(structure(value));
    }),
  );
});

test("printing and reading again gives the same structure", () => {
  for (const text of Object.values(texts)) {
    for (const each of read(text).tree.declarations) {
      if (each.form === "flow" || each.form === "command" || each.form === "import") continue;
      const values =
        each.form === "plot"
          ? each.arguments.map(({ value }) => value)
          : [each.form === "claim" ? each.expression : each.value];
      for (const value of values) {
        const again = expressionOf(print(value));
        expect(structure(again)).toBe(structure(value));
        expect(print(again)).toBe(print(value));
      }
    }
  }
});

test("spans cover exactly what was written", () => {
  const text = "model  mlp = flatten ->  2 * dense( 4 , bias = true )  { x = 1 } // end";
  const { tree } = read(text);
  const { name, value, span } = tree.declarations[0] as Definition;
  const at = (where: { start: number; end: number }) => text.slice(where.start, where.end);
  expect(at(name!.span)).toBe("mlp");
  expect(at(span)).toBe("model  mlp = flatten ->  2 * dense( 4 , bias = true )  { x = 1 }");
  if (value.form !== "chain") throw new Error(value.form);
  const [first, second] = value.links;
  expect(at(first!.span)).toBe("flatten");
  expect(at(second!.span)).toBe("2 * dense( 4 , bias = true )  { x = 1 }");
  if (second!.form !== "binary" || second!.right.form !== "apply") throw new Error(second!.form);
  expect(at(second!.right.head)).toBe("dense( 4 , bias = true )");
  expect(at(second!.right.block!.entries[0]!.span)).toBe("x = 1");
});

test("parentheses belong to what they hold, and to what that is a part of", () => {
  const text = "param p = (1 + 2) * -(3) ^ (4)";
  const at = ({ span: { start, end } }: Expression) => text.slice(start, end);
  const { value } = read(text).tree.declarations[0] as Definition;
  if (value.form !== "binary" || value.right.form !== "negate") throw new Error(value.form);
  expect([value, value.left, value.right, value.right.of].map(at)).toEqual([
    "(1 + 2) * -(3) ^ (4)",
    "(1 + 2)",
    "-(3) ^ (4)",
    "(3) ^ (4)",
  ]);
});

describe("recovery keeps what is around an error", () => {
  const names = ({ tree }: ReturnType<typeof read>) =>
    tree.declarations.map((each) => {
      if (each.form === "import") return each.path;
      return "title" in each ? each.title : each.name?.text;
    });

  test.each([
    ["a value is missing", "param a =\nparam b = 2", ["a", "b"], ["CF1104"]],
    ["a name is missing", "param = 1\nparam b = 2", [undefined, "b"], ["CF1101"]],
    ["an equals sign is missing", "param a 1\nparam b = 2", ["a", "b"], ["CF1101"]],
    [
      "a brace is missing",
      "flow f { steps = 1\nmodel m = a\nflow g { }",
      ["f", "m", "g"],
      ["CF1102"],
    ],
    ["a brace too many", "flow f { } }\nparam b = 2", ["f", "b"], ["CF1101"]],
    ["an unknown declaration with a body", "report { model = 3 }\nparam b = 2", ["b"], ["CF1103"]],
    [
      "two unknown declarations",
      'study a in [1]\ninclude "x"\nparam b = 2',
      ["b"],
      ["CF1103", "CF1103"],
    ],
    ["a stray value", "param a = 1\n0.5\nparam b = 2", ["a", "b"], ["CF1101"]],
    ["an operator too many", "param a = 1 + * 2\nparam b = 2", ["a", "b"], ["CF1104"]],
    ["an exponent is missing", "param a = 1 ^\nparam b = 2", ["a", "b"], ["CF1104"]],
    ["a power of Python", "param a = 2 ** 3\nparam b = 2", ["a", "b"], ["CF1104"]],
  ])("%s", (_what, text, expectedNames, expectedCodes) => {
    const result = read(text);
    expect(names(result)).toEqual(expectedNames);
    expect(result.codes).toEqual(expectedCodes);
  });

  test("settings after a broken one are read", () => {
    const { tree, codes } = read("flow f { steps 10  seed = = 3\n  loss = mse\n  central { } }");
    expect(codes).toEqual(["CF1101"]);
    const [flow] = tree.declarations;
    const entries = flow?.form === "flow" ? flow.block.entries : [];
    expect(entries.map(({ name }) => name.text)).toEqual(["steps", "seed", "loss", "central"]);
  });
});

describe("long and deep texts", () => {
  test("the deepest nesting that is allowed is read", () => {
    const { tree, codes } = read(`param a = ${"(".repeat(64)}1${")".repeat(64)}`);
    expect(codes).toEqual([]);
    expect((tree.declarations[0] as Definition).value).toMatchObject({ value: 1 });
  });

  test.each([
    ["brackets", `param a = ${"[".repeat(100_000)}`],
    ["operators", `param a = 1${" + 1".repeat(100_000)}`],
    ["powers", `param a = 1${" ^ -1".repeat(100_000)}`],
    ["indices", `param a = b${"[0]".repeat(100_000)}`],
    [
      "operators in each other",
      `param a = ${"(".repeat(60)}1${`${" + 1".repeat(400)})`.repeat(60)}`,
    ],
    ["braces", "flow f {".repeat(10_000)],
    ["closing braces", "}".repeat(10_000)],
  ])("too many %s are one kind of error, not a crash", (_what, text) => {
    expect(new Set(read(text).codes).size).toBe(1);
  });

  test("signs do not nest", () => {
    expect(expressionOf(`${"-".repeat(10_001)}1`)).toMatchObject({ form: "negate" });
  });
});
