/**
 * What the parser says. Chevrotain asks for a text only, so a code, a message and perhaps a help are
 * joined by newlines and taken apart again by `parse.ts`.
 */
import type { IParserErrorMessageProvider, IToken, TokenType } from "chevrotain";
import type { Code } from "../codes.js";
import { chevrotain } from "./chevrotain.js";
import * as t from "./tokens.js";

const { EOF, tokenLabel, tokenMatcher } = chevrotain;

export interface ParserMessage {
  readonly code: Code;
  readonly message: string;
  readonly help?: string;
}

function pack({ code, message, help }: ParserMessage): string {
  return [code, message, ...(help === undefined ? [] : [help])].join("\n");
}

export function unpack(text: string): ParserMessage {
  const [code, message, help] = text.split("\n");
  return { code: code as Code, message: message!, ...(help === undefined ? {} : { help }) };
}

const longestQuote = 24;

/** A token as messages quote it. */
function quote(token: IToken): string {
  if (tokenMatcher(token, EOF)) return "the end of the text";
  const { image } = token;
  const shown = image.length > longestQuote ? `${image.slice(0, longestQuote)}…` : image;
  return t.isKeyword(token.tokenType) ? `the keyword \`${shown}\`` : `\`${shown}\``;
}

const valueStarts = [t.NumberLiteral, t.StringLiteral, t.True, t.False, t.LeftBracket];
const closing = [...t.closers.values()];

function isAny(token: IToken, types: readonly TokenType[]): boolean {
  return types.some((type) => tokenMatcher(token, type));
}

function isKnown(token: IToken): boolean {
  return !Number.isNaN(token.startOffset);
}

function sameLine(previous: IToken, actual: IToken): boolean {
  return !isKnown(previous) || previous.endLine === actual.startLine;
}

/** Where the parser was, and what it met if that stands on the same line. */
function between(previous: IToken, actual: IToken): string {
  const after = isKnown(previous) ? ` after \`${previous.image}\`` : "";
  const met = sameLine(previous, actual) || tokenMatcher(actual, EOF);
  return met ? `${after}, found ${quote(actual)}` : after;
}

export function keywordAsName(word: string): ParserMessage {
  return {
    code: "CF1105",
    message: `\`${word}\` is a keyword and can't be a name`,
    help: `choose another, such as \`my_${word}\``,
  };
}

/** How the construct is written whose part is missing. */
function form(expected: TokenType, previous: IToken, rule: string): string | undefined {
  if (rule === "claim")
    return 'write `expect "what should hold" { final(flow.process.series) < 1 }`';
  if (rule === "plot") return 'write `plot "title" { flow.process.series, flow.process.series }`';
  if (rule === "landscape") return "write `landscape name(x, y) = x ^ 2 + y ^ 2`";
  if (rule === "command") return 'write `command name { run = ["program", "argument"] }`';
  if (rule === "flow") return "write `flow name { setting = value }`";
  if (rule === "sweep") return "write `sweep lr in [0.01, 0.02]`";
  if (rule === "import") return 'write `import "models.cflow"`';
  if (rule === "override") return "write `--set name=value`";
  if (expected === t.Identifier && tokenMatcher(previous, t.DeclarationWord)) {
    return `write \`${previous.image} name = …\``;
  }
  if (expected === t.LeftBrace) return "settings stand between `{` and `}`";
  if (expected === t.Equals && tokenMatcher(previous, t.Identifier)) {
    return `write \`${previous.image} = …\``;
  }
  return undefined;
}

function mismatch(
  expected: TokenType,
  actual: IToken,
  previous: IToken,
  rule: string,
): ParserMessage {
  if (expected === EOF) return stray(actual);
  if (closing.includes(expected)) return notClosed(expected, actual, previous, rule);
  const help = form(expected, previous, rule);
  if (expected === t.Identifier && t.isKeyword(actual.tokenType) && sameLine(previous, actual)) {
    return keywordAsName(actual.image);
  }
  const wanted =
    expected === t.StringLiteral
      ? `${rule === "import" ? "a file's name" : "a title"} in double quotes`
      : tokenLabel(expected);
  return {
    code: "CF1101",
    message: `expected ${wanted}${between(previous, actual)}`,
    ...(tokenMatcher(actual, t.Minus) && tokenMatcher(previous, t.Identifier)
      ? { help: "names are made of letters, digits and `_`" }
      : help === undefined
        ? {}
        : { help }),
  };
}

function stray(actual: IToken): ParserMessage {
  return isAny(actual, closing)
    ? { code: "CF1101", message: `${quote(actual)} closes nothing`, help: "remove it" }
    : {
        code: "CF1101",
        message: `expected a declaration, found ${quote(actual)}`,
        help: `a declaration begins with ${t.declarationWords.map((word) => `\`${word}\``).join(", ")}`,
      };
}

function notClosed(
  expected: TokenType,
  actual: IToken,
  previous: IToken,
  rule: string,
): ParserMessage {
  if (isAny(actual, [EOF, t.DeclarationWord, ...closing])) {
    return {
      code: "CF1102",
      message: `expected ${tokenLabel(expected)} before ${quote(actual)}`,
      help: `close the bracket with ${tokenLabel(expected)}`,
    };
  }
  if (rule === "block" && tokenMatcher(previous, t.Identifier) && isAny(actual, valueStarts)) {
    return {
      code: "CF1101",
      message: `expected \`=\` between \`${previous.image}\` and ${quote(actual)}`,
      help: `write \`${previous.image} = ${actual.image}\``,
    };
  }
  if (rule === "block") {
    return {
      code: "CF1101",
      message: `expected a setting or \`}\`, found ${quote(actual)}`,
      help: "a setting is written `name = value`",
    };
  }
  if (tokenMatcher(actual, t.Comma)) return missingValue(actual, previous);
  const separated = rule === "arguments" || rule === "list";
  return {
    code: "CF1101",
    message: `expected ${separated ? "`,` or " : ""}${tokenLabel(expected)}${between(previous, actual)}`,
  };
}

function missingValue(actual: IToken, previous: IToken): ParserMessage {
  const wanted = tokenMatcher(previous, t.Arrow) ? "a layer" : "a value";
  const twice = tokenMatcher(previous, t.Times) && tokenMatcher(actual, t.Times);
  return {
    code: "CF1104",
    message: `expected ${wanted}${between(previous, actual)}`,
    ...(twice && { help: "powers are written `x ^ 2`" }),
  };
}

function unexpected(actual: IToken): ParserMessage {
  return { code: "CF1101", message: `unexpected ${quote(actual)}` };
}

export const errorMessageProvider: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual, previous, ruleName }) =>
    pack(mismatch(expected, actual, previous, ruleName)),
  buildNotAllInputParsedMessage: ({ firstRedundant, ruleName }) =>
    pack(ruleName === "file" ? stray(firstRedundant) : unexpected(firstRedundant)),
  buildNoViableAltMessage: ({ actual, previous, ruleName }) =>
    pack(ruleName === "primary" ? missingValue(actual[0]!, previous) : unexpected(actual[0]!)),
  buildEarlyExitMessage: ({ actual }) => pack(unexpected(actual[0]!)),
};
