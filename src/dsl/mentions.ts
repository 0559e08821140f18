/** From the place of a setting to what its value comes from: params, by whatever other names. */
import type { Source, Span } from "./diagnostic.js";
import type { Param, Program } from "./program.js";
import { overridePrefix } from "./resolve/params.js";
import { parse, parseOverride } from "./syntax/parse.js";
import {
  type Apply,
  type Declaration,
  type Expression,
  isBare,
  type LayerDeclaration,
  visit,
  visitDeclaration,
} from "./syntax/tree.js";

type Texts = Pick<Program, "source" | "imports" | "params">;

/** Params as a step has them: swept ones with the value that is in its name, such as `eos[lr=0.02].central`. */
export function paramsOf({ params, sweeps }: Program, step: string): readonly Param[] {
  const swept = sweeps.flatMap(({ name, values }) => {
    const own = values.find(({ label }) =>
      [`[${label}]`, `[${label},`, `,${label},`, `,${label}]`].some((part) => step.includes(part)),
    );
    return own ? [{ name, value: own.value, span: own.span }] : [];
  });
  return [...params, ...swept];
}

/**
 * Params that a place names, and those that these need in turn, each once. The name of an argument of
 * a declared layer stands for what it is given wherever the layer is used.
 */
export function paramsAt(program: Texts, place: Span): readonly Param[] {
  const byName = new Map(program.params.map((param) => [param.name, param]));
  const declarations = declarationsOf(program);
  const found = new Set<Param>();
  const seen = new Set<string>();
  const follow = (span: Span) => {
    const key = `${span.source.name}:${span.start}:${span.end}`;
    if (seen.has(key)) return;
    seen.add(key);
    for (const { name, given } of namesAt(span, declarations)) {
      if (given) for (const each of given) follow(each);
      else {
        const param = byName.get(name);
        if (param) found.add(param);
        // One that depends on a sweep has no value of its own.
        const span = param?.span ?? definedAt(name, declarations);
        if (span) follow(span);
      }
    }
  };
  follow(place);
  return [...found];
}

/** The value of a declaration where a place holds nothing but its name, else the place itself. */
export function declaredAt(program: Texts, place: Span): Span {
  const text = place.source.text.slice(place.start, place.end);
  const named = declarationsOf(program).find(
    (each) => definitions.includes(each.form) && "value" in each && nameOf(each) === text,
  );
  return named && "value" in named ? named.value.span : place;
}

/** Whether a place lies in a value given with `--set`, and in no file. */
export function isOverride({ source }: Span): boolean {
  return source.name.startsWith(overridePrefix);
}

const definitions: readonly Declaration["form"][] = ["dataset", "model", "optimizer", "landscape"];

interface Mention {
  readonly name: string;
  /** What the name of a declared layer's argument stands for. */
  readonly given?: readonly Span[];
}

/** Bare names that stand at a place. */
function namesAt(place: Span, declarations: readonly Declaration[]): Mention[] {
  const inside = ({ start, end }: Span) => start >= place.start && end <= place.end;
  const around = declarations.find(
    ({ span: { source, start, end } }) =>
      source === place.source && start <= place.start && place.end <= end,
  );
  const found: Mention[] = [];
  const see = (part: Expression) => {
    if (!isBare(part) || !inside(part.span)) return;
    const name = part.name.text;
    const hidden = around && "parameters" in around ? around.parameters : [];
    const position = hidden.findIndex(({ text }) => text === name);
    if (position < 0) found.push({ name });
    else if (around?.form === "layer") {
      found.push({ name, given: argumentsOf(around, name, position, declarations) });
    }
  };
  if (around) visitDeclaration(around, see);
  else {
    const override = parseOverride(place.source, () => {});
    for (const value of override?.values ?? []) visit(value, see);
  }
  return found;
}

/** Where a declared layer is given one of its arguments. */
function argumentsOf(
  layer: LayerDeclaration,
  name: string,
  position: number,
  declarations: readonly Declaration[],
): Span[] {
  const given: Span[] = [];
  const see = (part: Expression) => {
    if (part.form !== "apply" || part.name.text !== layer.name?.text) return;
    const value = argumentOf(part, name, position);
    if (value) given.push(value.span);
  };
  for (const each of declarations) if (each !== layer) visitDeclaration(each, see);
  return given;
}

function argumentOf({ arguments: given = [] }: Apply, name: string, position: number) {
  const byName = given.find((each) => each.name?.text === name);
  if (byName) return byName.value;
  const byPosition = given[position];
  return byPosition?.name === undefined ? byPosition?.value : undefined;
}

function definedAt(param: string, declarations: readonly Declaration[]): Span | undefined {
  const found = declarations.find((each) => each.form === "param" && nameOf(each) === param);
  return found && "value" in found ? found.value.span : undefined;
}

function nameOf(declaration: Declaration): string | undefined {
  return "name" in declaration ? declaration.name?.text : undefined;
}

const parsed = new WeakMap<Source, readonly Declaration[]>();

function declarationsOf({ source, imports }: Texts): readonly Declaration[] {
  return [source, ...imports].flatMap(declarationsIn);
}

function declarationsIn(source: Source): readonly Declaration[] {
  let known = parsed.get(source);
  if (!known) {
    known = parse(source, () => {}).declarations;
    parsed.set(source, known);
  }
  return known;
}
