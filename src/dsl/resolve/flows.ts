/** Flows: what they refer to, their settings, blocks and processes, and whether these fit together. */
import { error, warning } from "../codes.js";
import type { Span } from "../diagnostic.js";
import type { Flow, Made, Process } from "../program.js";
import type { Block, FlowDeclaration, Entry as Written } from "../syntax/tree.js";
import type {
  Entry,
  FlowFacts,
  SeriesDescription,
  Settings,
  WeightsEntry,
  WeightsOwner,
} from "../vocabulary.js";
import { type Context, globalNames } from "./context.js";
import { required, type Sorted, sortEntries, supervision } from "./entries.js";
import { type MadeBy, misfitSpan, type Optimizer, type Resolver, resolveMaker } from "./makers.js";
import { givenIn, resolveSettings } from "./settings.js";
import { named, resolveSubject, type Subject, type SubjectResolvers } from "./subjects.js";

/** What claims can name of a flow, known even if the flow has errors elsewhere. */
export interface FlowOutline {
  readonly name: string;
  /** By the name of a process, or of a block that has a step of its own. */
  readonly series: ReadonlyMap<string, readonly SeriesDescription[]>;
  /** Whether something in it could not be understood, so that a process may only seem to be absent. */
  readonly doubtful: boolean;
}

export interface Resolvers extends SubjectResolvers {
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
    series: seriesOf(context, sorted),
    doubtful: broken || sorted.misnamed,
  };
  const parts = referred(context, sorted, resolvers, declaration);
  const own = resolveSettings(
    context,
    {
      title: `flow \`${name.text}\``,
      span: name.span,
      schema: context.vocabulary.flow,
      broken: outline.doubtful,
    },
    sorted.settings,
    globalNames(context),
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
  const fitting = [
    blocksFit(context, blocks, sorted, parts),
    numbersFit(context, name.span, own.settings, parts),
  ];
  if (fitting.includes(false)) return { outline, flow: undefined };
  const { subject, optimizer, weights } = parts;
  const flow: Flow = {
    name: `${name.text}${context.variantLabel(declaration)}`,
    declared: name.text,
    variant: context.variant(declaration),
    span: name.span,
    ...subject,
    optimizer: named(optimizer.made, optimizer),
    weights: weights.made,
    settings: own.settings,
    places: own.places,
    blocks,
    processes,
  };
  return { outline, flow };
}

interface Parts {
  readonly subject: Subject;
  readonly optimizer: Optimizer;
  readonly weights: MadeBy<WeightsEntry>;
}

/** What a flow refers to; undefined if a part is not known or two don't fit together. */
function referred(
  context: Context,
  sorted: Sorted,
  resolvers: Resolvers,
  { name, broken }: FlowDeclaration,
): Parts | undefined {
  const place = { flowSpan: name!.span, broken };
  const { subject, owner } = resolveSubject(context, sorted, resolvers, place);
  const rule = sorted.references.get("optimizer")?.value;
  const optimizer = rule && resolvers.optimizers.reference(rule, broken);
  const weights = resolveWeights(context, sorted, place);
  const fitting = [
    weightsFit(context, weights, owner),
    ...sorted.processes.map((process) => processFits(context, process, optimizer)),
  ];
  return subject && optimizer && weights && !fitting.includes(false)
    ? { subject, optimizer, weights }
    : undefined;
}

