/** Expressions of series, as claims and plots have them. Types are checked, nothing is computed. */
import { type Code, error } from "../codes.js";
import type { Span } from "../diagnostic.js";
import type { BinaryOperator, SeriesExpression } from "../program.js";
import { suggestion } from "../suggest.js";
import { print } from "../syntax/print.js";
import type { Apply, Expression, Name } from "../syntax/tree.js";
import type { FunctionEntry } from "../vocabulary.js";
import type { CommandOutline } from "./commands.js";
import { type Context, lost, mayBeLost } from "./context.js";
import type { FlowOutline } from "./flows.js";
import { evaluate, quoteExpression, show } from "./values.js";

/** A number, or a series with a number (or, for a spectrum or list, several numbers) a row. */
type Kind = "number" | "series" | "spectrum" | "list";

export interface Typed {
  readonly kind: Kind;
  readonly expression: SeriesExpression;
}

/** What has series. */
export interface Outlines {
  readonly flows: ReadonlyMap<string, FlowOutline>;
  readonly commands: ReadonlyMap<string, CommandOutline>;
}

export interface Scope {
  readonly context: Context;
  readonly outlines: Outlines;
  /** What the expression stands in, for messages. */
  readonly of: "claim" | "plot";
}

const comparisons: readonly BinaryOperator[] = ["<", "<=", ">", ">=", "==", "!="];

export function isComparison(expression: Expression): boolean {
  return expression.form === "binary" && comparisons.includes(expression.operator);
}

export function refuse({ context }: Scope, code: Code, span: Span, message: string, help?: string) {
  context.report(error(code, span, message, { help }));
  return undefined;
}

/** One number; a series is refused. */
export function numberOf(scope: Scope, expression: Expression): SeriesExpression | undefined {
  const found = rowwise(scope, expression);
  if (found === undefined || found.kind === "number") return found?.expression;
  const help = `reduce it to a number, as in \`final(${print(expression)})\``;
  return refuse(
    scope,
    "CF1507",
    expression.span,
    `${quoteExpression(expression)} is a series, and one number is needed`,
    help,
  );
}

/** What index 0 stands for where a row has several values. */
const firstOf: Partial<Record<Kind, string>> = { spectrum: "the largest", list: "the first" };

/** A number or a series of numbers; several numbers a row are refused. */
function rowwise(scope: Scope, expression: Expression): Typed | undefined {
  const found = typed(scope, expression);
  const first = found && firstOf[found.kind];
  if (first === undefined) return found;
  return refuse(
    scope,
    "CF1504",
    expression.span,
    `${quoteExpression(expression)} has several values a step`,
    `take one of them: \`${print(expression)}[0]\` is ${first}`,
  );
}

/** An expression with its type; undefined if it has an error, which has been reported. */
export function typed(scope: Scope, expression: Expression): Typed | undefined {
  switch (expression.form) {
    case "number":
      return { kind: "number", expression: { form: "number", value: expression.value } };
    case "path":
      return series(scope, expression.parts, expression.span);
    case "index":
      return indexed(scope, expression.of, expression.index);
    case "negate": {
      const of = rowwise(scope, expression.of);
      return of && { kind: of.kind, expression: { form: "negate", of: of.expression } };
    }
    case "binary": {
      if (isComparison(expression)) {
        const [message, help] =
          scope.of === "claim"
            ? [
                `${quoteExpression(expression)} is a comparison inside another expression`,
                "write one comparison at the top; make two claims of two comparisons",
              ]
            : [
                `${quoteExpression(expression)} is a comparison, which has no curve`,
                "claim it with `expect`",
              ];
        return refuse(scope, "CF1501", expression.span, message, help);
      }
      const { operator } = expression;
      const left = rowwise(scope, expression.left);
      const right = rowwise(scope, expression.right);
      if (left === undefined || right === undefined) return undefined;
      if (operator === "/" && right.expression.form === "number" && right.expression.value === 0) {
        const message = `${quoteExpression(expression)} divides by zero`;
        return refuse(scope, "CF1306", expression.right.span, message);
      }
      return {
        kind: left.kind === "number" && right.kind === "number" ? "number" : "series",
        expression: { form: "binary", operator, left: left.expression, right: right.expression },
      };
    }
    case "apply":
      return expression.arguments === undefined && expression.block === undefined
        ? name(scope, expression.name)
        : call(scope, expression);
    case "missing":
      return undefined;
    default:
      return refuse(
        scope,
        "CF1508",
        expression.span,
        `${quoteExpression(expression)} has no meaning in a ${scope.of}`,
        `a ${scope.of} is made of numbers, params, series, functions and arithmetic`,
      );
  }
}

