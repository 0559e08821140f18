/**
 * Models: chains of layers, in which declared layers (macros), declared models and repetitions are
 * expanded, and along which shapes are followed. A model is resolved for each flow that uses it,
 * since `outputs` and the first shape are its dataset's.
 */
import { error } from "../codes.js";
import type { Label, Span } from "../diagnostic.js";
import type { ResolvedLayer, ResolvedModel } from "../program.js";
import { suggestion } from "../suggest.js";
import { print } from "../syntax/print.js";
import {
  type Apply,
  type Binary,
  type Expression,
  isBare,
  type LayerDeclaration,
  type Name,
} from "../syntax/tree.js";
import { isMisfit, type LayerEntry, type Settings, type Shape } from "../vocabulary.js";
import {
  type Binding,
  type Context,
  globalNames,
  mayBeLost,
  type Names,
  outputsName,
  type Value,
} from "./context.js";
import type { Dataset } from "./makers.js";
import { circular, deepestDefinition, tooDeep } from "./params.js";
import { givenTo, resolveSettings } from "./settings.js";
import { bind, evaluate, quoteExpression, show } from "./values.js";

/** A layer in a chain, before its shapes are known. */
interface Link {
  readonly entry: LayerEntry;
  readonly settings: Settings;
  readonly places: Readonly<Record<string, Span>>;
  readonly span: Span;
  /** Where the declared layer or model was used that this one is part of. */
  readonly used?: Span;
}

/** What names mean inside a chain, beyond params. */
interface Scope {
  /** Arguments of the declared layer, and `outputs`. */
  readonly locals: ReadonlyMap<string, Binding>;
  /** The declarations being expanded, outermost first. */
  readonly open: readonly Name[];
  readonly broken: boolean;
  /** How many layers may still be looked up, in all expansions together. */
  readonly budget: { left: number };
}

/** Longer models are taken for a mistake; a few characters can ask for billions of layers. */
const mostLayers = 10_000;

function top(outputs: number | undefined, open: readonly Name[], broken: boolean): Scope {
  const locals = new Map([[outputsName, { value: outputs }]]);
  return { locals, open, broken, budget: { left: mostLayers } };
}

/** Undefined if it has an error, which has been reported. */
export function resolveModel(
  context: Context,
  expression: Expression,
  dataset: Dataset | undefined,
  datasetSpan: Span,
  broken: boolean,
): ResolvedModel | undefined {
  const outputs = dataset?.description.outputs;
  const links = chain(context, expression, top(outputs, [], broken));
  if (links === undefined || dataset === undefined) return undefined;
  const layers = follow(context, links, dataset.description.input, datasetSpan);
  if (layers === undefined) return undefined;
  const declared = isBare(expression) && context.declarations.models.has(expression.name.text);
  return {
    ...(declared ? { name: expression.name.text } : {}),
    layers,
    parameterCount: layers
      .flatMap(({ parameters }) => parameters)
      .reduce((sum, { shape }) => sum + size(shape), 0),
    span: expression.span,
  };
}

/** Names, settings and types of declared models and layers, also of those that no flow uses. */
export function checkChains(context: Context): void {
  for (const { name, value, broken } of context.declarations.models.values()) {
    chain(context, value, top(undefined, [name!], broken));
  }
  for (const { name, value, parameters, broken } of context.declarations.layers.values()) {
    const scope = top(undefined, [name!], broken);
    const locals = new Map(scope.locals);
    for (const { text } of parameters) locals.set(text, { value: undefined });
    chain(context, value, { ...scope, locals });
  }
}

function size(shape: Shape): number {
  return shape.reduce((product, axis) => product * axis, 1);
}

export function showShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

function value(context: Context, expression: Expression, scope: Scope): Value | undefined {
  return evaluate(expression, namesIn(context, scope), context.report);
}

function namesIn(context: Context, { locals }: Scope): Names {
  const { find, refuse } = globalNames(context);
  return { find: (name) => locals.get(name) ?? find(name), refuse };
}

function chain(context: Context, expression: Expression, scope: Scope): Link[] | undefined {
  switch (expression.form) {
    case "chain": {
      const parts = expression.links.map((link) => chain(context, link, scope));
      if (!parts.every((part) => part !== undefined)) return undefined;
      const links = parts.flat();
      return links.length <= mostLayers ? links : tooMany(context, expression, links.length);
    }
    case "binary":
      if (expression.operator === "*" && expression.right.form === "number") {
        context.report(countLast(expression));
        return undefined;
      }
      if (expression.operator === "*") {
        const count = repetitions(context, expression.left, scope);
        const links = chain(context, expression.right, scope);
        if (count === undefined || links === undefined) return undefined;
        const total = count * links.length;
        return total <= mostLayers
          ? Array.from({ length: count }, () => links).flat()
          : tooMany(context, expression, total);
      }
      break;
    case "apply":
      return applied(context, expression, scope);
    case "missing":
      return undefined;
  }
  context.report(
    error("CF1403", expression.span, `${quoteExpression(expression)} is not a layer`, {
      help: "a model is a chain such as `flatten -> 2 * dense(64) -> dense(outputs)`",
    }),
  );
  return undefined;
}

function repetitions(context: Context, expression: Expression, scope: Scope): number | undefined {
  const count = value(context, expression, scope);
  if (count === undefined) return undefined;
  if (typeof count === "number" && Number.isInteger(count) && count >= 1) return count;
  context.report(
    error("CF1404", expression.span, `a layer cannot be repeated ${show(count)} times`, {
      help: "write a positive whole number before `*`, as in `2 * dense(64)`",
    }),
  );
  return undefined;
}

