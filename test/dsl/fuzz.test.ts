/** Any one token of a right text deleted, doubled or replaced: never a throw, and errors near the edit. */
import { describe, expect, test } from "vitest";
import { diagnosticToJson, positionAt, renderDiagnostics } from "../../src/dsl/index.js";
import { lex } from "../../src/dsl/syntax/lex.js";
import { checkText, texts } from "./texts.js";

/** One of each kind of token, and some that are none. */
const replacements = [
  "param",
  "flow",
  "sweep",
  "command",
  "in",
  "import",
  "expect",
  "model",
  "landscape",
  "name",
  "outputs",
  "gelu",
  "true",
  "0",
  "1e999",
  "1.2.3",
  '"text"',
  '"text',
  "'text'",
  "->",
  "=",
  "==",
  "<",
  "+",
  "-",
  "*",
  "/",
  "^",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  ",",
  ".",
  "//",
  "/*",
  "*/",
  "#",
  "$",
  "\\",
  "\n",
  "\u0000",
  "🎛",
];

interface Edit {
  readonly text: string;
  readonly offset: number;
}

function edits(text: string): Edit[] {
  const tokens = lex({ name: "", text }, () => {});
  return tokens.flatMap(({ startOffset: start, image }, i) => {
    const end = start + image.length;
    const put = (middle: string) => ({
      text: text.slice(0, start) + middle + text.slice(end),
      offset: start,
    });
    // Every replacement comes to every fifth token or so, at other tokens in other texts.
    const some = [0, 1, 2].map(
      (k) => replacements[(7 * i + 13 * k + text.length) % replacements.length]!,
    );
    return [put(""), put(`${image} ${image}`), ...some.map(put)];
  });
}

describe.each(Object.entries(texts))("%s", (_name, text) => {
  test("every edit gives a program or an error, and all that is said can be rendered", () => {
    let withErrors = 0;
    let near = 0;
    for (const edit of edits(text)) {
      const { program, diagnostics } = checkText(edit.text);
      const errors = diagnostics.filter(({ severity }) => severity === "error");
      expect(program === undefined, edit.text).toBe(errors.length > 0);
      expect(renderDiagnostics(diagnostics, { colors: true })).not.toContain("undefined");
      diagnostics.forEach(diagnosticToJson);
      if (errors.length === 0) continue;
      withErrors++;
      const source = errors[0]!.labels[0]!.span.source;
      const line = positionAt(source, edit.offset).line;
      const lines = errors.flatMap(({ labels }) =>
        labels.map(({ span }) => positionAt(source, span.start).line),
      );
      if (lines.some((each) => Math.abs(each - line) <= 1)) near++;
    }
    expect(withErrors).toBeGreaterThan(0);
    expect(near / withErrors).toBeGreaterThan(0.9);
  }, 300_000);

  test("a text cut off anywhere is no reason to throw", () => {
    for (let end = 0; end < text.length; end += 3) {
      const { program, diagnostics } = checkText(text.slice(0, end));
      expect(program === undefined).toBe(diagnostics.some(({ severity }) => severity === "error"));
    }
  });
});
