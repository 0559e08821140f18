/** Text to a typed tree and what is wrong with it, in the order of the text. Never throws. */
import type { CstNode, IRecognitionException, IToken } from "chevrotain";
import { error, type Report } from "../codes.js";
import type { Diagnostic, Label, Source, Span } from "../diagnostic.js";
import { positionAt } from "../lines.js";
import { suggestion } from "../suggest.js";
import { builder, tokens as tokensOf } from "./build.js";
import { chevrotain } from "./chevrotain.js";
import { keywordsAsNames } from "./keywords.js";
import { lex, spanOfToken } from "./lex.js";
import { keywordAsName, unpack } from "./messages.js";
import { parser, unknownRule } from "./parser.js";
import * as t from "./tokens.js";
import { type Expression, isNamed, type Name, type SyntaxTree } from "./tree.js";

/** A deeper text would overflow the stack of a recursive descent. */
const deepest = 64;

export function parse(source: Source, report: Report): SyntaxTree {
  const lexical: Diagnostic[] = [];
  const { tokens: input, blamed } = keywordsAsNames(
    lex(source, (diagnostic) => lexical.push(diagnostic)),
  );
  lexical.forEach(report);
  const empty = { source, declarations: [], lost: new Set<string>(), nameless: true };
  if (tooDeep(source, input, report)) return empty;

  const machine = parser();
  machine.input = [...input];
  const file = machine.file();
  const errors = [...machine.errors];
  const found = diagnose(source, input, errors, lexical);
  for (const token of blamed) {
    const { code, message, help } = keywordAsName(token.image);
    found.push(error(code, spanOfToken(source, token), message, { help }));
  }

  const lost = new Set<string>();
  const skip = (token: IToken) => {
    if (token.tokenType === t.Identifier) lost.add(token.image);
  };
  blamed.forEach(skip);
  for (const { token, resyncedTokens } of errors) {
    skip(token);
    resyncedTokens.forEach(skip);
  }

  const build = builder(source, report);
  const troubles = [...lexical.map((each) => each.labels[0]!.span.start), ...errors.map(placeOf)];
  const cst = (file.children.declaration ?? []) as CstNode[];
  const declarations = cst.flatMap((node, i) => {
    const start = node.location?.startOffset ?? 0;
    const next = cst[i + 1]?.location?.startOffset ?? Number.POSITIVE_INFINITY;
    const unknown = node.children[unknownRule]?.[0] as CstNode | undefined;
    if (unknown !== undefined) {
      allTokens(unknown).forEach(skip);
      const word = tokensOf(unknown, "Identifier")[0];
      if (word !== undefined) found.push(unknownDeclaration(spanOfToken(source, word), word.image));
      return [];
    }
    const broken = troubles.some((offset) => offset >= start && offset < next);
    return build.declaration(node, broken) ?? [];
  });
  oneALine(source, lexical, found).forEach(report);
  return {
    source,
    declarations,
    lost,
    nameless: declarations.some((each) => isNamed(each) && each.name === undefined),
  };
}

/** The text of an override: `lr = 0.01`, or a sweep, `lr = 0.01, 0.02`. */
export interface Override {
  readonly name: Name;
  /** At least one. */
  readonly values: readonly Expression[];
}

/** Undefined if it can't be read (its errors are reported). */
export function parseOverride(source: Source, report: Report): Override | undefined {
  const problems: Diagnostic[] = [];
  const input = lex(source, (diagnostic) => problems.push(diagnostic));
  if (problems.length === 0 && !tooDeep(source, input, (each) => problems.push(each))) {
    const machine = parser();
    machine.input = input;
    const cst = machine.override();
    problems.push(...diagnose(source, input, [...machine.errors], []).slice(0, 1));
    if (problems.length === 0) {
      const build = builder(source, (diagnostic) => problems.push(diagnostic));
      const word = tokensOf(cst, "Identifier")[0]!;
      const values = (cst.children.expression as CstNode[]).map(build.expression);
      problems.forEach(report);
      return { name: { text: word.image, span: spanOfToken(source, word) }, values };
    }
  }
  const help = unquoted(source.text);
  for (const each of problems) report(help === undefined ? each : { ...each, help });
  return undefined;
}

