/** Expressions as text in one fixed form, whatever the white space and parentheses they were written with. */
import type { Argument, Block, Expression } from "./tree.js";

/** How tightly each form binds; an operand that binds less tightly than its place needs parentheses. */
const tightness: Readonly<Record<string, number>> = {
  "->": 0,
  "<": 1,
  "<=": 1,
  ">": 1,
  ">=": 1,
  "==": 1,
  "!=": 1,
  "+": 2,
  "-": 2,
  "*": 3,
  "/": 3,
  "^": 5,
};
const sign = 4;
const atom = 6;

export function print(expression: Expression, needed = 0): string {
  const [text, tight] = printed(expression);
  return tight < needed ? `(${text})` : text;
}

function printed(expression: Expression): [text: string, tight: number] {
  switch (expression.form) {
    case "number":
      return [expression.text, atom];
    case "string":
      return [JSON.stringify(expression.value), atom];
    case "boolean":
      return [String(expression.value), atom];
    case "list":
      return [`[${expression.items.map((item) => print(item)).join(", ")}]`, atom];
    case "path":
      return [expression.parts.map(({ text }) => text).join("."), atom];
    case "apply": {
      const { name, arguments: given, block } = expression;
      const head = given === undefined ? name.text : `${name.text}(${printArguments(given)})`;
      return [block === undefined ? head : `${head} ${printBlock(block)}`, atom];
    }
    case "index":
      return [`${print(expression.of, atom)}[${print(expression.index)}]`, atom];
    case "negate":
      return [`-${print(expression.of, tightness["^"])}`, sign];
    case "binary": {
      const { operator, left, right } = expression;
      const tight = tightness[operator]!;
      // The only one that groups to the right, where a sign may stand, too.
      if (operator === "^") return [`${print(left, atom)} ^ ${print(right, sign)}`, tight];
      return [`${print(left, tight)} ${operator} ${print(right, tight + 1)}`, tight];
    }
    case "chain":
      return [expression.links.map((link) => print(link, tightness["->"]! + 1)).join(" -> "), 0];
    case "missing":
      return ["…", atom];
  }
}

function printArguments(given: readonly Argument[]): string {
  return given
    .map(({ name, value }) =>
      name === undefined ? print(value) : `${name.text} = ${print(value)}`,
    )
    .join(", ");
}

function printBlock({ entries }: Block): string {
  const inner = entries.map(({ name, value, block }) => {
    if (value !== undefined) return `${name.text} = ${print(value)}`;
    return block === undefined ? name.text : `${name.text} ${printBlock(block)}`;
  });
  return inner.length === 0 ? "{ }" : `{ ${inner.join("  ")} }`;
}
