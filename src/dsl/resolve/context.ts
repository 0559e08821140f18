/** What all of resolution shares: the declarations by kind and name, the vocabulary, and how to report. */
import { error, type Report } from "../codes.js";
import type { Source, Span } from "../diagnostic.js";
import { suggestion } from "../suggest.js";
import type {
  ClaimDeclaration,
  CommandDeclaration,
  Declaration,
  Definition,
  DefinitionKind,
  FlowDeclaration,
  LandscapeDeclaration,
  LayerDeclaration,
  Name,
  NamedDeclaration,
  PlotDeclaration,
  SyntaxTree,
} from "../syntax/tree.js";
import type { Misfit, Vocabulary } from "../vocabulary.js";

/** A plain value, as settings have it. */
export type Value = number | string | boolean | readonly Value[];

/** What a name in a value stands for. `value` is absent if it is not known (and that is reported). */
export interface Binding {
  readonly value: Value | undefined;
  /** Where the value was written. */
  readonly origin?: Span;
  /**
   * Where the value is a bare name that stands for nothing but itself, as `heun` in
   * `param method = heun`: only a setting that is one of several words can use it.
   */
  readonly word?: Name;
  /** Why there is no value; said wherever the name is used. */
  readonly absent?: Pick<Misfit, "misfit" | "help">;
}

export interface Declarations {
  /** Sweeps among them. */
  readonly params: ReadonlyMap<string, Definition>;
  readonly datasets: ReadonlyMap<string, Definition>;
  readonly models: ReadonlyMap<string, Definition>;
  readonly optimizers: ReadonlyMap<string, Definition>;
  readonly layers: ReadonlyMap<string, LayerDeclaration>;
  readonly landscapes: ReadonlyMap<string, LandscapeDeclaration>;
  readonly flows: ReadonlyMap<string, FlowDeclaration>;
  readonly commands: ReadonlyMap<string, CommandDeclaration>;
  readonly claims: readonly ClaimDeclaration[];
  readonly plots: readonly PlotDeclaration[];
}

/** What resolution shares, of one combination of the values of sweeps. */
export interface Context {
  readonly tree: SyntaxTree;
  readonly declarations: Declarations;
  readonly vocabulary: Vocabulary;
  /** The folder that paths in a text are relative to. */
  directoryOf(source: Source): string;
  readonly report: Report;
  /** A param by name; undefined if there is none of this name. */
  param(name: string): Binding | undefined;
  /** What a declaration stands for: made once for each variant of it, whoever asks. */
  once<T>(declaration: Declaration, make: () => T): T;
  /** What follows the name of a variant, such as `[lr=0.02]`; nothing where it depends on no sweep. */
  variantLabel(declaration: Declaration): string;
  /** The swept values that a declaration depends on, by name. */
  variant(declaration: Declaration): Readonly<Record<string, Value | undefined>>;
}

/** The names that stand for what a flow's dataset is like, inside a model. */
export const datasetNames = {
  outputs: "the dataset's number of outputs",
  vocabulary: "the dataset's number of different tokens",
} as const;

export function isDatasetName(name: string): name is keyof typeof datasetNames {
  return Object.hasOwn(datasetNames, name);
}

