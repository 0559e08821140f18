/** Params: named values, each of the file or of an override. */
import { error, warning } from "../codes.js";
import type { Source } from "../diagnostic.js";
import { suggestion } from "../suggest.js";
import { type Override, parseOverride } from "../syntax/parse.js";
import type { Definition, Name } from "../syntax/tree.js";
import { type Binding, type Context, globalNames } from "./context.js";
import { namesIn } from "./dependencies.js";
import { bind } from "./values.js";

/** How the names of overrides' sources begin. */
export const overridePrefix = "<--set";

/** Texts given with `--set`, by the param that each sets. */
export type Overrides = ReadonlyMap<string, Override>;

export function parseOverrides(
  texts: readonly string[],
  { report, declarations, tree }: Pick<Context, "report" | "declarations" | "tree">,
): Overrides {
  const overrides = new Map<string, Override>();
  for (const [i, text] of texts.entries()) {
    const source: Source = { name: `${overridePrefix} #${i + 1}>`, text };
    const parsed = parseOverride(source, report);
    if (parsed === undefined) continue;
    const { name } = parsed;
    const earlier = overrides.get(name.text);
    if (earlier !== undefined) {
      report(
        error("CF1202", name.span, `\`${name.text}\` is set twice`, {
          others: [{ span: earlier.name.span, text: "first set here" }],
          help: "leave one of them out",
        }),
      );
    } else if (declarations.params.has(name.text)) overrides.set(name.text, parsed);
    else if (!tree.nameless && !tree.lost.has(name.text)) {
      report(
        error(
          "CF1207",
          name.span,
          `${tree.source.name} declares no param \`${name.text}\``,
          suggestion(name.text, name.span, [...declarations.params.keys()]),
        ),
      );
    }
  }
  return overrides;
}

/**
 * Evaluates params when asked, so that their order in the text doesn't matter.
 *
 * @param swept  what those that are swept stand for
 */
export function paramTable(
  params: ReadonlyMap<string, Definition>,
  overrides: Overrides,
  swept: (name: string) => Binding | undefined,
  context: () => Context,
): (name: string) => Binding | undefined {
  const known = new Map<string, Binding>();
  const open: Name[] = [];

  return function param(name) {
    const done = known.get(name) ?? swept(name);
    if (done !== undefined) return done;
    const definition = params.get(name);
    if (definition === undefined) return undefined;
    const expression = overrides.get(name)?.values[0] ?? definition.value;
    if (open.some(({ text }) => text === name)) {
      context().report(circular(definition.name!, open));
      return { value: undefined };
    }
    if (open.length >= deepestDefinition) {
      context().report(tooDeep(definition.name!));
      return { value: undefined };
    }
    open.push(definition.name!);
    const binding = bind(expression, globalNames(context()), context().report);
    open.pop();
    known.set(name, binding);
    return binding;
  };
}

/** How many definitions may need each other in a row; resolution is recursive. */
export const deepestDefinition = 100;

export function tooDeep({ text, span }: Name) {
  return error("CF1106", span, `\`${text}\` ends a chain of ${deepestDefinition} definitions`, {
    help: "define it more directly",
  });
}

/** `a -> b -> a`: where a chain of declarations comes back to one of its own. */
export function circular(name: Name, open: readonly Name[]) {
  const cycle = open.slice(open.findIndex(({ text }) => text === name.text));
  const way = [...cycle, name].map(({ text }) => `\`${text}\``).join(" needs ");
  return error("CF1204", name.span, `\`${name.text}\` depends on itself`, { help: way });
}

/** Of the file itself: imported ones may be for several. */
export function warnOfUnused({
  tree,
  declarations,
  report,
}: Pick<Context, "tree" | "declarations" | "report">): void {
  if (tree.nameless || tree.declarations.some(({ broken }) => broken)) return;
  const used = new Set(tree.declarations.flatMap((each) => [...namesIn(each)]));
  for (const [name, { name: written, form }] of declarations.params) {
    const { span } = written!;
    if (used.has(name) || span.source !== tree.source) continue;
    report(
      warning("CF1205", span, `${form} \`${name}\` is never used`, {
        help: "remove it, or use it in a setting",
      }),
    );
  }
}
