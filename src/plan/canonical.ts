/**
 * One text for one value: JSON with sorted keys, after RFC 8785 (JSON Canonicalization Scheme).
 * What has two spellings or none (negative zero, NaN, infinities, undefined) is refused, so that
 * equal identities have equal bytes and nothing is dropped on the way.
 */

/** Canonical JSON of plain data, for hashing. Throws a TypeError naming the path of what doesn't fit. */
export function canonicalJson(value: unknown): string {
  return write(value, "value", (path) => {
    throw new TypeError(`${path} is -0; write 0, which is the same number`);
  });
}

/** The same text, but exact for data that is read back: negative zero is kept, as JSON can. */
export function exactJson(value: unknown): string {
  return write(value, "value", () => "-0");
}

type NegativeZero = (path: string) => string;

function write(value: unknown, path: string, negativeZero: NegativeZero): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") {
    return JSON.stringify(value);
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) {
      throw new TypeError(`${path} is ${value}; only finite numbers can be written as JSON`);
    }
    return Object.is(value, -0) ? negativeZero(path) : JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${Array.from(value, (item, i) => write(item, `${path}[${i}]`, negativeZero)).join(",")}]`;
  }
  if (isPlainObject(value)) {
    const fields = Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${write(value[key], `${path}.${key}`, negativeZero)}`);
    return `{${fields.join(",")}}`;
  }
  throw new TypeError(
    `${path} is ${describe(value)}; only numbers, strings, booleans, null, arrays and plain objects can be written as JSON`,
  );
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  return typeof value === "object" ? `a ${value?.constructor.name}` : `${typeof value}`;
}
