/**
 * Landscapes: formulas of named variables. Names become places and numbers, what is constant is
 * computed once in double precision, and what is not smooth is refused.
 */
import { type Code, error } from "../codes.js";
import type { Span } from "../diagnostic.js";
import type { Formula, ResolvedLandscape } from "../program.js";
import { suggestion } from "../suggest.js";
import { print } from "../syntax/print.js";
import {
  type Apply,
  type Binary,
  type Expression,
  isBare,
  type LandscapeDeclaration,
  type Name,
} from "../syntax/tree.js";
import { type Context, mayBeLost } from "./context.js";
import type { Resolver } from "./makers.js";
import { computed, quoteExpression, show } from "./values.js";

export function landscapeResolver(context: Context): Resolver<ResolvedLandscape> {
  const { landscapes } = context.declarations;

  const declared = (declaration: LandscapeDeclaration) =>
    context.once(declaration, () => resolve(context, declaration));

  return {
    reference(expression) {
      if (expression.form === "missing") return undefined;
      if (expression.form !== "apply") {
        return refuse(context, "CF1403", expression.span, {
          message: `${quoteExpression(expression)} is not a landscape`,
          help: "declare one, as in `landscape bowl(x, y) = x ^ 2 + y ^ 2`, and give its name",
        });
      }
      const { name } = expression;
      const declaration = landscapes.get(name.text);
      if (declaration === undefined) {
        if (mayBeLost(context, name.text)) return undefined;
        const message = `there is no landscape \`${name.text}\``;
        const names = [...landscapes.keys()];
        context.report(
          error("CF1203", name.span, message, suggestion(name.text, name.span, names)),
        );
        return undefined;
      }
      if (isBare(expression)) return declared(declaration);
      return refuse(context, "CF1308", expression.span, {
        message: `the landscape \`${name.text}\` takes no arguments here`,
        help: "give its name alone; `weights` says where its variables start",
      });
    },
    declared: (name) => declared(landscapes.get(name)!),
  };
}

function refuse(
  { report }: Context,
  code: Code,
  span: Span,
  { message, help }: { readonly message: string; readonly help?: string },
): undefined {
  report(error(code, span, message, { help }));
}

/** What names mean in a formula, which params were met, and where its numbers were written. */
interface Scope {
  readonly context: Context;
  readonly variables: readonly string[];
  readonly constants: Record<string, number>;
  readonly places: Map<Formula, Span>;
}

function resolve(
  context: Context,
  declaration: LandscapeDeclaration,
): ResolvedLandscape | undefined {
  const { name, parameters, value, broken } = declaration;
  const variables = new Map<string, Name>();
  let sound = !broken;
  for (const each of parameters) {
    const first = variables.get(each.text);
    if (first === undefined) variables.set(each.text, each);
    else {
      sound = false;
      context.report(
        error("CF1202", each.span, `the variable \`${each.text}\` is declared twice`, {
          others: [{ span: first.span, text: "first declared here" }],
          help: "rename one of them",
        }),
      );
    }
  }
  if (parameters.length === 0 && !broken) {
    return refuse(context, "CF1701", name!.span, {
      message: `the landscape \`${name!.text}\` has no variables`,
      help: `name them in parentheses, as in \`landscape ${name!.text}(x, y) = …\``,
    });
  }
  const scope: Scope = {
    context,
    variables: [...variables.keys()],
    constants: {},
    places: new Map(),
  };
  const resolved = formula(scope, value);
  if (resolved === undefined || !sound) return undefined;
  return {
    name: name!.text,
    variables: scope.variables,
    formula: resolved,
    numbers: numbersIn(resolved, scope.places),
    text: print(value),
    constants: scope.constants,
    span: value.span,
  };
}

/** The numbers that are left of a formula. Whole exponents are none: such powers are products. */
function numbersIn(
  formula: Formula,
  places: ReadonlyMap<Formula, Span>,
): ResolvedLandscape["numbers"] {
  const span = places.get(formula)!;
  switch (formula.form) {
    case "number":
      return [{ value: formula.value, span }];
    case "variable":
      return [];
    case "negate":
    case "call":
      return numbersIn(formula.of, places);
    case "binary":
      return [...numbersIn(formula.left, places), ...numbersIn(formula.right, places)];
    case "power": {
      const { base, exponent } = formula;
      const own = Number.isInteger(exponent) ? [] : [{ value: exponent, span }];
      return [...numbersIn(base, places), ...own];
    }
  }
}

function formula(scope: Scope, expression: Expression): Formula | undefined {
  const found = meaning(scope, expression);
  if (found?.form === "number") scope.places.set(found, expression.span);
  if (found?.form === "power") scope.places.set(found, (expression as Binary).right.span);
  return found;
}

function meaning(scope: Scope, expression: Expression): Formula | undefined {
  switch (expression.form) {
    case "number":
      return { form: "number", value: expression.value };
    case "negate": {
      const of = formula(scope, expression.of);
      if (of?.form === "number") return { form: "number", value: 0 - of.value };
      return of && { form: "negate", of };
    }
    case "binary":
      return binary(scope, expression);
    case "apply":
      return isBare(expression) ? named(scope, expression.name) : call(scope, expression);
    case "missing":
      return undefined;
    default:
      return meaningless(scope, expression);
  }
}

