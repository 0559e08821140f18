import fc from "fast-check";
import { expect, test } from "vitest";
import { distance, nearest, suggestion } from "../../src/dsl/suggest.js";

test.each([
  ["", "abc", 3],
  ["abc", "abc", 0],
  ["minst", "mnist", 1],
  ["rmsporp", "rmsprop", 1],
  ["kitten", "sitting", 3],
  ["ca", "abc", 3],
])("from %s to %s are %d edits", (a, b, edits) => {
  expect(distance(a, b)).toBe(edits);
});

const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 });

test("the distance is symmetric, zero only for equal words, and at most the longer length", () => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      const d = distance(a, b);
      expect(d).toBe(distance(b, a));
      expect(d === 0).toBe(a === b);
      expect(d).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      expect(d).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});

test("one edit to a word of three letters or more is always undone", () => {
  const names = ["rmsprop", "mnist", "central", "eigenvalues"];
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.nat(),
      fc.constantFrom("", "x", "qq"),
      (name, at, put) => {
        const i = at % name.length;
        const wrong = name.slice(0, i) + put + name.slice(i + 1);
        // "qq" for a letter is two edits, which only words of six letters and more allow.
        if (put === "qq" && wrong.length < 6) return;
        expect(nearest(wrong, names)).toBe(name);
      },
    ),
  );
});

test("what resembles nothing gets the list of what there is", () => {
  const span = { source: { name: "a", text: "xyz" }, start: 0, end: 3 };
  expect(suggestion("xyz", span, ["mse", "entropy"])).toEqual({
    help: "there are `mse`, `entropy`",
  });
  expect(suggestion("xyz", span, [])).toEqual({ help: "there is none to choose from" });
  expect(suggestion("MSE", span, ["mse"])).toEqual({
    help: "did you mean `mse`?",
    fix: { title: "replace `MSE` by `mse`", span, replacement: "mse" },
  });
});
