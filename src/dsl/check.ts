/** A text and a vocabulary in; what the text means, or all that is wrong with it, out. */
import type { Diagnostic, Source, Span } from "./diagnostic.js";
import type { Command, Flow, Param, Program } from "./program.js";
import { readText } from "./read-text.js";
import { resolveClaim } from "./resolve/claims.js";
import { type CommandOutline, commandsInOrder, resolveCommand } from "./resolve/commands.js";
import { type Context, collect, type Declarations } from "./resolve/context.js";
import { type FlowOutline, type Resolvers, resolveFlow } from "./resolve/flows.js";
import { parseAll } from "./resolve/imports.js";
import { landscapeResolver } from "./resolve/landscapes.js";
import { datasetResolver, optimizerResolver } from "./resolve/makers.js";
import { checkChain } from "./resolve/models.js";
import { parseOverrides, warnOfUnused } from "./resolve/params.js";
import { resolvePlot } from "./resolve/plots.js";
import { type Study, studyOf } from "./resolve/variants.js";
import type { Declaration, SyntaxTree } from "./syntax/tree.js";
import type { Vocabulary } from "./vocabulary.js";

export interface CheckOptions {
  /** Values for params, each as `lr=0.01`. */
  readonly overrides?: readonly string[];
  /** Folder that paths in the text are relative to; the working folder if absent. */
  readonly directory?: string;
  /** The text of an imported file, or why it can't be had. Default: it is read from the disk. */
  readonly read?: typeof readText;
}

/** A name that the text declares. */
export interface DeclaredName {
  readonly kind: Declaration["form"];
  /** A claim's is its title, an import's its path. */
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
 * Resolves every name, validates every setting and checks every shape, in all variants. Never throws
 * for what a text holds; reads only imported files, and what the vocabulary's entries read to describe
 * datasets and weights.
 */
export function check(source: Source, vocabulary: Vocabulary, options: CheckOptions = {}): Checked {
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic) => void diagnostics.push(diagnostic);
  const { tree, sources, directoryOf } = parseAll(
    source,
    options.directory ?? ".",
    options.read ?? readText,
    report,
  );
  const declarations = collect(tree, report);
  const base = { tree, declarations, vocabulary, directoryOf, report };
  const study = studyOf(base, parseOverrides(options.overrides ?? [], base));
  const params = paramsOf(declarations, study);

  const resolvers = resolversOnce();
  checkDefinitions(declarations, study, resolvers);
  const outlines = new Map<string, FlowOutline>();
  const flows: Flow[] = [];
  for (const declaration of declarations.flows.values()) {
    for (const context of study.variants(declaration)) {
      const { outline, flow } = resolveFlow(context, declaration, resolvers(context));
      outlines.set(outline.name, outline);
      if (flow !== undefined) flows.push(flow);
    }
  }
  const commandOutlines = new Map<string, CommandOutline>();
  const commands: Command[] = [];
  for (const declaration of commandsInOrder(base)) {
    for (const context of study.variants(declaration)) {
      const { datasets } = resolvers(context);
      const { outline, command } = resolveCommand(context, declaration, {
        flows: outlines,
        datasets,
      });
      commandOutlines.set(outline.name, outline);
      if (command !== undefined) commands.push(command);
    }
  }
  const named = { flows: outlines, commands: commandOutlines };
  const claims = declarations.claims.flatMap((each) =>
    study.variants(each).flatMap((context) => resolveClaim(context, named, each) ?? []),
  );
  const plots = declarations.plots.flatMap((each) => resolvePlot(study, named, each) ?? []);
  warnOfUnused(base);

  const found = inOrder(sources, diagnostics);
  const sound = !found.some(({ severity }) => severity === "error");
  const [, ...imports] = sources;
  const sweeps = study.sweeps.map(({ name, values }) => ({
    name,
    values: values.flatMap(({ binding: { value, origin }, text }) =>
      origin ? [{ value, label: `${name}=${text}`, span: origin }] : [],
    ),
  }));
  return {
    ...(sound
      ? { program: { source, imports, params, sweeps, flows, commands, claims, plots } }
      : {}),
    diagnostics: found,
    symbols: symbols(tree),
  };
}

/** Values of params in all variants, so that every error is found; those that vary are no one's. */
function paramsOf({ params }: Declarations, { variants, sweeps }: Study): Param[] {
  return [...params].flatMap(([name, definition]): Param[] => {
    const [first, ...others] = variants(definition).map((context) => context.param(name)!);
    const varies = others.length > 0 || sweeps.some((sweep) => sweep.name === name);
    const { value, origin } = first!;
    return varies || value === undefined || origin === undefined
      ? []
      : [{ name, value, span: origin }];
  });
}

/** What declarations refer to, by context. */
function resolversOnce(): (context: Context) => Resolvers {
  const known = new Map<Context, Resolvers>();
  return (context) => {
    let resolvers = known.get(context);
    if (resolvers === undefined) {
      resolvers = {
        datasets: datasetResolver(context),
        landscapes: landscapeResolver(context),
        optimizers: optimizerResolver(context),
      };
      known.set(context, resolvers);
    }
    return resolvers;
  };
}

/** All that is declared, used or not. */
function checkDefinitions(
  declarations: Declarations,
  { variants }: Study,
  resolvers: (context: Context) => Resolvers,
): void {
  for (const kind of ["datasets", "landscapes", "optimizers"] as const) {
    for (const [name, declaration] of declarations[kind]) {
      for (const context of variants(declaration)) resolvers(context)[kind].declared(name);
    }
  }
  for (const declaration of [...declarations.models.values(), ...declarations.layers.values()]) {
    for (const context of variants(declaration)) checkChain(context, declaration);
  }
}

/** By place, file by file, the overrides' last; what was found on several ways is said once. */
function inOrder(sources: readonly Source[], diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const distinct = new Map<string, Diagnostic>();
  for (const each of diagnostics) {
    const { span } = each.labels[0]!;
    const key = JSON.stringify([each.code, span.source.name, span.start, span.end, each.message]);
    if (!distinct.has(key)) distinct.set(key, each);
  }
  const rank = ({ labels }: Diagnostic) => {
    const index = sources.indexOf(labels[0]!.span.source);
    return index < 0 ? sources.length : index;
  };
  return [...distinct.values()].sort(
    (a, b) => rank(a) - rank(b) || a.labels[0]!.span.start - b.labels[0]!.span.start,
  );
}

function symbols({ declarations }: SyntaxTree): DeclaredName[] {
  return declarations.flatMap((each): DeclaredName[] => {
    if (each.form === "claim" || each.form === "plot") {
      return [{ kind: each.form, name: each.title, span: each.span }];
    }
    if (each.form === "import") return [{ kind: "import", name: each.path, span: each.span }];
    const { name } = each;
    return name === undefined ? [] : [{ kind: each.form, name: name.text, span: name.span }];
  });
}