function meaningless({ context }: Scope, expression: Expression): undefined {
  return refuse(context, "CF1704", expression.span, {
    message: `${quoteExpression(expression)} has no meaning in a landscape`,
    help: "a landscape is made of numbers, variables, params, `+ - * / ^` and functions",
  });
}

function binary(scope: Scope, expression: Binary): Formula | undefined {
  const { operator } = expression;
  if (operator === "^") return power(scope, expression);
  if (operator !== "+" && operator !== "-" && operator !== "*" && operator !== "/") {
    return meaningless(scope, expression);
  }
  const left = formula(scope, expression.left);
  const right = formula(scope, expression.right);
  if (left === undefined || right === undefined) return undefined;
  if (left.form === "number" && right.form === "number") {
    return constant(scope, expression, left.value, right.value);
  }
  // Whatever is divided by zero.
  if (operator === "/" && right.form === "number" && right.value === 0) {
    return constant(scope, expression, 1, 0);
  }
  return { form: "binary", operator, left, right };
}

function power(scope: Scope, expression: Binary): Formula | undefined {
  const base = formula(scope, expression.left);
  const exponent = formula(scope, expression.right);
  if (base === undefined || exponent === undefined) return undefined;
  if (exponent.form !== "number") {
    return refuse(scope.context, "CF1705", expression.right.span, {
      message: `the exponent ${quoteExpression(expression.right)} depends on the variables`,
      help: "write `exp(y * log(x))` for x to the power of y",
    });
  }
  return base.form === "number"
    ? constant(scope, expression, base.value, exponent.value)
    : { form: "power", base, exponent: exponent.value };
}

function constant(
  { context }: Scope,
  expression: Binary,
  a: number,
  b: number,
): Formula | undefined {
  const value = computed(expression, a, b, context.report);
  return value === undefined ? undefined : { form: "number", value };
}

/** A variable, or a param, which stands for its number. */
function named({ context, variables, constants }: Scope, name: Name): Formula | undefined {
  const { text, span } = name;
  const index = variables.indexOf(text);
  if (index >= 0) return { form: "variable", index };
  const param = context.param(text);
  if (param !== undefined && param.word === undefined) {
    const { value, origin } = param;
    if (typeof value === "number") {
      constants[text] = value;
      return { form: "number", value };
    }
    if (value === undefined) return undefined;
    const message = `\`${text}\` is ${show(value)}, and a landscape needs numbers`;
    const others = origin === undefined ? [] : [{ span: origin, text: "its value" }];
    context.report(error("CF1304", span, message, { others }));
    return undefined;
  }
  const unknown = param?.word ?? name;
  if (mayBeLost(context, unknown.text)) return undefined;
  if (isFunction(context, unknown.text)) {
    return refuse(context, "CF1703", unknown.span, {
      message: `\`${unknown.text}\` is a function, and stands here without an argument`,
      help: `write \`${unknown.text}(…)\``,
    });
  }
  const names = [...variables, ...context.declarations.params.keys()];
  const message = `there is no variable or param \`${unknown.text}\``;
  context.report(
    error("CF1201", unknown.span, message, suggestion(unknown.text, unknown.span, names)),
  );
  return undefined;
}

function isFunction({ vocabulary }: Context, name: string): boolean {
  return vocabulary.smoothFunctions.some((each) => each.name === name);
}

function call(scope: Scope, apply: Apply): Formula | undefined {
  const { context, variables } = scope;
  const { text, span } = apply.name;
  const given = apply.arguments ?? [];
  const inner = given.map(({ value }) => formula(scope, value));
  const entry = context.vocabulary.smoothFunctions.find(({ name }) => name === text);
  if (entry === undefined) {
    if (variables.includes(text) || context.param(text) !== undefined) {
      return refuse(context, "CF1702", span, {
        message: `\`${text}\` is a number, not a function`,
        help: `a product is written \`${text} * (…)\``,
      });
    }
    const kink = kinked.get(text);
    if (kink !== undefined) {
      return refuse(context, "CF1702", span, {
        message: `\`${text}\` is not smooth, as a landscape must be`,
        help: kink,
      });
    }
    const names = context.vocabulary.smoothFunctions.map(({ name }) => name);
    const message = `there is no function \`${text}\``;
    context.report(error("CF1702", span, message, suggestion(text, span, names)));
    return undefined;
  }
  if (given.length !== 1 || given[0]!.name !== undefined || apply.block !== undefined) {
    const message =
      given.length === 1
        ? `\`${text}\` takes its argument in parentheses and without a name`
        : `\`${text}\` takes 1 argument, not ${given.length}`;
    return refuse(context, "CF1703", apply.head, { message, help: `write \`${text}(…)\`` });
  }
  const of = inner[0];
  if (of === undefined) return undefined;
  if (of.form !== "number") return { form: "call", function: text, of };
  const value = entry.value(of.value);
  if (Number.isFinite(value)) return { form: "number", value: value + 0 };
  return refuse(context, "CF1306", apply.span, {
    message: `${quoteExpression(apply)} has no finite value`,
  });
}

/** Functions that one may look for, and what to write instead. */
const kinked: ReadonlyMap<string, string> = new Map([
  ["abs", "`sqrt(x ^ 2 + c)` with a small constant c is smooth"],
  ["max", "`log(exp(x) + exp(y))` is a smooth maximum"],
  ["min", "`-log(exp(-x) + exp(-y))` is a smooth minimum"],
]);