export function collect(tree: SyntaxTree, report: Report): Declarations {
  const byKind: Record<Exclude<DefinitionKind, "sweep">, Map<string, Definition>> = {
    param: new Map(),
    dataset: new Map(),
    model: new Map(),
    optimizer: new Map(),
  };
  const layers = new Map<string, LayerDeclaration>();
  const landscapes = new Map<string, LandscapeDeclaration>();
  const flows = new Map<string, FlowDeclaration>();
  const commands = new Map<string, CommandDeclaration>();

  function add<D extends NamedDeclaration>(table: Map<string, D>, each: D) {
    const { name, form } = each;
    if (name === undefined) return;
    const first = table.get(name.text);
    if (first !== undefined) {
      report(
        error("CF1202", name.span, `${form} \`${name.text}\` is declared twice`, {
          others: [{ span: first.name!.span, text: "first declared here" }],
          help: "rename one of them",
        }),
      );
    } else if ((form === "param" || form === "sweep") && isDatasetName(name.text)) {
      report(reserved(name));
    } else table.set(name.text, each);
  }

  /** Steps are named by them: one name, one thing. */
  function addCommand(each: CommandDeclaration): void {
    const name = each.name?.text ?? "";
    const other = byKind.dataset.get(name) ?? flows.get(name);
    if (other === undefined) add(commands, each);
    else {
      report(
        error("CF1202", each.name!.span, `\`${name}\` is a ${other.form}'s name already`, {
          others: [{ span: other.name!.span, text: "declared here" }],
          help: "rename one of them",
        }),
      );
    }
  }

  function addTitled<D extends ClaimDeclaration | PlotDeclaration>(others: D[], each: D): void {
    const first = others.find(({ title }) => title === each.title);
    others.push(each);
    if (!first || each.broken || first.broken) return;
    report(
      error("CF1202", each.span, `two ${each.form}s have the title ${JSON.stringify(each.title)}`, {
        others: [{ span: first.span, text: "first used here" }],
        help: `give each ${each.form} its own title`,
      }),
    );
  }

  const claims: ClaimDeclaration[] = [];
  const plots: PlotDeclaration[] = [];
  for (const each of tree.declarations) {
    if (each.form === "import" || each.form === "command") continue;
    if (each.form === "claim") addTitled(claims, each);
    else if (each.form === "plot") addTitled(plots, each);
    else if (each.form === "layer") {
      add(layers, each);
      for (const name of each.parameters) if (isDatasetName(name.text)) report(reserved(name));
    } else if (each.form === "landscape") add(landscapes, each);
    else if (each.form === "flow") add(flows, each);
    else add(byKind[each.form === "sweep" ? "param" : each.form], each);
  }
  for (const each of tree.declarations) if (each.form === "command") addCommand(each);
  return {
    params: byKind.param,
    datasets: byKind.dataset,
    models: byKind.model,
    optimizers: byKind.optimizer,
    layers,
    landscapes,
    flows,
    commands,
    claims,
    plots,
  };
}

function reserved({ text, span }: Name) {
  const meaning = datasetNames[text as keyof typeof datasetNames];
  return error("CF1206", span, `\`${text}\` is ${meaning}`, {
    help: "choose another name",
  });
}

/** Whether a name that isn't found may stand in a part of the text that could not be read. */
export function mayBeLost(context: Context, name: string): boolean {
  return context.tree.nameless || context.tree.lost.has(name);
}

/** The names that values can use at a place. */
export interface Names {
  /** What a name stands for; undefined if for nothing. */
  find(name: string): Binding | undefined;
  /** Reports a name that stands for nothing. */
  refuse(name: Name): void;
}

/** The names outside of models: params. */
export function globalNames(context: Context): Names {
  return {
    find: (name) => context.param(name) ?? lost(context, name),
    refuse: (name) => refuse(context, name),
  };
}

/** A name that may stand in a part that could not be read has a value that is not known. */
export function lost(context: Context, name: string): Binding | undefined {
  return mayBeLost(context, name) ? { value: undefined } : undefined;
}

function refuse(context: Context, name: Name): void {
  const { datasets, models, optimizers, layers, landscapes, flows, commands } =
    context.declarations;
  const other = [
    ["dataset", datasets] as const,
    ["model", models] as const,
    ["optimizer", optimizers] as const,
    ["layer", layers] as const,
    ["landscape", landscapes] as const,
    ["flow", flows] as const,
    ["command", commands] as const,
  ].find(([, table]) => table.has(name.text));
  if (isDatasetName(name.text)) {
    context.report(
      error("CF1201", name.span, `\`${name.text}\` is known only inside a model`, {
        help: `it is ${datasetNames[name.text]}`,
      }),
    );
  } else if (other !== undefined) {
    context.report(
      error("CF1201", name.span, `\`${name.text}\` is a ${other[0]}, not a value`, {
        help: "values are numbers, strings, lists and params",
      }),
    );
  } else {
    const params = [...context.declarations.params.keys()];
    context.report(
      error(
        "CF1201",
        name.span,
        `there is no param \`${name.text}\``,
        suggestion(
          name.text,
          name.span,
          params,
          `declare it with \`param ${name.text} = …\`, or write text in double quotes`,
        ),
      ),
    );
  }
}
