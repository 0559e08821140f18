/** Flows: what they refer to, their settings, blocks and processes, and whether these fit together. */
import { error, warning } from "../codes.js";
import type { Span } from "../diagnostic.js";
import type { Flow, Made, Process, ResolvedModel } from "../program.js";
import type { Block, FlowDeclaration, Entry as Written } from "../syntax/tree.js";
import type { Entry, LossEntry, ProcessEntry, Settings, WeightsEntry } from "../vocabulary.js";
import { type Context, lookup } from "./context.js";
import { required, type Sorted, sortEntries } from "./entries.js";
import {
  type Dataset,
  type MadeBy,
  misfitSpan,
  type Optimizer,
  type Resolver,
  resolveMaker,
} from "./makers.js";
import { resolveModel } from "./models.js";
import { givenIn, resolveSettings } from "./settings.js";
import { showShape } from "./shapes.js";

/** What claims can name of a flow, known even if the flow has errors elsewhere. */
export interface FlowOutline {
  readonly name: string;
  readonly processes: ReadonlyMap<string, ProcessEntry>;
  /** Whether something in it could not be understood, so that a process may only seem to be absent. */
  readonly doubtful: boolean;
}

export interface Resolvers {
  readonly datasets: Resolver<Dataset>;
  readonly optimizers: Resolver<Optimizer>;
}

export function resolveFlow(
  context: Context,
  declaration: FlowDeclaration,
  resolvers: Resolvers,
): { readonly outline: FlowOutline; readonly flow: Flow | undefined } {
  const sorted = sortEntries(context, declaration);
  const name = declaration.name!;
  const { broken } = declaration;
  const outline: FlowOutline = {
    name: name.text,
    processes: new Map(sorted.processes.map(({ entry }) => [entry.name, entry])),
    doubtful: broken || sorted.misnamed,
  };
  const parts = referred(context, sorted, resolvers, name.span, broken);
  const own = resolveSettings(
    context,
    {
      title: `flow \`${name.text}\``,
      span: name.span,
      schema: context.vocabulary.flow,
      broken: outline.doubtful,
    },
    sorted.settings,
    (each) => lookup(context, each),
  );
  const processes = sorted.processes.flatMap(({ entry, written }): Process[] => {
    const made = resolveBlock(context, entry, written, broken);
    return made === undefined ? [] : [{ ...made, name: entry.name }];
  });
  const blocks = resolveBlocks(context, sorted.blocks, broken);
  if (!broken) reportAbsent(context, declaration, sorted);

  const complete = sorted.sound && processes.length === sorted.processes.length;
  if (!complete || parts === undefined || own === undefined || blocks === undefined) {
    return { outline, flow: undefined };
  }
  const { dataset, model, loss, optimizer, weights } = parts;
  const flow: Flow = {
    name: name.text,
    span: name.span,
    dataset: named({ ...dataset.made, description: dataset.description }, dataset),
    model,
    loss: loss.made,
    optimizer: named(optimizer.made, optimizer),
    weights: weights.made,
    settings: own.settings,
    places: own.places,
    blocks,
    processes,
  };
  return { outline, flow };
}

function named<M extends object>(made: M, { name }: { readonly name?: string }) {
  return name === undefined ? made : { ...made, name };
}

interface Parts {
  readonly dataset: Dataset;
  readonly model: ResolvedModel;
  readonly loss: MadeBy<LossEntry>;
  readonly optimizer: Optimizer;
  readonly weights: MadeBy<WeightsEntry>;
}

/** What a flow refers to; undefined if a part is not known or two don't fit together. */
function referred(
  context: Context,
  { references, processes }: Sorted,
  { datasets, optimizers }: Resolvers,
  flowSpan: Span,
  broken: boolean,
): Parts | undefined {
  const written = (key: string) => references.get(key)?.value;
  const data = written("dataset");
  const dataset = data && datasets.reference(data, broken);
  const chain = written("model");
  const model = chain && resolveModel(context, chain, dataset, data?.span ?? flowSpan, broken);
  const rule = written("optimizer");
  const optimizer = rule && optimizers.reference(rule, broken);
  const measure = written("loss");
  const losses = { kind: "loss", entries: context.vocabulary.losses, declared: [] };
  const loss = measure && resolveMaker(context, losses, measure, broken);
  const weights = resolveWeights(context, references.get("weights"), flowSpan, broken);
  const fitting = [
    lossFits(context, loss, model, dataset),
    weightsFit(context, weights, model),
    ...processes.map((process) => processFits(context, process, optimizer)),
  ];
  return dataset && model && loss && optimizer && weights && !fitting.includes(false)
    ? { dataset, model, loss, optimizer, weights }
    : undefined;
}

