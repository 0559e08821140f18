/** White space and comments mean nothing. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Program } from "../../src/dsl/index.js";
import { lex } from "../../src/dsl/syntax/lex.js";
import { checkText, texts } from "./texts.js";

/** A program as values alone: without places, and without the text itself. */
function meaning(program: Program | undefined) {
  expect(program).toBeDefined();
  const places = new Set(["span", "places", "source"]);
  return JSON.parse(JSON.stringify(program, (key, value) => (places.has(key) ? undefined : value)));
}

// Pipelines of the repository are written for the whole vocabulary, of which the tests' is a part.
const known = Object.entries(texts).filter(([, text]) => checkText(text).program !== undefined);

describe.each(known)("%s", (_name, text) => {
  const images = lex({ name: "", text }, () => {}).map(({ image }) => image);
  const expected = meaning(checkText(text).program);

  test("means the same on one line, and with one token a line", () => {
    expect(meaning(checkText(images.join(" ")).program)).toEqual(expected);
    expect(meaning(checkText(`\ufeff${images.join("\r\n")}`).program)).toEqual(expected);
  });

  test("means the same with any white space and comments between tokens", () => {
    const gap = fc.constantFrom(
      " ",
      "\n",
      "\t \r\n",
      ' // { = " */ comment\n',
      " /* } /* // \n */ ",
    );
    const gaps = fc.array(gap, { minLength: images.length, maxLength: images.length });
    fc.assert(
      fc.property(gaps, (between) => {
        const spread = images.map((image, i) => image + between[i]).join("");
        expect(meaning(checkText(spread).program)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });
});

test("both texts of this folder are among those compared", () => {
  expect(known.map(([name]) => name)).toEqual(expect.arrayContaining(["eos", "forms"]));
});
