/** Values of steps' parameters in words, much as a file could have them. */
import { callIn } from "../dsl/call-value.js";
import type { Span } from "../dsl/diagnostic.js";
import type { Formula, SeriesExpression } from "../dsl/program.js";
import { print } from "../dsl/syntax/print.js";
import type { Expression, Name } from "../dsl/syntax/tree.js";
import { writtenValue } from "../dsl/written.js";
import type { Json, JsonObject } from "../runtime/step.js";

/** Characters of a value that a line shows. */
const width = 40;

/** `0.02`, `gelu(form = "exact")`, `x1 ^ 2 + 1`; `none` for a value that isn't there. */
export function shown(value: Json | undefined, longest = width): string {
  const text = value === undefined ? "none" : inWords(value);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

function inWords(value: Json): string {
  if (typeof value !== "object" || value === null || callIn(value)) return writtenValue(value);
  if (Array.isArray(value)) {
    const items: readonly Json[] = value;
    const chain = items.length > 0 && items.every(isMade);
    return chain ? items.map(made).join(" -> ") : `[${items.map(inWords).join(", ")}]`;
  }
  const object = value as JsonObject;
  if (isMade(object)) return made(object);
  if ("form" in object) return print(tree(object as unknown as Resolved));
  const settings = Object.entries(object).map(([name, each]) => `${name} = ${inWords(each)}`);
  return settings.length === 0 ? "{ }" : `{ ${settings.join("  ")} }`;
}

type MadeValue = JsonObject & { readonly maker: string };

function isMade(value: Json): value is MadeValue {
  return typeof value === "object" && value !== null && "maker" in value;
}

/** `dense(units = 4, bias = true)`; a layer that was given chains has them by name. */
function made({ maker, branches, ...settings }: MadeValue): string {
  const chains = Array.isArray(branches) ? (branches as readonly JsonObject[]) : [];
  const given = [
    ...Object.entries(settings).map(([name, value]) => `${name} = ${inWords(value)}`),
    ...chains.map(({ name, layers }) => `${name} = ${inWords(layers!)}`),
  ];
  return given.length === 0 ? maker : `${maker}(${given.join(", ")})`;
}

type Resolved = Formula | SeriesExpression;

/** A resolved expression as it could have been written. Names that it lacks are made up. */
function tree(expression: Resolved): Expression {
  switch (expression.form) {
    case "number":
      return { form: "number", value: expression.value, text: String(expression.value), span };
    case "variable":
      return named(`x${expression.index + 1}`);
    case "series": {
      const { step, series, index } = expression;
      // The series of a claim's parameters are of roles, which no user has named.
      const whole = named(step.includes(".") ? `${step}.${series}` : series);
      if (index === undefined) return whole;
      return {
        form: "index",
        of: whole,
        index: tree({ form: "number", value: index }),
        span,
      };
    }
    case "negate":
      return { form: "negate", of: tree(expression.of), span };
    case "binary": {
      const { operator, left, right } = expression;
      return { form: "binary", operator, left: tree(left), right: tree(right), span };
    }
    case "power": {
      const [left, right] = [
        tree(expression.base),
        tree({ form: "number", value: expression.exponent }),
      ];
      return { form: "binary", operator: "^", left, right, span };
    }
    case "call": {
      const given = "of" in expression ? [expression.of] : expression.arguments;
      const ends = "of" in expression ? {} : { from: expression.from, to: expression.to };
      const range = Object.entries(ends).flatMap(([end, row]) =>
        row === undefined ? [] : [{ name: name(end), value: tree({ form: "number", value: row }) }],
      );
      const values = given.map((value) => ({ value: tree(value) }));
      return { ...named(expression.function), arguments: [...values, ...range] };
    }
  }
}

/** Of what is written nowhere. */
const span: Span = { source: { name: "", text: "" }, start: 0, end: 0 };
const name = (text: string): Name => ({ text, span });
const named = (text: string) => ({ form: "apply", name: name(text), head: span, span }) as const;
