/**
 * Models: chains of layers, in which declared layers (macros), declared models and repetitions are
 * expanded, and along which shapes are followed. A model is resolved for each flow that uses it,
 * since `outputs`, `vocabulary` and the first shape are its dataset's.
 */
import { error } from "../codes.js";
import type { Span } from "../diagnostic.js";
import type { ResolvedLayer, ResolvedModel } from "../program.js";
import { suggestion } from "../suggest.js";
import { print } from "../syntax/print.js";
import {
  type Apply,
  type Binary,
  type Definition,
  type Expression,
  isBare,
  type LayerDeclaration,
  type Name,
} from "../syntax/tree.js";
import type { DatasetDescription, LayerEntry, Shape } from "../vocabulary.js";
import { splitGiven, takesOf } from "./branches.js";
import {
  type Binding,
  type Context,
  globalNames,
  isDatasetName,
  mayBeLost,
  type Names,
  type Value,
} from "./context.js";
import type { Dataset } from "./makers.js";
import { circular, deepestDefinition, tooDeep } from "./params.js";
import { givenTo, resolveSettings } from "./settings.js";
import { follow, type Link } from "./shapes.js";
import { bind, evaluate, quoteExpression, show } from "./values.js";

/** What names mean inside a chain, beyond params. */
interface Scope {
  /** Arguments of the declared layer, and what the dataset is like. */
  readonly locals: ReadonlyMap<string, Binding>;
  /** The declarations being expanded, outermost first. */
  readonly open: readonly Name[];
  readonly broken: boolean;
  /** How many layers this chain lies within. */
  readonly depth: number;
  /** How many layers may still be looked up, in all expansions together. */
  readonly budget: { left: number };
}

/** Longer models are taken for a mistake; a few characters can ask for billions of layers. */
const mostLayers = 10_000;

/** How many layers a layer may lie within; what works on models is recursive. */
const deepestLayer = 64;

function top(
  dataset: DatasetDescription | undefined,
  open: readonly Name[],
  broken: boolean,
): Scope {
  const vocabulary = dataset?.vocabulary;
  const numbers = dataset !== undefined && vocabulary === undefined;
  const absent = {
    misfit: "the inputs are numbers",
    help: "use a dataset whose inputs are tokens",
  };
  const locals = new Map<string, Binding>([
    ["outputs", { value: dataset?.outputs }],
    ["vocabulary", { value: vocabulary, ...(numbers && { absent }) }],
  ]);
  return { locals, open, broken, depth: 0, budget: { left: mostLayers } };
}

/** Undefined if it has an error, which has been reported. */
export function resolveModel(
  context: Context,
  expression: Expression,
  dataset: Dataset | undefined,
  datasetSpan: Span,
  broken: boolean,
): ResolvedModel | undefined {
  const resolve = () => resolveChain(context, expression, dataset, datasetSpan, broken);
  const declaration = isBare(expression)
    ? context.declarations.models.get(expression.name.text)
    : undefined;
  if (declaration === undefined || dataset === undefined) return resolve();
  // Variants that differ in other things have the same one.
  const known = context.once(declaration, () => new Map<Dataset, Map<Expression, Resolved>>());
  const uses = known.get(dataset) ?? new Map<Expression, Resolved>();
  known.set(dataset, uses);
  if (!uses.has(expression)) uses.set(expression, resolve());
  return uses.get(expression);
}

type Resolved = ResolvedModel | undefined;

function resolveChain(
  context: Context,
  expression: Expression,
  dataset: Dataset | undefined,
  datasetSpan: Span,
  broken: boolean,
): Resolved {
  const links = chain(context, expression, top(dataset?.description, [], broken));
  if (links === undefined || dataset === undefined) return undefined;
  const { input, vocabulary } = dataset.description;
  const layers = follow(context, links, { shape: input, span: datasetSpan, tokens: vocabulary });
  if (layers === undefined) return undefined;
  const declared = isBare(expression) && context.declarations.models.has(expression.name.text);
  return {
    ...(declared ? { name: expression.name.text } : {}),
    layers,
    parameterCount: countWeights(layers),
    span: expression.span,
  };
}

