/**
 * Sweeps: params that take several values in one run, one in each variant of whatever depends on
 * them. They are declared, or made of a param by an override of several values; an override of one
 * value makes a sweep a param.
 */
import { error } from "../codes.js";
import type { Span } from "../diagnostic.js";
import type { Override } from "../syntax/parse.js";
import type { Definition, Expression, Name } from "../syntax/tree.js";
import { writtenValue } from "../written.js";
import { type Binding, type Context, globalNames } from "./context.js";
import type { Overrides } from "./params.js";
import { bind, evaluate, show } from "./values.js";

export interface Sweep {
  readonly name: string;
  /** Distinct, at least one. */
  readonly values: readonly SweptValue[];
}

export interface SweptValue {
  readonly binding: Binding;
  /** As in the names of variants: `0.02`, `heun`. */
  readonly text: string;
}

export function isSweep(definition: Definition, override: Override | undefined): boolean {
  return override === undefined ? definition.form === "sweep" : override.values.length > 1;
}

/**
 * All sweeps, in the order of their declarations.
 *
 * @param context  without any variant, in which swept params have no value
 */
export function resolveSweeps(context: Context, overrides: Overrides): ReadonlyMap<string, Sweep> {
  const sweeps = new Map<string, Sweep>();
  for (const definition of context.declarations.params.values()) {
    const override = overrides.get(definition.name!.text);
    if (!isSweep(definition, override)) continue;
    const name = override?.name ?? definition.name!;
    const given = override?.values ?? definition.value;
    sweeps.set(name.text, { name: name.text, values: valuesOf(context, name, given) });
  }
  return sweeps;
}

/** One that is not known where none is right, so that what depends on it is checked all the same. */
function valuesOf(
  context: Context,
  name: Name,
  given: Expression | readonly Expression[],
): readonly SweptValue[] {
  const bindings = "form" in given ? listed(context, given) : bound(context, given);
  const distinct = new Map<string, Binding>();
  for (const binding of bindings) {
    if (binding.value === undefined) continue;
    const text = textOf(binding);
    const first = distinct.get(text);
    if (first === undefined) distinct.set(text, binding);
    else {
      context.report(
        error("CF1208", binding.origin!, `\`${name.text}\` takes the value ${text} twice`, {
          others:
            first.origin === binding.origin ? [] : [{ span: first.origin!, text: "first here" }],
          help: "leave one of them out",
        }),
      );
    }
  }
  if (distinct.size === 0) return [{ binding: { value: undefined }, text: "" }];
  return [...distinct].map(([text, binding]) => ({ text, binding }));
}

function listed(context: Context, expression: Expression): readonly Binding[] {
  if (expression.form === "missing") return [];
  const { span } = expression;
  if (expression.form === "list") {
    if (expression.items.length === 0) noList(context, span, "this list is empty");
    return bound(context, expression.items);
  }
  const value = evaluate(expression, globalNames(context), context.report);
  if (value === undefined) return [];
  if (Array.isArray(value) && value.length > 0) {
    return value.map((item) => ({ value: item, origin: span }));
  }
  noList(context, span, Array.isArray(value) ? "this list is empty" : `this is ${show(value)}`);
  return [];
}

function noList({ report }: Context, span: Span, found: string): void {
  report(
    error("CF1208", span, `a sweep needs a list of values, and ${found}`, {
      help: "write `sweep lr in [0.01, 0.02]`",
    }),
  );
}

function bound(context: Context, expressions: readonly Expression[]): readonly Binding[] {
  return expressions.map((each) => bind(each, globalNames(context), context.report));
}

function textOf({ value, word }: Binding): string {
  return word?.text ?? writtenValue(value);
}