function weightsFit(
  context: Context,
  weights: MadeBy<WeightsEntry> | undefined,
  owner: WeightsOwner | undefined,
): boolean {
  if (!weights || !owner) return true;
  const misfit = weights.entry.accepts(weights.made.settings, owner);
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
      globalNames(context),
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

/** All blocks against what the flow is made of. */
function blocksFit(
  context: Context,
  blocks: Readonly<Record<string, Made>>,
  { processes }: Sorted,
  { subject }: Parts,
): boolean {
  const facts: FlowFacts = {
    ...(subject.form === "supervised"
      ? { dataset: subject.dataset.description, parameters: subject.model.parameterCount }
      : { parameters: subject.landscape.variables.length }),
    processes: processes.map(({ entry }) => entry.name),
  };
  const fitting = Object.entries(blocks).map(([name, made]) => {
    const entry = context.vocabulary.blocks.find((each) => each.name === name)!;
    const misfit = entry.accepts?.(made.settings, facts);
    if (misfit === undefined) return true;
    const span = misfitSpan(misfit, made);
    context.report(error("CF1407", span, misfit.misfit, { help: misfit.help }));
    return false;
  });
  return !fitting.includes(false);
}

/** The numbers of a landscape against those that the flow computes in. */
function numbersFit(
  { vocabulary, report }: Context,
  flowSpan: Span,
  settings: Settings,
  { subject }: Parts,
): boolean {
  if (subject.form !== "landscape") return true;
  const fitting = subject.landscape.numbers.map(({ value, span }) => {
    const misfit = vocabulary.numberFits(value, settings);
    if (misfit === undefined) return true;
    const others = [{ span: flowSpan, text: "in this flow" }];
    report(error("CF1706", span, misfit.misfit, { others, help: misfit.help }));
    return false;
  });
  return !fitting.includes(false);
}

function seriesOf({ vocabulary }: Context, { processes, blocks }: Sorted): FlowOutline["series"] {
  const names = processes.map(({ entry }) => entry.name);
  const inOrder = vocabulary.processes
    .map(({ name }) => name)
    .filter((name) => names.includes(name));
  return new Map([
    ...processes.map(({ entry }) => [entry.name, entry.series] as const),
    ...vocabulary.blocks.flatMap(({ name, step }) =>
      step && blocks.has(name) ? [[name, step.series(inOrder)] as const] : [],
    ),
  ]);
}

/** Undefined if a setting has no default. */
function byDefault(entry: Entry, span: Span): Made | undefined {
  const result = entry.settings.safeParse({});
  return result.success
    ? { maker: entry.name, settings: result.data as Settings, places: {}, span }
    : undefined;
}

/** As written, or the first kind by default; a landscape has no default. */
function resolveWeights(
  context: Context,
  { references }: Sorted,
  { flowSpan, broken }: { readonly flowSpan: Span; readonly broken: boolean },
): MadeBy<WeightsEntry> | undefined {
  const { weights: entries } = context.vocabulary;
  const written = references.get("weights");
  if (written !== undefined) {
    return (
      written.value &&
      resolveMaker(context, { kind: "weights", entries, declared: [] }, written.value, broken)
    );
  }
  if (references.has("landscape")) return undefined;
  const entry = entries[0]!;
  const made = byDefault(entry, flowSpan);
  return made && { entry, made };
}

/** References that a flow must have, and at least one process. */
function reportAbsent({ report }: Context, { name }: FlowDeclaration, sorted: Sorted): void {
  const { references, misnamed, processes } = sorted;
  // What seems to be absent may be what stands there under a wrong name.
  if (misnamed) return;
  const { text, span } = name!;
  const needs = (what: string, help: string) =>
    report(error("CF1303", span, `flow \`${text}\` needs ${what}`, { help }));
  const onLandscape = references.has("landscape");
  const supervised = supervision.some((key) => references.has(key));
  if (!onLandscape && !supervised) {
    needs("something to minimize", "add `dataset`, `model` and `loss`, or a `landscape`");
  }
  for (const [key, example] of Object.entries(required)) {
    const wanted = !supervision.includes(key) || (supervised && !onLandscape);
    if (wanted && !references.has(key)) {
      needs(`\`${key}\``, `add, for example, \`${key} = ${example}\``);
    }
  }
  if (onLandscape && !supervised && !references.has("weights")) {
    needs("`weights`", "say where the variables start, as in `weights = at([0.5, 1])`");
  }
  if (processes.length === 0) {
    report(
      warning("CF1309", span, `flow \`${text}\` runs no process`, {
        help: "add one, such as `discrete` or `central`",
      }),
    );
  }
}
