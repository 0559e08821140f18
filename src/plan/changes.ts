/** Where two steps' parameters differ, setting by setting. */
import { callKinds } from "../dsl/call-value.js";
import type { Json, JsonObject } from "../runtime/step.js";
import { canonicalJson } from "./canonical.js";

/** A setting that isn't there is undefined. */
export interface Change {
  /** Dotted, as in `optimizer.lr`. */
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/**
 * Where two values differ: in settings, as deep as both are objects of one kind, or lists of as many.
 * Layers by different makers, and parts of an expression of different forms, are told of as wholes.
 */
export function changes(before: JsonObject, after: JsonObject, prefix = ""): Change[] {
  const keys = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return keys.flatMap((key) => {
    const path = `${prefix}${key}`;
    const [a, b] = [before[key], after[key]];
    const [fieldsA, fieldsB] = [fields(a), fields(b)];
    if (
      fieldsA &&
      fieldsB &&
      Array.isArray(a) === Array.isArray(b) &&
      kindNames.every((name) => same(fieldsA[name], fieldsB[name]))
    ) {
      const sameLength = !Array.isArray(a) || a.length === (b as readonly Json[]).length;
      if (sameLength) return changes(fieldsA, fieldsB, `${path}.`);
    }
    return same(a, b) ? [] : [{ path, before: a, after: b }];
  });
}

/** What says what kind of thing an object is, so that other settings of it mean other things. */
const kindNames = ["maker", "form", ...callKinds] as const;

/** Whether two values, of which one may not be there, are one. */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  // 0 and -0 are two values.
  if (typeof a !== "object" && typeof b !== "object" && a !== 0) return a === b;
  return canonicalJson(a) === canonicalJson(b);
}

/** An object, or a list of objects by index; undefined for values to be compared whole. */
function fields(value: Json | undefined): JsonObject | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!Array.isArray(value)) return value as JsonObject;
  return value.some((item) => typeof item === "object")
    ? Object.fromEntries(value.entries())
    : undefined;
}

/** What a table by dotted path holds for a setting, or for what it is part of. */
export function nearestOf<T>(
  table: Readonly<Record<string, T>>,
  path: string,
): { readonly path: string; readonly value: T } | undefined {
  for (let at = path; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf(".")))) {
    const value = table[at];
    if (value !== undefined) return { path: at, value };
  }
  return undefined;
}
