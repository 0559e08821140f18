/** From `name = value` pairs to valid settings with their defaults, by an entry's schema. */
import { resolve } from "node:path";
import {
  type CallKind,
  callKinds,
  type DistributionValue,
  type ScheduleValue,
} from "../call-value.js";
import { type Details, error } from "../codes.js";
import type { Span } from "../diagnostic.js";
import type { Made } from "../program.js";
import { suggestion } from "../suggest.js";
import { type Apply, type Block, type Expression, isBare, type Name } from "../syntax/tree.js";
import {
  callsIn,
  type Entry,
  isPathSetting,
  isWordSetting,
  type Settings,
  settingMeta,
} from "../vocabulary.js";
import type { Context, Names, Value } from "./context.js";
import { settingProblem } from "./issues.js";
import { bind, evaluate } from "./values.js";

/** One setting as it was written. */
export interface Given {
  readonly name: Name;
  readonly expression: Expression;
}

export interface Owner {
  /** As messages name it: `` `mnist` `` or `` flow `eos` ``. */
  readonly title: string;
  readonly span: Span;
  readonly schema: Entry["settings"];
  /** Whether a part of it could not be understood, so that settings may only seem to be missing. */
  readonly broken: boolean;
  /** Names of what it can be given besides settings. */
  readonly others?: readonly string[];
}

export type Valid = Pick<Made, "settings" | "places">;