/** What to do if a path stands without its quotes, which shells take away. */
function unquoted(override: string): string | undefined {
  const [, name, path] = /^\s*(\w+)\s*=\s*(\.{0,2}\/[^"]*)$/.exec(override) ?? [];
  if (path === undefined) return undefined;
  return `a path is text, in double quotes that the shell must not take away: --set '${name}="${path}"'`;
}

function tooDeep(source: Source, input: readonly IToken[], report: Report): boolean {
  let depth = 0;
  for (const token of input) {
    if (t.closers.has(token.tokenType)) depth++;
    else if ([...t.closers.values()].includes(token.tokenType)) depth = Math.max(0, depth - 1);
    if (depth > deepest) {
      report(
        error("CF1106", spanOfToken(source, token), `brackets are nested deeper than ${deepest}`, {
          help: "give the inner parts names with `param`, `layer` or `model`",
        }),
      );
      return true;
    }
  }
  return false;
}

/** Where the parser stumbled: at the token found, or at the end of the text. */
function placeOf({ token, previousToken }: IRecognitionException & { previousToken?: IToken }) {
  if (!Number.isNaN(token.startOffset)) return token.startOffset;
  return previousToken === undefined || Number.isNaN(previousToken.startOffset)
    ? 0
    : previousToken.startOffset;
}

function diagnose(
  source: Source,
  input: readonly IToken[],
  errors: readonly IRecognitionException[],
  lexical: readonly Diagnostic[],
): Diagnostic[] {
  const positions = new Map(input.map((token, i) => [token, i]));
  return errors.flatMap((each) => {
    const at = positions.get(each.token) ?? input.length;
    const before = input[at - 1];
    const gap = {
      start: before?.startOffset ?? 0,
      end: input[at]?.startOffset ?? source.text.length,
    };
    // A character that was no token explains the error at its place.
    if (lexical.some(({ labels }) => overlaps(labels[0]!.span, gap))) return [];
    const { code, message, help } = unpack(each.message);
    const others = code === "CF1102" ? openBracket(source, input, at) : [];
    return [error(code, stumble(source, before, input[at]), message, { help, others })];
  });
}

function overlaps(span: Span, gap: { start: number; end: number }): boolean {
  return span.start >= gap.start && span.start <= gap.end;
}

/** At the token found if it stands on the line where the parser was, else just after the last one. */
function stumble(source: Source, before: IToken | undefined, found: IToken | undefined): Span {
  if (found !== undefined && (before === undefined || before.endLine === found.startLine)) {
    return spanOfToken(source, found);
  }
  const end = before === undefined ? 0 : spanOfToken(source, before).end;
  return { source, start: end, end };
}

/** The innermost bracket that is open before a token. */
function openBracket(source: Source, input: readonly IToken[], before: number): Label[] {
  const open: IToken[] = [];
  for (const token of input.slice(0, before)) {
    if (t.closers.has(token.tokenType)) open.push(token);
    else if (t.closers.get(open.at(-1)?.tokenType ?? chevrotain.EOF) === token.tokenType) {
      open.pop();
    }
  }
  const last = open.at(-1);
  return last === undefined ? [] : [{ span: spanOfToken(source, last), text: "opened here" }];
}

function allTokens(node: CstNode): IToken[] {
  return Object.values(node.children)
    .flat()
    .flatMap((each) => ("children" in each ? allTokens(each) : [each]));
}

function unknownDeclaration(span: Span, word: string): Diagnostic {
  return error(
    "CF1103",
    span,
    `there is no declaration \`${word}\``,
    suggestion(
      word,
      span,
      t.declarationWords,
      `a declaration begins with ${t.declarationWords.map((each) => `\`${each}\``).join(", ")}`,
    ),
  );
}

/** The first of several errors on a line: the others are mostly its consequences, as are all after a lost character. */
function oneALine(
  source: Source,
  lexical: readonly Diagnostic[],
  found: readonly Diagnostic[],
): Diagnostic[] {
  const seen = new Set(
    lexical
      .filter(({ code }) => code === "CF1001")
      .map(({ labels }) => positionAt(source, labels[0]!.span.start).line),
  );
  return [...found]
    .sort((a, b) => a.labels[0]!.span.start - b.labels[0]!.span.start)
    .filter(({ labels }) => {
      const { line } = positionAt(source, labels[0]!.span.start);
      return seen.has(line) ? false : seen.add(line);
    });
}
