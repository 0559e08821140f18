/** Text to tokens. What is no token is reported here and kept from the parser, or given as the nearest kind. */
import type { IToken } from "chevrotain";
import { error, type Report } from "../codes.js";
import type { Source, Span } from "../diagnostic.js";
import { chevrotain } from "./chevrotain.js";
import * as t from "./tokens.js";

let shared: InstanceType<typeof chevrotain.Lexer> | undefined;

function lexer() {
  shared ??= new chevrotain.Lexer([...t.allTokens], {
    ensureOptimizations: true,
    skipValidations: true,
  });
  return shared;
}

/** Characters that are often pasted, or written in other languages, and what stands for them here. */
const lookalikes: Readonly<Record<string, string>> = {
  "→": "->",
  "−": "-",
  "–": "-",
  "—": "-",
  "×": "*",
  "·": "*",
  "÷": "/",
  "≤": "<=",
  "≥": ">=",
  "≠": "!=",
  "“": '"',
  "”": '"',
  ":": "=",
  ";": "",
};

export function spanOfToken(source: Source, token: IToken): Span {
  return { source, start: token.startOffset, end: token.startOffset + token.image.length };
}

export function lex(source: Source, report: Report): IToken[] {
  const result = lexer().tokenize(source.text);
  for (const { offset, length } of result.errors) {
    reportCharacters(source, { source, start: offset, end: offset + length }, report);
  }
  for (const token of result.groups[t.strayGroup] ?? []) {
    const span = spanOfToken(source, token);
    if (token.tokenType === t.UnclosedComment) {
      report(
        error("CF1003", { ...span, end: span.start + 2 }, "this comment is not closed", {
          help: "close it with `*/`",
        }),
      );
    } else {
      report(
        error("CF1006", { ...span, end: span.start + 1 }, "a comment begins with `//`, not `#`", {
          fix: {
            title: "write `//`",
            span: { ...span, end: span.start + 1 },
            replacement: "//",
          },
        }),
      );
    }
  }
  for (const token of result.tokens) checkLiteral(source, token, report);
  return result.tokens;
}

function reportCharacters(source: Source, span: Span, report: Report): void {
  const text = source.text.slice(span.start, span.end);
  const first = String.fromCodePoint(text.codePointAt(0)!);
  const meant = lookalikes[first];
  const only = { ...span, end: span.start + first.length };
  report(
    error("CF1001", span, `unexpected character \`${visible(first)}\``, {
      help:
        meant === undefined
          ? "names are made of letters a to z, digits and `_`; put other text in double quotes"
          : meant === ""
            ? "nothing stands between settings but white space"
            : `write \`${meant}\``,
      fix:
        meant === undefined
          ? undefined
          : {
              title: meant === "" ? `remove \`${first}\`` : `write \`${meant}\``,
              span: only,
              replacement: meant,
            },
    }),
  );
}

/** A character that shows: control characters by their code point. */
function visible(character: string): string {
  return /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character)
    ? character
    : `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

function checkLiteral(source: Source, token: IToken, report: Report): void {
  const span = spanOfToken(source, token);
  if (token.tokenType === t.UnclosedString) {
    report(
      error("CF1002", span, "this string is not closed on its line", {
        help: 'close it with `"`',
      }),
    );
  } else if (token.tokenType === t.ForeignString) {
    const content = token.image.slice(1, -1);
    report(
      error("CF1006", span, `strings are written in double quotes`, {
        fix: {
          title: `write "${content}"`,
          span,
          replacement: JSON.stringify(content),
        },
      }),
    );
  } else if (token.tokenType === t.MalformedNumber) {
    report(
      error("CF1005", span, `\`${token.image}\` is not a number`, {
        help: "numbers are written like 1000, 0.02 or 2e-5",
      }),
    );
  }
}

const simpleEscapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  n: "\n",
  t: "\t",
  r: "\r",
};

/** The text a string token stands for. */
export function stringValue(source: Source, token: IToken, report: Report): string {
  if (token.tokenType === t.ForeignString) return token.image.slice(1, -1);
  const closed = token.tokenType !== t.UnclosedString;
  const content = token.image.slice(1, closed ? -1 : undefined);
  return content.replace(/\\(.)?/gsu, (written, letter: string | undefined, at: number) => {
    const meant = simpleEscapes[letter ?? ""];
    if (meant !== undefined) return meant;
    const start = token.startOffset + 1 + at;
    if (closed) {
      report(
        error(
          "CF1004",
          { source, start, end: start + written.length },
          `\`${written}\` is no escape of this language`,
          { help: 'escapes are \\" \\\\ \\n \\t \\r; write a backslash as \\\\' },
        ),
      );
    }
    return written;
  });
}