function lossFits(
  context: Context,
  loss: MadeBy<LossEntry> | undefined,
  model: ResolvedModel | undefined,
  dataset: Dataset | undefined,
): boolean {
  if (!loss || !model || !dataset) return true;
  const { output, span } = model.layers.at(-1)!;
  const misfit = loss.entry.accepts(dataset.description, output);
  if (misfit === undefined) return true;
  context.report(
    error("CF1402", misfitSpan(misfit, loss.made), misfit.misfit, {
      others: [{ span, text: `gives ${showShape(output)}` }],
      help: misfit.help,
    }),
  );
  return false;
}

function weightsFit(
  context: Context,
  weights: MadeBy<WeightsEntry> | undefined,
  model: ResolvedModel | undefined,
): boolean {
  if (!weights || !model) return true;
  const misfit = weights.entry.accepts(weights.made.settings, model.parameterCount);
  if (misfit === undefined) return true;
  const span = misfitSpan(misfit, weights.made);
  context.report(error("CF1602", span, misfit.misfit, { help: misfit.help }));
  return false;
}

function processFits(
  context: Context,
  { entry, written }: Sorted["processes"][number],
  optimizer: Optimizer | undefined,
): boolean {
  const misfit = optimizer && entry.accepts?.(optimizer.entry.name);
  if (!misfit) return true;
  context.report(
    error("CF1406", written.name.span, misfit.misfit, {
      others: [{ span: optimizer.made.span, text: "the optimizer" }],
      help: misfit.help,
    }),
  );
  return false;
}

/** A bare name or a name with a block, as processes and blocks are written. */
function resolveBlock(
  context: Context,
  entry: Entry,
  written: Written,
  broken: boolean,
): Made | undefined {
  const { name } = written;
  const empty: Block = { entries: [], span: name.span };
  const given = givenIn(context, entry, written.block ?? empty, broken);
  const valid =
    given &&
    resolveSettings(
      context,
      { title: `\`${entry.name}\``, span: name.span, schema: entry.settings, broken },
      given,
      (each) => lookup(context, each),
    );
  return valid && { maker: entry.name, ...valid, span: name.span };
}

/** The blocks that are written; undefined if one of them has an error. */
function resolveBlocks(
  context: Context,
  written: ReadonlyMap<string, Written>,
  broken: boolean,
): Record<string, Made> | undefined {
  const blocks: Record<string, Made> = {};
  for (const entry of context.vocabulary.blocks) {
    const own = written.get(entry.name);
    if (own === undefined) continue;
    const made = resolveBlock(context, entry, own, broken);
    if (made === undefined) return undefined;
    blocks[entry.name] = made;
  }
  return blocks;
}

/** Undefined if a setting has no default. */
function byDefault(entry: Entry, span: Span): Made | undefined {
  const result = entry.settings.safeParse({});
  return result.success
    ? { maker: entry.name, settings: result.data as Settings, places: {}, span }
    : undefined;
}

function resolveWeights(
  context: Context,
  written: Written | undefined,
  flowSpan: Span,
  broken: boolean,
): MadeBy<WeightsEntry> | undefined {
  const entries = context.vocabulary.weights;
  if (written !== undefined) {
    return (
      written.value &&
      resolveMaker(context, { kind: "weights", entries, declared: [] }, written.value, broken)
    );
  }
  const entry = entries[0]!;
  const made = byDefault(entry, flowSpan);
  return made && { entry, made };
}

/** References that a flow must have, and at least one process. */
function reportAbsent({ report }: Context, { name }: FlowDeclaration, sorted: Sorted): void {
  // What seems to be absent may be what stands there under a wrong name.
  if (sorted.misnamed) return;
  const { text, span } = name!;
  for (const [key, example] of Object.entries(required)) {
    if (sorted.references.has(key)) continue;
    report(
      error("CF1303", span, `flow \`${text}\` needs \`${key}\``, {
        help: `add, for example, \`${key} = ${example}\``,
      }),
    );
  }
  if (sorted.processes.length === 0) {
    report(
      warning("CF1309", span, `flow \`${text}\` runs no process`, {
        help: "add one, such as `discrete` or `central`",
      }),
    );
  }
}
