/** Commands: programs of the user's own, what they are told, and the steps that they read. */
import { error } from "../codes.js";
import type { Command, CommandInput } from "../program.js";
import { suggestion } from "../suggest.js";
import {
  type Block,
  type CommandDeclaration,
  type Entry,
  type Expression,
  isBare,
  type Name,
} from "../syntax/tree.js";
import type { SeriesDescription } from "../vocabulary.js";
import { type Context, globalNames, mayBeLost } from "./context.js";
import { namesIn } from "./dependencies.js";
import type { FlowOutline } from "./flows.js";
import { type Dataset, misfitSpan, type Resolver } from "./makers.js";
import { circular } from "./params.js";
import { duplicate, type Given, resolveSettings } from "./settings.js";
import { named } from "./subjects.js";
import { quoteExpression } from "./values.js";

/** What claims and other commands can name of a command, known even if it has errors. */
export interface CommandOutline {
  readonly name: string;
  readonly series: readonly SeriesDescription[];
  readonly doubtful: boolean;
}

interface Surroundings {
  readonly flows: ReadonlyMap<string, FlowOutline>;
  readonly datasets: Resolver<Dataset>;
}

/** The block in which a command says what it reads. */
const inputsBlock = "inputs";

export function resolveCommand(
  context: Context,
  declaration: CommandDeclaration,
  surroundings: Surroundings,
): { readonly outline: CommandOutline; readonly command: Command | undefined } {
  const { name, block, broken } = declaration;
  const { text, span } = name!;
  const { command: entry } = context.vocabulary;
  const given: Given[] = [];
  let inputs: Block | undefined;
  let sound = true;
  for (const each of block.entries) {
    if (each.name.text !== inputsBlock) {
      given.push({
        name: each.name,
        expression: each.value ?? { form: "missing", span: each.span },
      });
      if (each.value === undefined && !broken) sound = reportForm(context, each, entry.settings);
    } else if (inputs !== undefined) {
      context.report(duplicate(each.name, inputs.span));
      sound = false;
    } else if (each.block === undefined) sound = reportForm(context, each, entry.settings);
    else inputs = each.block;
  }
  const own = resolveSettings(
    context,
    { title: `command \`${text}\``, span, schema: entry.settings, broken, others: [inputsBlock] },
    given,
    globalNames(context),
  );
  const read = inputsOf(context, inputs, surroundings);
  const outline: CommandOutline = {
    name: text,
    series: own ? entry.series(own.settings) : [],
    doubtful: broken || own === undefined,
  };
  if (!sound || own === undefined || read === undefined) return { outline, command: undefined };
  const directory = context.directoryOf(span.source);
  const misfit = entry.accepts(own.settings, Object.keys(read), directory);
  if (misfit !== undefined) {
    const place = misfitSpan(misfit, { ...own, span });
    context.report(error("CF1802", place, misfit.misfit, { help: misfit.help }));
    return { outline, command: undefined };
  }
  return {
    outline,
    command: {
      name: `${text}${context.variantLabel(declaration)}`,
      declared: text,
      variant: context.variant(declaration),
      ...own,
      span,
      directory,
      inputs: read,
    },
  };
}

function reportForm(
  context: Context,
  { name, block }: Entry,
  { shape }: { readonly shape: Readonly<Record<string, unknown>> },
): false {
  const { text, span } = name;
  if (text === inputsBlock) {
    const help = "write `inputs { name = flow.process }`";
    context.report(error("CF1307", span, "`inputs` is a block", { help }));
  } else if (Object.hasOwn(shape, text)) {
    const message = block
      ? `\`${text}\` is a setting and takes a value`
      : `\`${text}\` has no value`;
    context.report(error("CF1307", span, message, { help: `write \`${text} = …\`` }));
  }
  return false;
}