/** A param, which stands for its number. */
function name({ context, outlines, of }: Scope, { text, span }: Name): Typed | undefined {
  const param = context.param(text);
  if (param !== undefined) {
    if (param.word !== undefined) return noParam(context, param.word);
    if (param.value === undefined) return undefined;
    if (typeof param.value === "number") {
      return { kind: "number", expression: { form: "number", value: param.value } };
    }
    const message = `\`${text}\` is ${show(param.value)}, and a ${of} needs numbers`;
    context.report(error("CF1304", span, message));
    return undefined;
  }
  if (mayBeLost(context, text)) return undefined;
  const outline = outlines.flows.get(text);
  if (outline !== undefined) {
    const example = [...outline.series.keys()][0] ?? "process";
    context.report(
      error("CF1502", span, `\`${text}\` is a flow; a ${of} is about its series`, {
        help: `name a process and a series, as in \`${text}.${example}.train_loss\``,
      }),
    );
    return undefined;
  }
  const command = outlines.commands.get(text);
  if (command !== undefined) {
    const [example = "name"] = command.series.map((each) => each.name);
    context.report(
      error("CF1502", span, `\`${text}\` is a command; a ${of} is about its series`, {
        help: `name one that its setting \`series\` lists, as in \`${text}.${example}\``,
      }),
    );
    return undefined;
  }
  const names = [...context.declarations.params.keys(), ...outlines.flows.keys()];
  context.report(
    error(
      "CF1502",
      span,
      `there is no param or flow \`${text}\``,
      suggestion(text, span, names, "series are written `flow.process.series`"),
    ),
  );
  return undefined;
}

function series(scope: Scope, parts: readonly Name[], span: Span): Typed | undefined {
  const { context, outlines } = scope;
  const [flow, process, series, ...rest] = parts;
  const outline = outlines.flows.get(flow!.text);
  if (outline === undefined) {
    const command = outlines.commands.get(flow!.text);
    if (command !== undefined) return seriesOfCommand(scope, command, parts, span);
    if (mayBeLost(context, flow!.text)) return undefined;
    const names = [...outlines.flows.keys(), ...outlines.commands.keys()];
    return absent(scope, flow!, `there is no flow \`${flow!.text}\``, names);
  }
  const own = outline.series.get(process!.text);
  if (own === undefined) {
    if (outline.doubtful) return undefined;
    const { processes, blocks } = context.vocabulary;
    const withSeries = [...processes, ...blocks.filter(({ step }) => step)];
    if (withSeries.some((each) => each.name === process!.text)) {
      const message = `flow \`${outline.name}\` does not run \`${process!.text}\``;
      return refuse(scope, "CF1502", process!.span, message, `add \`${process!.text}\` to it`);
    }
    const message = `flow \`${outline.name}\` has no process \`${process!.text}\``;
    return absent(scope, process!, message, [...outline.series.keys()]);
  }
  const step = `${outline.name}.${process!.text}`;
  const names = own.map((each) => each.name);
  if (series === undefined || rest.length > 0) {
    const message =
      series === undefined
        ? `\`${print({ form: "path", parts, span })}\` names no series`
        : "a series is named by flow, process and series, and no more";
    return refuse(scope, "CF1502", span, message, `write, for example, \`${step}.${names[0]}\``);
  }
  const description = own.find((each) => each.name === series.text);
  if (description === undefined) {
    const message = `\`${step}\` has no series \`${series.text}\``;
    return absent(scope, series, message, names);
  }
  return {
    kind: description.kind === "scalar" ? "series" : description.kind,
    expression: { form: "series", step: stepName(scope, outline, process!), series: series.text },
  };
}

function seriesOfCommand(
  scope: Scope,
  { name, series, doubtful }: CommandOutline,
  parts: readonly Name[],
  span: Span,
): Typed | undefined {
  const [, column, ...rest] = parts;
  if (rest.length > 0) {
    const help = `write \`${name}.${column!.text}\``;
    return refuse(scope, "CF1502", span, "a command's series is named by command and series", help);
  }
  if (!series.some((each) => each.name === column!.text)) {
    if (doubtful) return undefined;
    const names = series.map((each) => each.name);
    const message = `command \`${name}\` has no series \`${column!.text}\``;
    if (names.length > 0) return absent(scope, column!, message, names);
    const help = `list it in the command, as in \`series = ["${column!.text}"]\``;
    return refuse(scope, "CF1502", column!.span, message, help);
  }
  const { context } = scope;
  const step = `${name}${context.variantLabel(context.declarations.commands.get(name)!)}`;
  return { kind: "series", expression: { form: "series", step, series: column!.text } };
}

/** Of the variant of the flow that goes with this one of the claim. */
function stepName({ context }: Scope, { name }: FlowOutline, process: Name): string {
  return `${name}${context.variantLabel(context.declarations.flows.get(name)!)}.${process.text}`;
}

function absent({ context }: Scope, { text, span }: Name, message: string, names: string[]) {
  context.report(error("CF1502", span, message, suggestion(text, span, names)));
  return undefined;
}