function countLast({ left, right, span }: Binary) {
  return error("CF1404", span, `${quoteExpression(right)} stands after the layer it repeats`, {
    help: `write \`${print(right)} * ${print(left)}\``,
  });
}

function tooMany(context: Context, { span }: Expression, total: number | string): undefined {
  context.report(
    error("CF1405", span, `${total} layers are too many`, {
      help: `a model can have ${mostLayers}`,
    }),
  );
  return undefined;
}

/** A declared layer or model, or a maker; declared names win, but not within their own declaration. */
function applied(context: Context, apply: Apply, scope: Scope): Link[] | undefined {
  const { name } = apply;
  const { budget } = scope;
  // Layers that use each other twice and more grow exponentially: stop before it takes long.
  if (budget.left-- <= 0) {
    return budget.left === -1 ? tooMany(context, apply, `more than ${mostLayers}`) : undefined;
  }
  const { layers, models } = context.declarations;
  const entry = context.vocabulary.layers.find((each) => each.name === name.text);
  const inside = scope.open.some(({ text }) => text === name.text);
  const layer = layers.get(name.text);
  const model = models.get(name.text);
  if (entry !== undefined && (inside || (layer === undefined && model === undefined))) {
    return made(context, entry, apply, scope);
  }
  if (inside && (layer !== undefined || model !== undefined)) {
    context.report(circular(name, scope.open));
    return undefined;
  }
  if (scope.open.length >= deepestDefinition) {
    context.report(tooDeep(name));
    return undefined;
  }
  const open = [...scope.open, name];
  if (layer !== undefined) return expanded(context, layer, apply, scope, open);
  if (model !== undefined) {
    if (!isBare(apply)) {
      context.report(
        error("CF1308", apply.head, `the model \`${name.text}\` takes no arguments`, {
          help: "declare it with `layer` to give it arguments",
        }),
      );
      return undefined;
    }
    const inner = { ...scope, locals: only(scope.locals, outputsName), open, broken: model.broken };
    return usedAt(chain(context, model.value, inner), apply.head);
  }
  if (mayBeLost(context, name.text)) return undefined;
  if (scope.locals.has(name.text) || context.param(name.text) !== undefined) {
    context.report(error("CF1403", name.span, `\`${name.text}\` is a value, not a layer`));
    return undefined;
  }
  const names = [
    ...layers.keys(),
    ...models.keys(),
    ...context.vocabulary.layers.map((each) => each.name),
  ];
  context.report(
    error(
      "CF1203",
      name.span,
      `there is no layer \`${name.text}\``,
      suggestion(name.text, name.span, names),
    ),
  );
  return undefined;
}

function only(locals: ReadonlyMap<string, Binding>, name: string): Map<string, Binding> {
  return new Map([[name, locals.get(name)!]]);
}

function usedAt(links: Link[] | undefined, used: Span): Link[] | undefined {
  return links?.map((link) => ({ ...link, used }));
}

function made(context: Context, entry: LayerEntry, apply: Apply, scope: Scope): Link[] | undefined {
  const given = givenTo(context, entry, apply, scope.broken);
  if (given === undefined) return undefined;
  const span = apply.head;
  const valid = resolveSettings(
    context,
    { title: `\`${entry.name}\``, span, schema: entry.settings, broken: scope.broken },
    given,
    namesIn(context, scope),
  );
  return valid && [{ entry, ...valid, span }];
}

function expanded(
  context: Context,
  layer: LayerDeclaration,
  apply: Apply,
  scope: Scope,
  open: readonly Name[],
): Link[] | undefined {
  const { parameters } = layer;
  const locals = only(scope.locals, outputsName);
  let sound = apply.block === undefined;
  for (const [i, argument] of (apply.arguments ?? []).entries()) {
    const wanted = argument.name?.text ?? parameters[i]?.text;
    const known = parameters.some(({ text }) => text === wanted);
    if (wanted === undefined || !known || (locals.has(wanted) && wanted !== outputsName)) {
      sound = false;
    } else {
      locals.set(wanted, bind(argument.value, namesIn(context, scope), context.report));
    }
  }
  const complete = parameters.every(({ text }) => locals.has(text));
  if (!sound || !complete) {
    if (layer.broken) return undefined;
    const form = `${layer.name!.text}(${parameters.map(({ text }) => text).join(", ")})`;
    context.report(
      error("CF1308", apply.head, `${quoteExpression(apply)} does not fit \`${form}\``, {
        others: [{ span: layer.name!.span, text: "declared here" }],
        help: "give each argument once, and no block",
      }),
    );
    return undefined;
  }
  const links = chain(context, layer.value, { ...scope, locals, open, broken: layer.broken });
  return usedAt(links, apply.head);
}

/** The shapes along a chain; the first layer that does not fit is reported, the rest is not known. */
function follow(
  context: Context,
  links: readonly Link[],
  input: Shape,
  datasetSpan: Span,
): ResolvedLayer[] | undefined {
  const layers: ResolvedLayer[] = [];
  let shape = input;
  for (const { entry, settings, places, span, used } of links) {
    const output = entry.output(settings, shape);
    if (isMisfit(output)) {
      const blamed = output.setting === undefined ? undefined : places[output.setting];
      const before: Label = {
        span: layers.at(-1)?.span ?? datasetSpan,
        text: `gives ${showShape(shape)}`,
      };
      context.report(
        error("CF1401", blamed ?? span, output.misfit, {
          label: `gets ${showShape(shape)}`,
          others: [before, ...(used === undefined ? [] : [{ span: used, text: "used here" }])],
          help: output.help,
        }),
      );
      return undefined;
    }
    const parameters = entry.parameters(settings, shape);
    layers.push({ maker: entry.name, settings, input: shape, output, parameters, span });
    shape = output;
  }
  return layers;
}
