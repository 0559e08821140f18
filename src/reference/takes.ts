/** What a setting takes, in words: read from its schema, so that the words cannot be wrong. */
import { z } from "zod";

/** The parts of JSON Schema that settings are made of. */
interface Json {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly items?: Json | false;
  readonly prefixItems?: readonly Json[];
  readonly minItems?: number;
  readonly anyOf?: readonly Json[];
  readonly properties?: Readonly<Record<string, Json>>;
  readonly default?: unknown;
  readonly description?: string;
  readonly path?: boolean;
}

export interface Setting {
  readonly name: string;
  readonly takes: string;
  /** Absent if it has none. */
  readonly fallback?: unknown;
  readonly required: boolean;
  /** Empty if its schema says nothing. */
  readonly doc: string;
}

export function settingsOf(schema: z.ZodObject): Setting[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: "input" }) as {
    properties?: Readonly<Record<string, Json>>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, json]) => ({
    name,
    takes: inWords(json),
    ...(json.default !== undefined && { fallback: json.default }),
    required: required.includes(name),
    doc: json.description ?? "",
  }));
}

function inWords(json: Json, several = false): string {
  if (json.anyOf) return alternatives(json.anyOf.map((each) => inWords(each, several)));
  if (json.enum) return alternatives(json.enum.map(word));
  if (json.const !== undefined) return word(json.const);
  const { type } = json;
  if (Array.isArray(type)) {
    return alternatives(type.map((each) => inWords({ ...json, type: each }, several)));
  }
  const plural = several ? "s" : "";
  switch (type) {
    case "boolean":
      return "`true` or `false`";
    case "string":
      return json.path ? `path${plural}` : `text${plural}`;
    case "integer":
      return `whole number${plural}${bounds(json)}`;
    case "number":
      return `number${plural}${bounds(json)}`;
    case "array":
      return listInWords(json, several);
    default: {
      // Calls are plain objects, named by what they call: a schedule or a distribution.
      const [name] = Object.keys(json.properties ?? {});
      if (name === undefined) throw new TypeError(`no words for ${JSON.stringify(json)}`);
      return name;
    }
  }
}

function listInWords({ prefixItems, items }: Json, several: boolean): string {
  if (prefixItems) {
    const pair = prefixItems.map((each) => inWords(each)).join(", ");
    return several ? `lists [${pair}]` : `list [${pair}]`;
  }
  if (!items) throw new TypeError("no words for a list of anything");
  return `${several ? "lists" : "list"} of ${inWords(items, true)}`;
}

function word(value: unknown): string {
  return `\`${String(value)}\``;
}

function alternatives(phrases: readonly string[]): string {
  const distinct = [...new Set(phrases)];
  const last = distinct.at(-1)!;
  return distinct.length === 1 ? last : `${distinct.slice(0, -1).join(", ")} or ${last}`;
}

/** ` from 1 to 28`, ` > 0 and ≤ 2`; the largest whole number that a double holds is no bound. */
function bounds(json: Json): string {
  const { exclusiveMinimum, exclusiveMaximum } = json;
  const minimum = within(json.minimum);
  const maximum = within(json.maximum);
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  const all = [
    minimum === undefined ? undefined : `≥ ${minimum}`,
    exclusiveMinimum === undefined ? undefined : `> ${exclusiveMinimum}`,
    maximum === undefined ? undefined : `≤ ${maximum}`,
    exclusiveMaximum === undefined ? undefined : `< ${exclusiveMaximum}`,
  ].filter((each) => each !== undefined);
  return all.length === 0 ? "" : ` ${all.join(" and ")}`;
}

function within(bound: number | undefined): number | undefined {
  return bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : undefined;
}