/** Undefined if a setting is wrong, missing or not known; that has been reported. */
export function resolveSettings(
  context: Context,
  owner: Owner,
  given: readonly Given[],
  names: Names,
): Valid | undefined {
  const { broken } = owner;
  const schemas = owner.schema.shape as Readonly<Record<string, Entry["settings"]>>;
  const settings = Object.keys(schemas);
  const known = [...settings, ...(owner.others ?? [])];
  const written = new Map<string, Given>();
  let sound = true;
  let misnamed = false;
  for (const each of given) {
    const { name } = each;
    const first = written.get(name.text);
    if (first !== undefined) {
      context.report(duplicate(name, first.name.span));
      sound = false;
    } else if (settings.includes(name.text)) written.set(name.text, each);
    else {
      context.report(
        error("CF1301", name.span, `${owner.title} has no setting \`${name.text}\``, {
          ...suggestion(
            name.text,
            name.span,
            known.filter((other) => !given.some((each) => each.name.text === other)),
            known.length === 0
              ? "it has no settings"
              : `its settings are ${known.map((other) => `\`${other}\``).join(", ")}`,
          ),
        }),
      );
      // Where chains can be given, a misnamed one is no value. Else its value may be whatever one of
      // the settings takes, as which of them it is meant for is not known.
      if (owner.others === undefined) {
        resolveValue(context, each.expression, {
          ...{ names, broken },
          calls: callKinds.find((kind) => namesCall(context, each.expression, kind)),
          takesWord: Object.values(schemas).some(isWordSetting),
        });
      }
      sound = false;
      misnamed = true;
    }
  }

  const values: Settings = {};
  const places: Record<string, Span> = {};
  const unknown = new Set<string>();
  const words = new Map<string, Name>();
  for (const [name, { expression }] of written) {
    const schema = schemas[name]!;
    const found = resolveValue(context, expression, {
      ...{ names, broken },
      calls: callsIn(schema),
      takesWord: isWordSetting(schema),
    });
    places[name] = expression.span;
    if (found === undefined) unknown.add(name);
    else {
      values[name] = absolute(context, schema, found.value, origin(names, expression));
      if (found.word !== undefined) words.set(name, found.word);
      for (const [inner, span] of Object.entries(found.places)) places[`${name}.${inner}`] = span;
    }
  }

  // With its input an issue tells whether its message is zod's own.
  const result = owner.schema.safeParse(values, { reportInput: true });
  if (result.success) {
    return sound && unknown.size === 0 ? { settings: result.data, places } : undefined;
  }
  const seen = new Set<string>();
  for (const issue of result.error.issues) {
    const name = String(issue.path[0] ?? "");
    // One problem a setting; a value that isn't known has been reported where it failed.
    if (unknown.has(name) || seen.has(name)) continue;
    seen.add(name);
    const own = written.get(name);
    if (own !== undefined) {
      const { expression } = own;
      const from = origin(names, expression);
      const others = from === expression.span ? [] : [{ span: from, text: "its value" }];
      const details: Details = { others };
      const word = words.get(name);
      const value = { name, expression, value: values[name], ...(word && { word }) };
      context.report(settingProblem(issue, value, details));
    } else if (name === "") {
      context.report(error("CF1305", owner.span, `${owner.title}: ${issue.message}`));
    } else if (!broken && !misnamed) context.report(missing(owner, name));
  }
  return undefined;
}

interface Found {
  readonly value: Value | ScheduleValue | DistributionValue;
  /** Of the settings within a call. */
  readonly places: Valid["places"];
  /** Where the value was written as a bare word. */
  readonly word?: Name;
}

interface Surroundings {
  readonly names: Names;
  readonly broken: boolean;
  /** What can be called here. */
  readonly calls: CallKind | undefined;
  readonly takesWord: boolean;
}

/** A plain value, or a call or a word where one may stand; undefined if none, which has been reported. */
function resolveValue(
  context: Context,
  expression: Expression,
  { names, broken, calls, takesWord }: Surroundings,
): Found | undefined {
  if (calls && expression.form === "apply" && isCall(context, expression, calls)) {
    return resolveCall(context, expression, calls, names, broken);
  }
  if (takesWord) {
    const { value, word } = bind(expression, names, context.report);
    return value === undefined ? undefined : { value, places: {}, ...(word && { word }) };
  }
  const value = evaluate(expression, names, context.report);
  return value === undefined ? undefined : { value, places: {} };
}

function callable({ vocabulary }: Context, kind: CallKind): readonly Entry[] {
  return kind === "schedule" ? vocabulary.schedules : vocabulary.distributions;
}

function namesCall(context: Context, expression: Expression, kind: CallKind): boolean {
  if (expression.form !== "apply") return false;
  return callable(context, kind).some(({ name }) => name === expression.name.text);
}

/** Whether it is more than a param's name: `cosine(0.1, 9)`, or a bare `cosine` that is no param. */
function isCall(context: Context, apply: Apply, kind: CallKind): boolean {
  if (!isBare(apply)) return true;
  return context.param(apply.name.text) === undefined && namesCall(context, apply, kind);
}

function resolveCall(
  context: Context,
  apply: Apply,
  kind: CallKind,
  names: Names,
  broken: boolean,
): Found | undefined {
  const entries = callable(context, kind);
  const { text, span } = apply.name;
  const entry = entries.find(({ name }) => name === text);
  if (entry === undefined) {
    const known = entries.map(({ name }) => name);
    const message = `there is no ${kind} \`${text}\``;
    context.report(error("CF1203", span, message, suggestion(text, span, known)));
    return undefined;
  }
  const given = givenTo(context, entry, apply, broken);
  const owner = { title: `\`${text}\``, span: apply.head, schema: entry.settings, broken };
  const valid = given && resolveSettings(context, owner, given, names);
  const called = kind === "schedule" ? { schedule: text } : { distribution: text };
  return valid && { value: { ...called, ...valid.settings }, places: valid.places };
}

/** Paths are relative to the folder of the text in which they are written. */
function absolute<V>(
  context: Context,
  schema: Entry["settings"],
  value: V,
  { source }: Span,
): V | string {
  return typeof value === "string" && value !== "" && isPathSetting(schema)
    ? resolve(context.directoryOf(source), value)
    : value;
}

/** Where a value was written that may be given by a name. */
function origin(names: Names, expression: Expression): Span {
  const from = isBare(expression) ? names.find(expression.name.text)?.origin : undefined;
  return from ?? expression.span;
}

function missing(owner: Owner, name: string) {
  const description = settingMeta(owner.schema.shape[name] as Entry["settings"]).description;
  const says = typeof description === "string" ? `: ${description}` : "";
  return error("CF1303", owner.span, `${owner.title} needs \`${name}\``, {
    help: `add \`${name} = …\`${says}`,
  });
}

export function duplicate(name: Name, first: Span) {
  return error("CF1302", name.span, `\`${name.text}\` is given twice`, {
    others: [{ span: first, text: "first given here" }],
    help: "leave one of them out",
  });
}

/** What a maker can be given: settings, and `others` by name. */
export interface Takes extends Pick<Entry, "name" | "settings" | "positional"> {
  readonly others?: readonly string[];
}

/** What a maker is given, by its arguments and its block. */
export function givenTo(
  context: Context,
  entry: Takes,
  apply: Apply,
  broken: boolean,
): Given[] | undefined {
  const given: Given[] = [];
  let sound = true;
  let named = false;
  for (const [i, { name, value }] of (apply.arguments ?? []).entries()) {
    const position = entry.positional[i];
    if (name !== undefined) {
      named = true;
      given.push({ name, expression: value });
    } else if (named || position === undefined) {
      sound = false;
      context.report(badArgument(entry, value.span, named));
    } else given.push({ name: { text: position, span: value.span }, expression: value });
  }
  const fromBlock = apply.block === undefined ? [] : givenIn(context, entry, apply.block, broken);
  return sound && fromBlock !== undefined ? [...given, ...fromBlock] : undefined;
}

function badArgument(entry: Takes, span: Span, afterNamed: boolean) {
  if (afterNamed) {
    return error("CF1308", span, "an argument without a name follows one with a name", {
      help: "give arguments by position first, or name it",
    });
  }
  const quoted = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ");
  const named = [...(entry.others ?? []), ...Object.keys(entry.settings.shape)];
  const others = named.filter((name) => !entry.positional.includes(name));
  return error(
    "CF1308",
    span,
    entry.positional.length === 0
      ? `\`${entry.name}\` takes no arguments by position`
      : `\`${entry.name}\` takes only ${quoted(entry.positional)} by position`,
    {
      help:
        others.length === 0
          ? "it has no other settings"
          : `name the others, as in \`${others[0]} = …\``,
    },
  );
}

export function givenIn(
  context: Context,
  entry: Takes,
  { entries }: Block,
  broken: boolean,
): Given[] | undefined {
  let sound = true;
  const given: Given[] = [];
  for (const { name, value, block } of entries) {
    if (value !== undefined) {
      given.push({ name, expression: value });
      continue;
    }
    sound = false;
    // After an error of the parser a value may only seem to be missing.
    if (broken) continue;
    const known =
      Object.hasOwn(entry.settings.shape, name.text) || entry.others?.includes(name.text);
    context.report(
      error(
        "CF1307",
        name.span,
        block === undefined
          ? `\`${name.text}\` has no value`
          : `\`${name.text}\` in \`${entry.name}\` cannot have a block`,
        {
          help: known
            ? `write \`${name.text} = …\``
            : `\`${entry.name}\` takes settings, written \`name = value\``,
        },
      ),
    );
  }
  return sound ? given : undefined;
}
