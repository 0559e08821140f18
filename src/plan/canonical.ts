/**
 * One text for one value: JSON with sorted keys, after RFC 8785 (JSON Canonicalization Scheme).
 * What has two spellings or none (negative zero, NaN, infinities, undefined) is refused, so that
 * equal identities have equal bytes and nothing is dropped on the way.
 */

/** Texts of objects that have been written, for those that are parts of several values. */
export type Written = WeakMap<object, string>;

/**
 * Canonical JSON of plain data, for hashing. Throws a TypeError naming the path of what doesn't fit.
 *
 * @param written  of objects that don't change as long as it is used
 */
export function canonicalJson(value: unknown, written?: Written): string {
  return located(value, {
    negativeZero: () => {
      throw new Unwritable("is -0; write 0, which is the same number");
    },
    written,
  });
}

/** The same text, but exact for data that is read back: negative zero is kept, as JSON can. */
export function exactJson(value: unknown): string {
  return located(value, { negativeZero: () => "-0", written: undefined });
}

interface Writing {
  readonly negativeZero: () => string;
  readonly written: Written | undefined;
}

/** What can't be written, and the way to it from within, as in `[".lr", "[2]"]`. */
class Unwritable extends Error {
  readonly path: string[] = [];
}

function located(value: unknown, writing: Writing): string {
  try {
    return write(value, writing);
  } catch (error) {
    if (!(error instanceof Unwritable)) throw error;
    throw new TypeError(`value${error.path.reverse().join("")} ${error.message}`);
  }
}

function write(value: unknown, writing: Writing): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") {
    return JSON.stringify(value);
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) {
      throw new Unwritable(`is ${value}; only finite numbers can be written as JSON`);
    }
    return Object.is(value, -0) ? writing.negativeZero() : JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${Array.from(value, (item, i) => part(item, () => `[${i}]`, writing)).join(",")}]`;
  }
  if (isPlainObject(value)) {
    const known = writing.written?.get(value);
    if (known !== undefined) return known;
    const fields = Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${part(value[key], () => `.${key}`, writing)}`);
    const text = `{${fields.join(",")}}`;
    writing.written?.set(value, text);
    return text;
  }
  throw new Unwritable(
    `is ${describe(value)}; only numbers, strings, booleans, null, arrays and plain objects can be written as JSON`,
  );
}

function part(value: unknown, place: () => string, writing: Writing): string {
  try {
    return write(value, writing);
  } catch (error) {
    if (error instanceof Unwritable) error.path.push(place());
    throw error;
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  return typeof value === "object" ? `a ${value?.constructor.name}` : `${typeof value}`;
}
