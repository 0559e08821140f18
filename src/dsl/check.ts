/** A text and a vocabulary in; what the text means, or all that is wrong with it, out. */
import type { Diagnostic, Source, Span } from "./diagnostic.js";
import type { Flow, Param, Program } from "./program.js";
import { resolveClaim } from "./resolve/claims.js";
import { type Context, collect } from "./resolve/context.js";
import { type FlowOutline, resolveFlow } from "./resolve/flows.js";
import { landscapeResolver } from "./resolve/landscapes.js";
import { datasetResolver, optimizerResolver } from "./resolve/makers.js";
import { checkChains } from "./resolve/models.js";
import { paramTable, parseOverrides, warnOfUnused } from "./resolve/params.js";
import { parse } from "./syntax/parse.js";
import type { Declaration, SyntaxTree } from "./syntax/tree.js";
import type { Vocabulary } from "./vocabulary.js";

export interface CheckOptions {
  /** Values for params, each as `lr=0.01`. */
  readonly overrides?: readonly string[];
  /** Folder that paths in the text are relative to; the working folder if absent. */
  readonly directory?: string;
}

/** A name that the text declares. */
export interface DeclaredName {
  readonly kind: Declaration["form"];
  /** A claim's is its title. */
  readonly name: string;
  readonly span: Span;
}

export interface Checked {
  /** Present exactly if there is no error among the diagnostics. */
  readonly program?: Program;
  /** In the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
  readonly symbols: readonly DeclaredName[];
}

/**
 * Resolves every name, validates every setting and checks every shape. Never throws for what a text
 * holds; reads only what the vocabulary's entries read to describe datasets and weights.
 */
export function check(source: Source, vocabulary: Vocabulary, options: CheckOptions = {}): Checked {
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic) => void diagnostics.push(diagnostic);
  const tree = parse(source, report);
  const declarations = collect(tree, report);
  const base = {
    tree,
    declarations,
    vocabulary,
    directory: options.directory ?? ".",
    report,
  };
  const overrides = parseOverrides(options.overrides ?? [], base);
  const context: Context = {
    ...base,
    param: paramTable(declarations.params, overrides, () => context),
  };

  const params = [...declarations.params.keys()].flatMap((name): Param[] => {
    const { value, origin } = context.param(name)!;
    return value === undefined || origin === undefined ? [] : [{ name, value, span: origin }];
  });
  const resolvers = {
    datasets: datasetResolver(context),
    landscapes: landscapeResolver(context),
    optimizers: optimizerResolver(context),
  };
  for (const { all } of Object.values(resolvers)) all();
  checkChains(context);

  const outlines = new Map<string, FlowOutline>();
  const flows: Flow[] = [];
  for (const declaration of declarations.flows.values()) {
    const { outline, flow } = resolveFlow(context, declaration, resolvers);
    outlines.set(outline.name, outline);
    if (flow !== undefined) flows.push(flow);
  }
  const claims = declarations.claims.flatMap((each) => resolveClaim(context, outlines, each) ?? []);
  warnOfUnused(context);

  const found = inOrder(source, diagnostics);
  const sound = !found.some(({ severity }) => severity === "error");
  return {
    ...(sound ? { program: { source, params, flows, claims } } : {}),
    diagnostics: found,
    symbols: symbols(tree),
  };
}

/** By place, the overrides' after the text's; what was found on several ways is said once. */
function inOrder(source: Source, diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const distinct = new Map<string, Diagnostic>();
  for (const each of diagnostics) {
    const { span } = each.labels[0]!;
    const key = JSON.stringify([each.code, span.source.name, span.start, span.end, each.message]);
    if (!distinct.has(key)) distinct.set(key, each);
  }
  const rank = ({ labels }: Diagnostic) => (labels[0]!.span.source === source ? 0 : 1);
  return [...distinct.values()].sort(
    (a, b) => rank(a) - rank(b) || a.labels[0]!.span.start - b.labels[0]!.span.start,
  );
}

function symbols({ declarations }: SyntaxTree): DeclaredName[] {
  return declarations.flatMap((each): DeclaredName[] => {
    if (each.form === "claim") return [{ kind: "claim", name: each.title, span: each.span }];
    const { name } = each;
    return name === undefined ? [] : [{ kind: each.form, name: name.text, span: name.span }];
  });
}
