/** Makers with their settings, such as `mnist { classes = 4 }`, and names that were declared for them. */
import { error } from "../codes.js";
import type { Span } from "../diagnostic.js";
import type { Made } from "../program.js";
import { suggestion } from "../suggest.js";
import { type Apply, type Definition, type Expression, isBare, type Name } from "../syntax/tree.js";
import {
  type DatasetDescription,
  type DatasetEntry,
  type Entry,
  isMisfit,
  isPathSetting,
  type Misfit,
  type OptimizerEntry,
} from "../vocabulary.js";
import { type Context, globalNames, mayBeLost } from "./context.js";
import { circular, deepestDefinition, tooDeep } from "./params.js";
import { givenTo, resolveSettings } from "./settings.js";
import { quoteExpression } from "./values.js";

export interface MadeBy<E extends Entry> {
  readonly entry: E;
  readonly made: Made;
}

export interface Kind<E extends Entry> {
  /** As messages name it: `dataset`. */
  readonly kind: string;
  readonly entries: readonly E[];
  /** Names that were declared for things of this kind. */
  readonly declared: readonly string[];
}

/** Undefined if it can't be made; the reason has been reported. */
export function resolveMaker<E extends Entry>(
  context: Context,
  { kind, entries, declared }: Kind<E>,
  expression: Expression,
  broken: boolean,
): MadeBy<E> | undefined {
  if (expression.form === "missing") return undefined;
  if (expression.form !== "apply") {
    context.report(
      error("CF1403", expression.span, `${quoteExpression(expression)} is no ${kind}`, {
        help: `write its maker, such as \`${entries[0]?.name ?? "…"}\``,
      }),
    );
    return undefined;
  }
  const { name } = expression;
  const entry = entries.find((each) => each.name === name.text);
  if (entry === undefined) {
    if (declared.includes(name.text)) context.report(settingsOfDeclared(kind, expression));
    else if (!mayBeLost(context, name.text)) {
      const names = [...declared, ...entries.map((each) => each.name)];
      context.report(
        error(
          "CF1203",
          name.span,
          `there is no ${kind} \`${name.text}\``,
          suggestion(name.text, name.span, names),
        ),
      );
    }
    return undefined;
  }
  const given = givenTo(context, entry, expression, broken);
  if (given === undefined) return undefined;
  const span = expression.head;
  const valid = resolveSettings(
    context,
    { title: `\`${entry.name}\``, span, schema: entry.settings, broken },
    given,
    globalNames(context),
  );
  return valid && { entry, made: { maker: entry.name, ...valid, span } };
}

function settingsOfDeclared(kind: string, { name, span }: Apply) {
  return error("CF1307", span, `the ${kind} \`${name.text}\` is declared already`, {
    help: `name it without settings: they stand in its declaration`,
  });
}

/** Where a misfit is shown: at the setting it blames if that was written, else at the maker. */
export function misfitSpan(misfit: Misfit, made: Pick<Made, "places" | "span">): Span {
  return (misfit.setting === undefined ? undefined : made.places[misfit.setting]) ?? made.span;
}

export interface Dataset extends MadeBy<DatasetEntry> {
  readonly name?: string;
  readonly description: DatasetDescription;
}

export interface Optimizer extends MadeBy<OptimizerEntry> {
  readonly name?: string;
}

/** Resolves things of one kind that can be declared, each variant of a declaration once. */
export interface Resolver<R> {
  /** A declared name or a maker in place, as a flow has it. */
  reference(expression: Expression, broken: boolean): R | undefined;
  /** A declared name. */
  declared(name: string): R | undefined;
}

export function datasetResolver(context: Context): Resolver<Dataset> {
  return resolver(context, {
    kind: "dataset",
    entries: context.vocabulary.datasets,
    declarations: context.declarations.datasets,
    complete({ entry, made }) {
      const description = entry.describe(made.settings);
      if (!isMisfit(description)) return { entry, made, description };
      const { setting, misfit, help, otherwise } = description;
      const schema = setting === undefined ? undefined : entry.settings.shape[setting];
      const file = schema !== undefined && isPathSetting(schema as Entry["settings"]);
      const code = file ? "CF1601" : "CF1310";
      context.report(error(code, misfitSpan(description, made), misfit, { help }));
      // So that a file whose data is elsewhere is checked to its end.
      return otherwise && { entry, made, description: otherwise };
    },
  });
}

export function optimizerResolver(context: Context): Resolver<Optimizer> {
  return resolver(context, {
    kind: "optimizer",
    entries: context.vocabulary.optimizers,
    declarations: context.declarations.optimizers,
    complete: (made) => made,
  });
}

interface Resolvable<E extends Entry, R> {
  readonly kind: string;
  readonly entries: readonly E[];
  readonly declarations: ReadonlyMap<string, Definition>;
  complete(made: MadeBy<E>): R | undefined;
}

function resolver<E extends Entry, R extends object>(
  context: Context,
  { kind, entries, declarations, complete }: Resolvable<E, R>,
): Resolver<R> {
  const open: Name[] = [];
  const declared = [...declarations.keys()];

  /** `self` is the name being declared, which on its own right-hand side means the maker. */
  function resolve(expression: Expression, broken: boolean, self?: string): R | undefined {
    const name = isBare(expression) ? expression.name.text : undefined;
    if (name !== undefined && name !== self && declarations.has(name)) return declaration(name);
    const result = resolveMaker(context, { kind, entries, declared }, expression, broken);
    return result && complete(result);
  }

  function declaration(name: string): R | undefined {
    const definition = declarations.get(name)!;
    const { name: own, value, broken } = definition;
    if (open.some(({ text }) => text === name)) {
      context.report(circular(own!, open));
      return undefined;
    }
    if (open.length >= deepestDefinition) {
      context.report(tooDeep(own!));
      return undefined;
    }
    return context.once(definition, () => {
      open.push(own!);
      const result = resolve(value, broken, name);
      open.pop();
      return result && { ...result, name: `${name}${context.variantLabel(definition)}` };
    });
  }

  return {
    reference: (expression, broken) => resolve(expression, broken),
    declared: declaration,
  };
}
