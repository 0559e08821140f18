/** The words of the language. A token's label is how messages and the grammar write it. */
import type { TokenType } from "chevrotain";
import { chevrotain } from "./chevrotain.js";

const { createToken, Lexer } = chevrotain;

/** Any token but `{`, `}` and the words that begin a declaration: what an unknown one is made of. */
export const Loose = createToken({ name: "Loose", pattern: Lexer.NA });
/** Any word that begins a declaration. */
export const DeclarationWord = createToken({ name: "DeclarationWord", pattern: Lexer.NA });

export const Identifier = createToken({
  name: "Identifier",
  pattern: /[A-Za-z_][A-Za-z0-9_]*/,
  label: "a name",
  categories: Loose,
});

function keyword(word: string, category: TokenType): TokenType {
  return createToken({
    name: `Keyword_${word}`,
    pattern: word,
    label: `\`${word}\``,
    longer_alt: Identifier,
    categories: category,
  });
}

export const Import = keyword("import", DeclarationWord);
export const Param = keyword("param", DeclarationWord);
export const Sweep = keyword("sweep", DeclarationWord);
export const Dataset = keyword("dataset", DeclarationWord);
export const Layer = keyword("layer", DeclarationWord);
export const Model = keyword("model", DeclarationWord);
export const Optimizer = keyword("optimizer", DeclarationWord);
export const Landscape = keyword("landscape", DeclarationWord);
export const Flow = keyword("flow", DeclarationWord);
export const Command = keyword("command", DeclarationWord);
export const Expect = keyword("expect", DeclarationWord);
export const Plot = keyword("plot", DeclarationWord);
export const True = keyword("true", Loose);
export const False = keyword("false", Loose);

const keywords = [
  Import,
  Param,
  Sweep,
  Dataset,
  Layer,
  Model,
  Optimizer,
  Landscape,
  Flow,
  Command,
  Expect,
  Plot,
  True,
  False,
];

/** A word of `sweep lr in …`, and elsewhere a name like any other. */
export const In = createToken({
  name: "In",
  pattern: "in",
  label: "`in`",
  longer_alt: Identifier,
  categories: Identifier,
});

export function isKeyword(type: TokenType): boolean {
  return keywords.includes(type);
}

/** In the order in which messages list them. */
export const declarationWords: readonly string[] = [
  "import",
  "param",
  "sweep",
  "dataset",
  "layer",
  "model",
  "optimizer",
  "landscape",
  "flow",
  "command",
  "expect",
  "plot",
];

export const NumberLiteral = createToken({
  name: "Number",
  pattern: /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/,
  label: "a number",
  categories: Loose,
});
/** Swallows what looks like a number but is none, so that one mistake is one token. */
export const MalformedNumber = createToken({
  name: "MalformedNumber",
  pattern: /(?:\d|\.\d)[\w.]*/,
  label: "a number",
  categories: NumberLiteral,
});
NumberLiteral.LONGER_ALT = MalformedNumber;

export const StringLiteral = createToken({
  name: "String",
  pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*"/,
  label: "a string",
  categories: Loose,
});
export const UnclosedString = createToken({
  name: "UnclosedString",
  pattern: /"[^\r\n]*/,
  label: "a string",
  categories: StringLiteral,
});
export const ForeignString = createToken({
  name: "ForeignString",
  pattern: /'[^'\r\n]*'/,
  label: "a string",
  categories: StringLiteral,
});

function symbol(name: string, text: string, categories: TokenType[] = [Loose]): TokenType {
  return createToken({ name, pattern: text, label: `\`${text}\``, categories });
}

export const Arrow = symbol("Arrow", "->");
export const Equals = symbol("Equals", "=");
export const Plus = symbol("Plus", "+");
export const Minus = symbol("Minus", "-");
export const Times = symbol("Times", "*");
export const Divide = symbol("Divide", "/");
export const Power = symbol("Power", "^");
export const LessEqual = symbol("LessEqual", "<=");
export const Less = symbol("Less", "<");
export const GreaterEqual = symbol("GreaterEqual", ">=");
export const Greater = symbol("Greater", ">");
export const EqualEqual = symbol("EqualEqual", "==");
export const NotEqual = symbol("NotEqual", "!=");
export const LeftParenthesis = symbol("LeftParenthesis", "(");
export const RightParenthesis = symbol("RightParenthesis", ")");
export const LeftBracket = symbol("LeftBracket", "[");
export const RightBracket = symbol("RightBracket", "]");
export const LeftBrace = symbol("LeftBrace", "{", []);
export const RightBrace = symbol("RightBrace", "}", []);
export const Comma = symbol("Comma", ",");
export const Dot = symbol("Dot", ".");

const symbols = [
  Arrow,
  LessEqual,
  GreaterEqual,
  EqualEqual,
  NotEqual,
  Less,
  Greater,
  Equals,
  Plus,
  Minus,
  Times,
  Divide,
  Power,
  LeftParenthesis,
  RightParenthesis,
  LeftBracket,
  RightBracket,
  LeftBrace,
  RightBrace,
  Comma,
  Dot,
];

const noOperators = [RightParenthesis, RightBracket, LeftBrace, RightBrace, Dot];

/** Whether a value follows after it: an operator, `=`, `,` or an opening bracket of values. */
export function awaitsValue(type: TokenType): boolean {
  return symbols.includes(type) && !noOperators.includes(type);
}

/** What each opening bracket is closed by. */
export const closers: ReadonlyMap<TokenType, TokenType> = new Map([
  [LeftParenthesis, RightParenthesis],
  [LeftBracket, RightBracket],
  [LeftBrace, RightBrace],
]);

const Whitespace = createToken({
  name: "Whitespace",
  pattern: /[ \t\r\n\u00a0\ufeff]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
const LineComment = createToken({
  name: "LineComment",
  pattern: /\/\/[^\r\n]*/,
  group: Lexer.SKIPPED,
});
const BlockComment = createToken({
  name: "BlockComment",
  pattern: /\/\*[\s\S]*?\*\//,
  group: Lexer.SKIPPED,
  line_breaks: true,
});

/** Group of tokens that the parser never sees, and that are errors. */
export const strayGroup = "stray";
export const UnclosedComment = createToken({
  name: "UnclosedComment",
  pattern: /\/\*[\s\S]*/,
  group: strayGroup,
  line_breaks: true,
});
const ForeignComment = createToken({
  name: "ForeignComment",
  pattern: /#[^\r\n]*/,
  group: strayGroup,
});

/** In order of precedence. */
export const allTokens: readonly TokenType[] = [
  Loose,
  DeclarationWord,
  Whitespace,
  LineComment,
  BlockComment,
  UnclosedComment,
  ForeignComment,
  NumberLiteral,
  MalformedNumber,
  ...keywords,
  In,
  Identifier,
  StringLiteral,
  UnclosedString,
  ForeignString,
  ...symbols,
];
