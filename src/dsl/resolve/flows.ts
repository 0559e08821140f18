/** Flows: what they refer to, their settings, blocks and processes. */
import { error, warning } from "../codes.js";
import type { Diagnostic, Span } from "../diagnostic.js";
import type { Flow, Made, Process } from "../program.js";
import { suggestion } from "../suggest.js";
import type { Block, FlowDeclaration, Entry as Written } from "../syntax/tree.js";
import type { Entry, ProcessEntry, Settings } from "../vocabulary.js";
import { type Context, lookup } from "./context.js";
import {
  type Dataset,
  type MadeBy,
  misfitSpan,
  type Optimizer,
  type Resolver,
  resolveMaker,
} from "./makers.js";
import { resolveModel } from "./models.js";
import { duplicate, type Given, givenIn, resolveSettings } from "./settings.js";

/** What claims can name of a flow, known even if the flow has errors elsewhere. */
export interface FlowOutline {
  readonly name: string;
  readonly processes: ReadonlyMap<string, ProcessEntry>;
  /** Whether something in it could not be read, so that a process may only seem to be absent. */
  readonly doubtful: boolean;
}

export interface Resolvers {
  readonly datasets: Resolver<Dataset>;
  readonly optimizers: Resolver<Optimizer>;
}

/** What a flow must refer to, with an example of each. */
const required = { dataset: "digits", model: "mlp", loss: "mse", optimizer: "gd" };
const references: readonly string[] = [...Object.keys(required), "weights"];

/** The entries of a flow by what they are; what is none of it is reported. */
interface Sorted {
  readonly references: ReadonlyMap<string, Written>;
  readonly settings: readonly Given[];
  readonly processes: readonly { readonly entry: ProcessEntry; readonly written: Written }[];
  readonly blocks: ReadonlyMap<string, Written>;
  readonly sound: boolean;
  readonly unknown: boolean;
}

export function resolveFlow(
  context: Context,
  declaration: FlowDeclaration,
  resolvers: Resolvers,
): { readonly outline: FlowOutline; readonly flow: Flow | undefined } {
  const { vocabulary, report } = context;
  const { broken } = declaration;
  const name = declaration.name!;
  const sorted = sort(context, declaration);
  const outline: FlowOutline = {
    name: name.text,
    processes: new Map(sorted.processes.map(({ entry }) => [entry.name, entry])),
    doubtful: broken || sorted.unknown,
  };

  const expressionOf = (key: string) => sorted.references.get(key)?.value;
  const datasetExpression = expressionOf("dataset");
  const dataset = datasetExpression && resolvers.datasets.reference(datasetExpression, broken);
  const modelExpression = expressionOf("model");
  const model =
    modelExpression &&
    resolveModel(context, modelExpression, dataset, datasetExpression?.span ?? name.span, broken);
  const optimizerExpression = expressionOf("optimizer");
  const optimizer =
    optimizerExpression && resolvers.optimizers.reference(optimizerExpression, broken);
  const lossExpression = expressionOf("loss");
  const loss =
    lossExpression &&
    resolveMaker(
      context,
      { kind: "loss", entries: vocabulary.losses, declared: [] },
      lossExpression,
      broken,
    );
  const weights = resolveWeights(context, sorted.references.get("weights"), name.span, broken);

  const title = `flow \`${name.text}\``;
  const own = resolveSettings(
    context,
    { title, span: name.span, schema: vocabulary.flow, broken: outline.doubtful },
    sorted.settings,
    (each) => lookup(context, each),
  );
  const processes = sorted.processes.map(({ entry, written }) =>
    resolveBlock(context, entry, written, broken),
  );
  const blocks = resolveBlocks(context, sorted.blocks, name.span, broken);
  if (!broken) reportAbsent(context, declaration, sorted);

  if (loss && model && dataset) {
    const output = model.layers.at(-1)!.output;
    const misfit = loss.entry.accepts(dataset.description, output);
    if (misfit !== undefined) {
      report(
        error("CF1402", misfitSpan(misfit, loss.made), misfit.misfit, {
          others: [{ span: model.layers.at(-1)!.span, text: `gives [${output.join(", ")}]` }],
          help: misfit.help,
        }),
      );
      return { outline, flow: undefined };
    }
  }
  if (weights && model) {
    const misfit = weights.entry.accepts(weights.made.settings, model.parameterCount);
    if (misfit !== undefined) {
      report(
        error("CF1602", misfitSpan(misfit, weights.made), misfit.misfit, { help: misfit.help }),
      );
      return { outline, flow: undefined };
    }
  }
  const complete = processes.every((process) => process !== undefined) && sorted.sound;
  if (!dataset || !model || !loss || !optimizer || !weights || !own || !blocks || !complete) {
    return { outline, flow: undefined };
  }
  const named = <T extends object>(made: T, of: { readonly name?: string }) =>
    of.name === undefined ? made : { ...made, name: of.name };
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
    processes: processes.map((made): Process => ({ ...made, name: made.maker })),
  };
  return { outline, flow };
}

