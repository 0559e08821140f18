import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, exactJson } from "../../src/plan/canonical.js";
import { fingerprint, inputIdentities } from "../../src/plan/fingerprint.js";

const jsonValue = fc.jsonValue({ noUnicodeString: false }).filter((value) => {
  return !JSON.stringify(value).includes("__proto__");
});

/** The same value with every object's keys in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, item]) => [key, reversed(item)]));
}

describe("canonical JSON", () => {
  it("sorts keys and writes numbers as RFC 8785 does", () => {
    // The example of RFC 8785, section 3.2.2.
    const value = {
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it("does not depend on the order of keys, and loses nothing", () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const text = exactJson(value);
        expect(exactJson(reversed(value))).toBe(text);
        expect(JSON.parse(text)).toEqual(value);
      }),
    );
  });

  it.each([
    [{ lr: Number.NaN }, "value.lr is NaN; only finite numbers"],
    [{ a: [1, Number.POSITIVE_INFINITY] }, "value.a[1] is Infinity; only finite numbers"],
    [{ lr: -0 }, "value.lr is -0; write 0"],
    [{ lr: undefined }, "value.lr is undefined; only numbers"],
    [{ at: new Date(0) }, "value.at is a Date; only numbers"],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
    [[1, , 2], "value[1] is undefined; only numbers"],
  ])("refuses %j", (value, message) => {
    expect(() => canonicalJson(value)).toThrow(message);
  });
});

describe("a fingerprint", () => {
  const identity = { kind: "walk", version: 1, parameters: { lr: 0.1 }, inputs: {} };

  it("is the SHA-256 of the canonical identity", () => {
    const text = '{"inputs":{},"kind":"walk","parameters":{"lr":0.1},"version":1}';
    expect(fingerprint(identity)).toBe(createHash("sha256").update(text).digest("hex"));
  });

  it("depends on every part", () => {
    const variants = [
      identity,
      { ...identity, kind: "run" },
      { ...identity, version: 2 },
      { ...identity, parameters: { lr: 0.2 } },
      { ...identity, inputs: { data: { fingerprint: "a" } } },
      { ...identity, inputs: { data: { fingerprint: "b" } } },
      { ...identity, inputs: { data: { fingerprint: "a", rows: 1 } } },
      { ...identity, engine: { name: "onnx", precision: "float32" } },
      { ...identity, engine: { name: "wasm", precision: "float32" } },
      { ...identity, engine: { name: "onnx", precision: "float16" } },
    ];
    expect(new Set(variants.map((each) => fingerprint(each))).size).toBe(variants.length);
  });

  it("counts the rows that a step reads of a trajectory, unless it is one itself", () => {
    const named = () => ({ fingerprint: "f", length: 10 });
    const inputs = { walk: "eos.discrete" };
    expect(inputIdentities({ inputs }, named)).toEqual({ walk: { fingerprint: "f", rows: 10 } });
    expect(inputIdentities({ inputs, length: 5 }, named)).toEqual({ walk: { fingerprint: "f" } });
  });
});