/** Names, settings and types of a declared model or layer, also of one that no flow uses. */
export function checkChain(context: Context, declaration: Definition | LayerDeclaration): void {
  const { name, value, broken } = declaration;
  const scope = top(undefined, [name!], broken);
  const locals = new Map(scope.locals);
  const parameters = declaration.form === "layer" ? declaration.parameters : [];
  for (const { text } of parameters) locals.set(text, { value: undefined });
  chain(context, value, { ...scope, locals });
}

function countWeights(layers: readonly ResolvedLayer[]): number {
  return layers.reduce((sum, { parameters, branches }) => {
    const own = parameters.reduce((all, { shape }) => all + size(shape), 0);
    return branches.reduce((all, branch) => all + countWeights(branch.layers), sum + own);
  }, 0);
}

function size(shape: Shape): number {
  return shape.reduce((product, axis) => product * axis, 1);
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
      const total = countLinks(links);
      return total <= mostLayers ? links : tooMany(context, expression, total);
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
        const total = count * countLinks(links);
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
    const inner = { ...scope, locals: ofDataset(scope.locals), open, broken: model.broken };
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

/** What remains within another declaration: what the dataset is like. */
function ofDataset(locals: ReadonlyMap<string, Binding>): Map<string, Binding> {
  return new Map([...locals].filter(([name]) => isDatasetName(name)));
}

function usedAt(links: Link[] | undefined, used: Span): Link[] | undefined {
  return links?.map((link) => ({ ...link, used }));
}

/** Layers in a chain, those within others included. */
function countLinks(links: readonly Link[]): number {
  return links.reduce((sum, { size }) => sum + size, 0);
}

/** A layer of the vocabulary, with its settings and the chains that it is given. */
function made(context: Context, entry: LayerEntry, apply: Apply, scope: Scope): Link[] | undefined {
  const { broken } = scope;
  // With the chains that it is given a layer can be many lines long.
  const span = entry.branches === undefined ? apply.head : apply.name.span;
  if (scope.depth > deepestLayer) {
    context.report(
      error("CF1405", span, `\`${entry.name}\` lies within ${scope.depth} layers`, {
        help: `a layer can lie within ${deepestLayer} others`,
      }),
    );
    return undefined;
  }
  const takes = takesOf(entry, apply);
  const given = givenTo(context, takes, apply, broken);
  if (given === undefined) return undefined;
  const { chains, settings } = splitGiven(context, entry, apply, given, broken);
  const valid = resolveSettings(
    context,
    {
      title: `\`${entry.name}\``,
      span,
      schema: entry.settings,
      broken,
      ...(takes.others && { others: takes.others }),
    },
    settings,
    namesIn(context, scope),
  );
  const inner = { ...scope, depth: scope.depth + 1 };
  const branches = chains?.map(({ name, expression }) => {
    const links = chain(context, expression, inner);
    return links && { name: name.text, links, span: expression.span };
  });
  if (valid === undefined || !branches?.every((branch) => branch !== undefined)) return undefined;
  const size = branches.reduce((sum, { links }) => sum + countLinks(links), 1);
  return size <= mostLayers
    ? [{ entry, ...valid, span, branches, size }]
    : tooMany(context, apply, size);
}

function expanded(
  context: Context,
  layer: LayerDeclaration,
  apply: Apply,
  scope: Scope,
  open: readonly Name[],
): Link[] | undefined {
  const { parameters } = layer;
  const locals = ofDataset(scope.locals);
  let sound = apply.block === undefined;
  for (const [i, argument] of (apply.arguments ?? []).entries()) {
    const wanted = argument.name?.text ?? parameters[i]?.text;
    const known = parameters.some(({ text }) => text === wanted);
    if (wanted === undefined || !known || (locals.has(wanted) && !isDatasetName(wanted))) {
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