function sort(context: Context, { name, block, broken }: FlowDeclaration): Sorted {
  const { vocabulary, report } = context;
  const settingNames = Object.keys(vocabulary.flow.shape);
  const found = new Map<string, Written>();
  const settings: Given[] = [];
  const processes: { entry: ProcessEntry; written: Written }[] = [];
  let sound = true;
  let unknown = false;
  const refuse = (diagnostic: Diagnostic) => {
    sound = false;
    report(diagnostic);
  };

  for (const written of block.entries) {
    const { text, span } = written.name;
    const valued = references.includes(text) || settingNames.includes(text);
    const process = vocabulary.processes.find((entry) => entry.name === text);
    const blockEntry = vocabulary.blocks.find((entry) => entry.name === text);
    const earlier = found.get(text);
    if (!valued && process === undefined && blockEntry === undefined) {
      unknown = true;
      const names = [
        ...references,
        ...settingNames,
        ...vocabulary.blocks.map((entry) => entry.name),
        ...vocabulary.processes.map((entry) => entry.name),
      ];
      refuse(
        error(
          "CF1301",
          span,
          `flow \`${name!.text}\` has no setting, block or process \`${text}\``,
          suggestion(
            text,
            span,
            names.filter((known) => !block.entries.some((each) => each.name.text === known)),
            `a flow has ${names.map((known) => `\`${known}\``).join(", ")}`,
          ),
        ),
      );
    } else if (earlier !== undefined) refuse(duplicate(written.name, earlier.name.span));
    else if (valued && written.value === undefined) {
      found.set(text, written);
      // After an error of the parser a value may only seem to be missing.
      if (broken) sound = false;
      else refuse(wrongForm(written, `\`${text}\` has no value`, `write \`${text} = …\``));
      if (settingNames.includes(text)) {
        settings.push({ name: written.name, expression: { form: "missing", span } });
      }
    } else if (valued) {
      found.set(text, written);
      if (!references.includes(text)) {
        settings.push({ name: written.name, expression: written.value! });
      }
    } else if (written.value !== undefined) {
      found.set(text, written);
      const what = process === undefined ? "block" : "process";
      refuse(
        wrongForm(
          written,
          `\`${text}\` is a ${what} and takes no value`,
          `write \`${text} { … }\``,
        ),
      );
      if (process !== undefined) processes.push({ entry: process, written });
    } else {
      found.set(text, written);
      if (process !== undefined) processes.push({ entry: process, written });
    }
  }
  const pick = (wanted: (text: string) => boolean) =>
    new Map([...found].filter(([text]) => wanted(text)));
  return {
    references: pick((text) => references.includes(text)),
    settings,
    processes,
    blocks: pick((text) => vocabulary.blocks.some((entry) => entry.name === text)),
    sound,
    unknown,
  };
}

function wrongForm({ name }: Written, message: string, help: string): Diagnostic {
  return error("CF1307", name.span, message, { help });
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

function resolveBlocks(
  context: Context,
  written: ReadonlyMap<string, Written>,
  flowSpan: Span,
  broken: boolean,
): Record<string, Made> | undefined {
  const blocks: Record<string, Made> = {};
  let sound = true;
  for (const entry of context.vocabulary.blocks) {
    const own = written.get(entry.name);
    const made =
      own === undefined ? byDefault(entry, flowSpan) : resolveBlock(context, entry, own, broken);
    if (made !== undefined) blocks[entry.name] = made;
    else if (own !== undefined) sound = false;
  }
  return sound ? blocks : undefined;
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
): MadeBy<Context["vocabulary"]["weights"][number]> | undefined {
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
  if (sorted.unknown) return;
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
