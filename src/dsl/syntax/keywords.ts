/**
 * Keywords that stand where a name does: `model model = …`, and `model = model` after it. Each goes to
 * the parser as the name that was meant, so that it is one error and all else is read as usual.
 */
import type { IToken, TokenType } from "chevrotain";
import { chevrotain } from "./chevrotain.js";
import * as t from "./tokens.js";

const { tokenMatcher } = chevrotain;

export interface Renamed {
  /** All tokens, those keywords as identifiers. */
  readonly tokens: readonly IToken[];
  /** The identifiers to blame: where a name is declared, or each of its uses if nowhere. */
  readonly blamed: readonly IToken[];
}

export function keywordsAsNames(input: readonly IToken[]): Renamed {
  const declarations: IToken[] = [];
  const uses: IToken[] = [];
  let depth = 0;
  let inParameters = false;
  const tokens = input.map((token, i) => {
    if (token.tokenType === t.LeftBrace) depth++;
    if (token.tokenType === t.RightBrace) depth--;
    inParameters = depth === 0 && (inParameters ? isListed(token) : opensParameters(input, i));
    if (!t.isKeyword(token.tokenType)) return token;
    const declares =
      (depth === 0 && isDeclaredName(input, i)) || (inParameters && isParameter(input, i));
    if (!declares && !isUse(input, i)) return token;
    const name = { ...token, tokenType: t.Identifier, tokenTypeIdx: t.Identifier.tokenTypeIdx! };
    (declares ? declarations : uses).push(name);
    return name;
  });
  const declared = new Set(declarations.map(({ image }) => image));
  return { tokens, blamed: [...declarations, ...uses.filter(({ image }) => !declared.has(image))] };
}

function is(token: IToken | undefined, ...types: readonly TokenType[]): boolean {
  return token !== undefined && types.some((type) => tokenMatcher(token, type));
}

function isWord(token: IToken | undefined): boolean {
  return token !== undefined && (is(token, t.Identifier) || t.isKeyword(token.tokenType));
}

function isDeclaredName(input: readonly IToken[], i: number): boolean {
  const [before, after] = [input[i - 1], input[i + 1]];
  return (
    is(before, t.DeclarationWord) &&
    !is(before, t.Expect, t.Import) &&
    is(after, t.Equals, t.In, t.LeftParenthesis, t.LeftBrace)
  );
}

function opensParameters(input: readonly IToken[], i: number): boolean {
  return (
    is(input[i], t.LeftParenthesis) &&
    isWord(input[i - 1]) &&
    is(input[i - 2], t.Layer, t.Landscape)
  );
}

function isListed(token: IToken): boolean {
  return isWord(token) || is(token, t.Comma);
}

function isParameter(input: readonly IToken[], i: number): boolean {
  return is(input[i + 1], t.Comma, t.RightParenthesis);
}

/** Where a value should be, unless a declaration seems to begin there on a line of its own. */
function isUse(input: readonly IToken[], i: number): boolean {
  const [before, token, after] = [input[i - 1], input[i], input[i + 1]];
  if (!is(token, t.DeclarationWord)) return false;
  if (is(after, t.Dot)) return true;
  if (before === undefined || !t.awaitsValue(before.tokenType) || is(after, t.Equals)) return false;
  return before.endLine === token?.startLine || !isWord(after);
}
