/** Evaluates a claim's expression on measured series. The expression was type-checked by the language. */
import type { BinaryOperator, SeriesExpression } from "../dsl/program.js";
import { claimFunctions, elementwise, type Series, type Value } from "./functions.js";

/** Gives the column that a series reference names; `index` picks one value out of a spectrum. */
export type SeriesSource = (step: string, series: string, index: number | undefined) => Series;

export interface Verdict {
  readonly holds: boolean;
  /** The measured left side of the comparison. */
  readonly value: number;
  /** The right side. */
  readonly bound: number;
}

type Comparison = Extract<BinaryOperator, "<" | "<=" | ">" | ">=" | "==" | "!=">;

const comparisons: Record<Comparison, (a: number, b: number) => boolean> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "==": (a, b) => a === b,
  // NaN is unequal to everything, but a claim about nothing measured must not hold.
  "!=": (a, b) => a < b || a > b,
};

const arithmetic: Record<Exclude<BinaryOperator, Comparison>, (a: number, b: number) => number> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => a ** b,
};

const functions = new Map(claimFunctions.map((entry) => [entry.name, entry]));

export function judge(expression: SeriesExpression, source: SeriesSource): Verdict {
  if (expression.form !== "binary" || !(expression.operator in comparisons)) {
    throw new Error("a claim must be a comparison");
  }
  const value = evaluate(expression.left, source) as number;
  const bound = evaluate(expression.right, source) as number;
  return { holds: comparisons[expression.operator as Comparison](value, bound), value, bound };
}

export function evaluate(expression: SeriesExpression, source: SeriesSource): Value {
  switch (expression.form) {
    case "number":
      return expression.value;
    case "series":
      return source(expression.step, expression.series, expression.index);
    case "negate":
      return elementwise((v) => -v, evaluate(expression.of, source));
    case "binary": {
      const f = arithmetic[expression.operator as keyof typeof arithmetic];
      return combine(f, evaluate(expression.left, source), evaluate(expression.right, source));
    }
    case "call": {
      const { from = 0, to = Number.POSITIVE_INFINITY } = expression;
      const args = expression.arguments
        .map((argument) => evaluate(argument, source))
        .map((value) => (typeof value === "number" ? value : value.slice(from, to)));
      return functions.get(expression.function)!.evaluate(args);
    }
  }
}

/** Series combine row by row as far as both reach; a number combines with every row. */
function combine(f: (a: number, b: number) => number, left: Value, right: Value): Value {
  if (typeof right === "number") return elementwise((v) => f(v, right), left);
  if (typeof left === "number") return elementwise((v) => f(left, v), right);
  return left.slice(0, right.length).map((a, row) => {
    const b = right[row] ?? null;
    return a === null || b === null ? null : f(a, b);
  });
}

/** Steps whose series an expression reads, each once, in order of appearance. */
export function stepsRead(expression: SeriesExpression): readonly string[] {
  switch (expression.form) {
    case "number":
      return [];
    case "series":
      return [expression.step];
    case "negate":
      return stepsRead(expression.of);
    case "binary":
      return [...new Set([...stepsRead(expression.left), ...stepsRead(expression.right)])];
    case "call":
      return [...new Set(expression.arguments.flatMap(stepsRead))];
  }
}

/** The same expression with every step renamed, as for an identity free of names. */
export function renameSteps(
  expression: SeriesExpression,
  rename: (step: string) => string,
): SeriesExpression {
  switch (expression.form) {
    case "number":
      return expression;
    case "series":
      return { ...expression, step: rename(expression.step) };
    case "negate":
      return { ...expression, of: renameSteps(expression.of, rename) };
    case "binary":
      return {
        ...expression,
        left: renameSteps(expression.left, rename),
        right: renameSteps(expression.right, rename),
      };
    case "call":
      return { ...expression, arguments: expression.arguments.map((a) => renameSteps(a, rename)) };
  }
}