function inputsOf(
  context: Context,
  block: Block | undefined,
  surroundings: Surroundings,
): Record<string, CommandInput> | undefined {
  const inputs: Record<string, CommandInput> = {};
  let sound = true;
  for (const { name, value, block: inner } of block?.entries ?? []) {
    const input = value && inputOf(context, value, surroundings);
    if (Object.hasOwn(inputs, name.text)) {
      context.report(duplicate(name, inputs[name.text]!.span));
      sound = false;
    } else if (input !== undefined) inputs[name.text] = input;
    else sound = false;
    if (value === undefined) {
      const help = `write \`${name.text} = flow.process\``;
      const message = inner ? `\`${name.text}\` takes a value` : `\`${name.text}\` has no value`;
      context.report(error("CF1307", name.span, message, { help }));
    }
  }
  return sound ? inputs : undefined;
}

function inputOf(
  context: Context,
  expression: Expression,
  { flows, datasets }: Surroundings,
): CommandInput | undefined {
  const { span } = expression;
  const { declarations } = context;
  if (expression.form === "missing") return undefined;
  if (expression.form === "path") {
    const [first, second, ...rest] = expression.parts;
    const flow = flows.get(first!.text);
    if (flow === undefined) {
      return mayBeLost(context, first!.text)
        ? undefined
        : absent(context, first!, `there is no flow \`${first!.text}\``, [...flows.keys()]);
    }
    const steps = [...flow.series.keys(), "init"];
    if (rest.length > 0) {
      const help = `write \`${first!.text}.${second!.text}\``;
      context.report(error("CF1801", span, "a command reads whole steps", { help }));
      return undefined;
    }
    if (!steps.includes(second!.text)) {
      if (flow.doubtful) return undefined;
      const message = `flow \`${flow.name}\` has no step \`${second!.text}\``;
      return absent(context, second!, message, steps);
    }
    const declaration = declarations.flows.get(flow.name)!;
    return { step: `${flow.name}${context.variantLabel(declaration)}.${second!.text}`, span };
  }
  if (!isBare(expression)) {
    context.report(
      error("CF1801", span, `${quoteExpression(expression)} is no step`, {
        help: "name a process, as in `flow.process`, a dataset or another command",
      }),
    );
    return undefined;
  }
  const { name } = expression;
  const command = declarations.commands.get(name.text);
  if (command !== undefined) {
    return { step: `${name.text}${context.variantLabel(command)}`, span };
  }
  if (declarations.datasets.has(name.text)) {
    const dataset = datasets.declared(name.text);
    if (dataset === undefined) return undefined;
    const { made, description } = dataset;
    return {
      step: dataset.name!,
      dataset: named({ ...made, description }, dataset),
      span,
    };
  }
  if (mayBeLost(context, name.text)) return undefined;
  if (flows.has(name.text)) {
    const help = `name one of its steps, as in \`${name.text}.${[...flows.get(name.text)!.series.keys()][0] ?? "init"}\``;
    context.report(error("CF1801", span, `\`${name.text}\` is a flow of several steps`, { help }));
    return undefined;
  }
  const known = [...declarations.datasets.keys(), ...declarations.commands.keys(), ...flows.keys()];
  return absent(context, name, `there is no dataset or command \`${name.text}\``, known);
}

function absent({ report }: Context, { text, span }: Name, message: string, known: string[]) {
  report(error("CF1801", span, message, suggestion(text, span, known)));
  return undefined;
}

/** Each after those that it reads; those that read each other in a circle are reported and left out. */
export function commandsInOrder({
  declarations,
  report,
}: Pick<Context, "declarations" | "report">): CommandDeclaration[] {
  const ordered = new Set<CommandDeclaration>();
  const refused = new Set<CommandDeclaration>();
  const visit = (declaration: CommandDeclaration, open: readonly Name[]): boolean => {
    const name = declaration.name!;
    if (ordered.has(declaration)) return true;
    if (refused.has(declaration)) return false;
    if (open.some(({ text }) => text === name.text)) {
      report(circular(name, open));
      return false;
    }
    const read = [...namesIn(declaration)].flatMap((each) => declarations.commands.get(each) ?? []);
    const sound = read.map((each) => visit(each, [...open, name])).every(Boolean);
    (sound ? ordered : refused).add(declaration);
    return sound;
  };
  for (const declaration of declarations.commands.values()) visit(declaration, []);
  return [...ordered];
}
