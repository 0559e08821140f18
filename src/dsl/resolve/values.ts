/** Plain values and their arithmetic: what settings, params and arguments are made of. */
import { error, type Report } from "../codes.js";
import type { Diagnostic } from "../diagnostic.js";
import { print } from "../syntax/print.js";
import { type Binary, type Expression, isBare, type Name } from "../syntax/tree.js";
import { writtenValue } from "../written.js";
import type { Binding, Names, Value } from "./context.js";

const longestQuote = 40;

function shorten(text: string): string {
  return text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text;
}

/** A value as messages show it. */
export function show(value: unknown): string {
  return shorten(writtenValue(value));
}

/** An expression as messages quote it. */
export function quoteExpression(expression: Expression): string {
  return `\`${shorten(print(expression))}\``;
}

/** Lists of lists of params can grow exponentially; what is longer is taken for a mistake. */
const longestList = 10_000;

/** Numbers and other plain values in a list and in the lists within it. */
function leaves(value: Value): number {
  return Array.isArray(value)
    ? value.reduce((sum: number, item: Value) => sum + leaves(item), 0)
    : 1;
}

/** What an expression stands for where it is given a name: a bare word, too, until it is used. */
export function bind(expression: Expression, names: Names, report: Report): Binding {
  const origin = expression.span;
  if (isBare(expression)) {
    const { name } = expression;
    const found = names.find(name.text) ?? { value: name.text, word: name };
    if (found.absent === undefined) return { ...found, origin };
  }
  return { value: evaluate(expression, names, report), origin };
}

function named(name: Name, names: Names, report: Report): Value | undefined {
  const found = names.find(name.text);
  if (found?.absent !== undefined) {
    const { misfit, help } = found.absent;
    report(error("CF1201", name.span, `there is no \`${name.text}\` here: ${misfit}`, { help }));
    return undefined;
  }
  const word = found === undefined ? name : found.word;
  if (word === undefined) return found?.value;
  names.refuse(word);
  return undefined;
}

/** Undefined if it is not known; the reason has been reported, here or by `names`. */
export function evaluate(expression: Expression, names: Names, report: Report): Value | undefined {
  switch (expression.form) {
    case "number":
    case "string":
    case "boolean":
      return expression.value;
    case "list": {
      const items = expression.items.map((item) => evaluate(item, names, report));
      if (!items.every((item) => item !== undefined)) return undefined;
      const length = leaves(items);
      if (length <= longestList) return items;
      report(
        error("CF1305", expression.span, `a list of ${length} values is too long`, {
          help: `a list can have ${longestList}`,
        }),
      );
      return undefined;
    }
    case "negate": {
      const of = evaluate(expression.of, names, report);
      if (of === undefined) return undefined;
      return number(of, expression.of, "-", report) ? negated(of) : undefined;
    }
    case "binary":
      return arithmetic(expression, names, report);
    case "apply":
      if (isBare(expression)) return named(expression.name, names, report);
      break;
    case "missing":
      return undefined;
  }
  report(
    error("CF1403", expression.span, `${quoteExpression(expression)} is not a value`, {
      help:
        expression.form === "path"
          ? "series can be used in `expect` only"
          : "values are numbers, strings, `true`, `false`, lists, params and arithmetic with them",
    }),
  );
  return undefined;
}

/** Without a negative zero, which would be another value than zero where values are compared. */
function negated(value: number): number {
  return value === 0 ? 0 : -value;
}

function number(
  value: Value,
  operand: Expression,
  operator: string,
  report: Report,
): value is number {
  if (typeof value === "number") return true;
  report(
    error("CF1304", operand.span, `\`${operator}\` needs numbers, and this is ${show(value)}`),
  );
  return false;
}

function arithmetic(expression: Binary, names: Names, report: Report): Value | undefined {
  const { operator, left, right, span } = expression;
  const a = evaluate(left, names, report);
  const b = evaluate(right, names, report);
  if (a === undefined || b === undefined) return undefined;
  const bothNumbers = [number(a, left, operator, report), number(b, right, operator, report)];
  if (bothNumbers.includes(false)) return undefined;
  if (!(operator in operations)) {
    report(
      error("CF1403", span, `the comparison ${quoteExpression(expression)} is not a value`, {
        help: "comparisons can be used in `expect` only",
      }),
    );
    return undefined;
  }
  return computed(expression, a as number, b as number, report);
}

/** An operation on numbers that are known; undefined, and reported, if it has no finite result. */
export function computed(
  expression: Binary,
  a: number,
  b: number,
  report: Report,
): number | undefined {
  const result = operations[expression.operator]!(a, b);
  if (Number.isFinite(result)) return result;
  report(noResult(expression, a, b));
  return undefined;
}

function noResult(expression: Binary, a: number, b: number): Diagnostic {
  const { operator, right, span } = expression;
  const quoted = quoteExpression(expression);
  if (operator === "/" && b === 0) {
    return error("CF1306", right.span, `${quoted} divides by zero`);
  }
  if (operator === "^" && a === 0) return error("CF1306", span, `${quoted} divides by zero`);
  if (operator === "^" && a < 0 && !Number.isInteger(b)) {
    return error("CF1306", span, `${quoted} is no real number`, {
      help: "a negative number has powers with whole exponents only",
    });
  }
  return error("CF1306", span, `${quoted} is larger than any number can be`);
}

/** By operator; comparisons have no numbers as results. */
const operations: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  // Adding zero turns a negative zero into zero.
  "*": (a, b) => a * b + 0,
  "/": (a, b) => a / b + 0,
  "^": (a, b) => a ** b + 0,
};