function indexed(scope: Scope, of: Expression, index: Expression): Typed | undefined {
  const found = typed(scope, of);
  const at = constant(scope, index);
  if (found === undefined || at === undefined) return undefined;
  const first = firstOf[found.kind];
  if (first === undefined || found.expression.form !== "series") {
    const what = found.kind === "number" ? "one number" : "one number a step";
    const message = `${quoteExpression(of)} is ${what} and cannot be indexed`;
    return refuse(scope, "CF1503", index.span, message, "leave the index out");
  }
  if (typeof at !== "number" || !Number.isInteger(at) || at < 0) {
    const help = `indices count from 0, ${first} value`;
    return refuse(scope, "CF1503", index.span, `${show(at)} is not an index`, help);
  }
  return { kind: "series", expression: { ...found.expression, index: at } };
}

/** A value known before anything runs. */
function constant({ context }: Scope, expression: Expression) {
  return evaluate(
    expression,
    {
      find: (each) => context.param(each) ?? lost(context, each),
      refuse: (each) => noParam(context, each),
    },
    context.report,
  );
}

function noParam({ declarations, report }: Context, { text, span }: Name): undefined {
  const help = suggestion(text, span, [...declarations.params.keys()], "write a number");
  report(error("CF1201", span, `there is no param \`${text}\``, help));
}

function signature({ name, arguments: wanted, range }: FunctionEntry): string {
  const all = [...wanted.map((each) => each.name), ...(range ? ["from = …", "to = …"] : [])];
  return `${name}(${all.join(", ")})`;
}

function call(scope: Scope, apply: Apply): Typed | undefined {
  const { functions } = scope.context.vocabulary;
  const entry = functions.find((each) => each.name === apply.name.text);
  if (entry === undefined) {
    for (const { name, value } of apply.arguments ?? []) {
      if (name === undefined) typed(scope, value);
    }
    const names = functions.map((each) => each.name);
    const { text, span } = apply.name;
    const message = `there is no function \`${text}\``;
    scope.context.report(error("CF1505", span, message, suggestion(text, span, names)));
    return undefined;
  }
  const positional = (apply.arguments ?? []).filter((each) => each.name === undefined);
  const help = `write \`${signature(entry)}\``;
  let sound = true;
  if (positional.length !== entry.arguments.length || apply.block !== undefined) {
    const wanted =
      entry.arguments.length === 1 ? "1 argument" : `${entry.arguments.length} arguments`;
    const message =
      apply.block === undefined
        ? `\`${entry.name}\` takes ${wanted}, not ${positional.length}`
        : `\`${entry.name}\` takes arguments in parentheses only`;
    refuse(scope, "CF1506", apply.head, message, help);
    sound = false;
  }
  const given = positional.map(({ value }, i) => argument(scope, entry, i, value));
  const range = rangeOf(scope, entry, apply, help);
  if (!sound || range === undefined || !given.every((each) => each !== undefined)) return undefined;
  const reduces = entry.result === "number" || given.every(({ kind }) => kind === "number");
  return {
    kind: reduces ? "number" : "series",
    expression: {
      form: "call",
      function: entry.name,
      arguments: given.map(({ expression }) => expression),
      ...range,
    },
  };
}

function argument(
  scope: Scope,
  entry: FunctionEntry,
  position: number,
  value: Expression,
): Typed | undefined {
  const wanted = entry.arguments[position];
  if (wanted?.kind === "number") {
    const expression = numberOf(scope, value);
    return expression && { kind: "number", expression };
  }
  const found = rowwise(scope, value);
  if (found !== undefined && wanted?.kind === "series" && found.kind === "number") {
    const message = `\`${entry.name}\` needs a series as \`${wanted.name}\`, and ${quoteExpression(value)} is one number`;
    return refuse(scope, "CF1506", value.span, message, `write \`${signature(entry)}\``);
  }
  return found;
}

/** `from` and `to`, steps counted from 0; `to` is exclusive. */
function rangeOf(
  scope: Scope,
  entry: FunctionEntry,
  apply: Apply,
  help: string,
): { from?: number; to?: number } | undefined {
  const range: { from?: number; to?: number } = {};
  let sound = true;
  const fail = (span: Span, message: string, why = help) => {
    refuse(scope, "CF1506", span, message, why);
    sound = false;
  };
  for (const { name, value } of apply.arguments ?? []) {
    if (name === undefined) continue;
    const { text } = name;
    if (!entry.range || (text !== "from" && text !== "to")) {
      fail(name.span, `\`${entry.name}\` has no option \`${text}\``);
      continue;
    }
    const step = constant(scope, value);
    if (step === undefined) sound = false;
    else if (typeof step !== "number" || !Number.isInteger(step) || step < 0) {
      fail(value.span, `\`${text}\` must be a step, not ${show(step)}`, "steps count from 0");
    } else if (range[text] !== undefined) fail(name.span, `\`${text}\` is given twice`);
    else range[text] = step;
  }
  if (range.from !== undefined && range.to !== undefined && range.from >= range.to) {
    const message = `no step is from ${range.from} and before ${range.to}`;
    fail(apply.head, message, "`to` is exclusive and must be larger than `from`");
  }
  return sound ? range : undefined;
}
