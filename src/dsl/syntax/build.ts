/** From chevrotain's concrete tree, in which anything may be absent after recovery, to the typed one. */
import type { CstElement, CstNode, IToken } from "chevrotain";
import { error, type Report } from "../codes.js";
import type { Source, Span } from "../diagnostic.js";
import type { BinaryOperator } from "../program.js";
import { spanOfToken, stringValue } from "./lex.js";
import * as t from "./tokens.js";
import type {
  Argument,
  Block,
  Declaration,
  DefinitionKind,
  Entry,
  Expression,
  Name,
} from "./tree.js";

export interface Builder {
  /** Undefined for what is no declaration (its error is reported). */
  declaration(node: CstNode, broken: boolean): Declaration | undefined;
  expression(node: CstNode): Expression;
  readonly source: Source;
}

/** Operators in a row or in each other; each nests the tree deeper, and resolution is recursive. */
const mostOperators = 500;

export function builder(source: Source, report: Report): Builder {
  const missing: Expression = { form: "missing", span: { source, start: 0, end: 0 } };

  function place(node: CstNode): Span {
    const { startOffset = Number.NaN, endOffset = Number.NaN } = node.location ?? {};
    return Number.isNaN(startOffset) || Number.isNaN(endOffset)
      ? missing.span
      : { source, start: startOffset, end: endOffset + 1 };
  }

  function name(token: IToken | undefined): Name | undefined {
    return token && { text: token.image, span: spanOfToken(source, token) };
  }

  function declaration(node: CstNode, broken: boolean): Declaration | undefined {
    const inner = Object.values(node.children).flat()[0];
    if (inner === undefined || !isNode(inner)) return undefined;
    const declared = { span: place(inner), broken: broken || inner.recoveredNode === true };
    const declaredName = name(token(inner, "Identifier"));
    const named = declaredName === undefined ? declared : { ...declared, name: declaredName };
    switch (inner.name) {
      case "import": {
        const path = token(inner, "String");
        if (path === undefined) return undefined;
        return {
          form: "import",
          path: stringValue(source, path, report),
          span: spanOfToken(source, path),
          broken: declared.broken,
        };
      }
      case "definition":
      case "sweep": {
        const form = definitionKinds.find((kind) => token(inner, `Keyword_${kind}`) !== undefined);
        return form && { form, ...named, value: childExpression(inner, "expression") };
      }
      case "layer":
      case "landscape": {
        const parameters = child(inner, "parameters");
        return {
          form: inner.name,
          ...named,
          parameters:
            parameters === undefined
              ? []
              : tokens(parameters, "Identifier").map((each) => name(each)!),
          value: childExpression(inner, "expression"),
        };
      }
      case "flow":
      case "command":
        return { form: inner.name, ...named, block: block(child(inner, "block")) };
      case "claim": {
        const title = token(inner, "String");
        return {
          form: "claim",
          ...declared,
          title: title === undefined ? "" : stringValue(source, title, report),
          expression: childExpression(inner, "expression"),
        };
      }
      case "plot": {
        const title = token(inner, "String");
        return {
          form: "plot",
          ...declared,
          title: title === undefined ? "" : stringValue(source, title, report),
          arguments: nodes(inner, "argument").map(argument),
        };
      }
      default:
        return undefined;
    }
  }

  function block(node: CstNode | undefined): Block {
    if (node === undefined) return { entries: [], span: missing.span };
    return { entries: nodes(node, "entry").flatMap(entry), span: place(node) };
  }

  function entry(node: CstNode): Entry[] {
    const own = name(entryNames.map((key) => token(node, key)).find((each) => each !== undefined));
    if (own === undefined) return [];
    const span = place(node);
    if (token(node, "Equals") !== undefined || nodes(node, "expression").length > 0) {
      return [{ name: own, value: childExpression(node, "expression"), span }];
    }
    const body = child(node, "block");
    return [body === undefined ? { name: own, span } : { name: own, block: block(body), span }];
  }

  function childExpression(node: CstNode, key: string): Expression {
    const found = child(node, key);
    return found === undefined ? missing : expression(found);
  }

  function expression(node: CstNode): Expression {
    const links = nodes(node, "comparison").map((each) => binary(each, "sum", sum));
    while (links.length < tokens(node, "Arrow").length + 1) links.push(missing);
    return links.length === 1 ? links[0]! : { form: "chain", links, span: place(node) };
  }

  const sum = (node: CstNode) => binary(node, "product", product);
  const product = (node: CstNode) => binary(node, "signed", signed);

  function binary(
    node: CstNode,
    operands: string,
    build: (operand: CstNode) => Expression,
  ): Expression {
    const operators = tokens(node, "operator");
    return row(node, operators.length, () => {
      const built = nodes(node, operands).map(build);
      return operators.reduce<Expression>(
        (left, operator, i) => operation(operator, left, built[i + 1] ?? missing),
        built[0] ?? missing,
      );
    });
  }

  /** Operators in the rows around what is being built. */
  let around = 0;

  /** What a row of operators joins, unless that makes the tree too deep. */
  function row(node: CstNode, operators: number, build: () => Expression): Expression {
    const nested = around + operators;
    if (operators > 0 && nested > mostOperators) {
      const which = around > 0 ? "in each other" : "in a row";
      report(
        error("CF1106", place(node), `${nested} operators ${which} are too many`, {
          help: `at most ${mostOperators}: name parts of it with \`param\``,
        }),
      );
      return missing;
    }
    around = nested;
    const built = build();
    around -= operators;
    return built;
  }

  function operation(operator: IToken, left: Expression, right: Expression): Expression {
    const span = { source, start: left.span.start, end: Math.max(right.span.end, left.span.end) };
    return { form: "binary", operator: operator.image as BinaryOperator, left, right, span };
  }

  function signed(node: CstNode): Expression {
    const operand = child(node, "power");
    return negated(node, operand === undefined ? missing : power(operand));
  }

  /** With the signs that stand before it. */
  function negated(node: CstNode, of: Expression): Expression {
    const signs = tokens(node, "Minus");
    // Two signs cancel; nesting them would make the tree as deep as there are signs.
    if (signs.length % 2 === 0) return of;
    const { startOffset: start } = signs[0]!;
    return { form: "negate", of, span: { source, start, end: Math.max(of.span.end, start + 1) } };
  }

  /** From the right: `a ^ -b ^ c` is a ^ (-(b ^ c)). */
  function power(node: CstNode): Expression {
    const operators = tokens(node, "operator");
    return row(node, operators.length, () => {
      const exponents = nodes(node, "exponent");
      const operands = [node, ...exponents].map((each) => {
        const operand = child(each, "indexed");
        return operand === undefined ? missing : indexed(operand);
      });
      return operators.reduceRight<Expression>(
        (right, operator, i) =>
          operation(operator, operands[i]!, negated(exponents[i] ?? node, right)),
        operands[operators.length] ?? missing,
      );
    });
  }

  function indexed(node: CstNode): Expression {
    const operand = child(node, "primary");
    const indices = nodes(node, "expression");
    return row(node, indices.length, () => {
      const start = operand === undefined ? missing : primary(operand);
      return indices.reduce<Expression>((of, index) => {
        const built = expression(index);
        const end = Math.max(built.span.end, of.span.end) + 1;
        return { form: "index", of, index: built, span: { source, start: of.span.start, end } };
      }, start);
    });
  }

  function primary(node: CstNode): Expression {
    const span = place(node);
    const number = token(node, "Number");
    if (number !== undefined) return numberOf(number, span);
    const string = token(node, "String");
    if (string !== undefined) {
      return { form: "string", value: stringValue(source, string, report), span };
    }
    if (token(node, "Keyword_true")) return { form: "boolean", value: true, span };
    if (token(node, "Keyword_false")) return { form: "boolean", value: false, span };
    const list = child(node, "list");
    if (list !== undefined) {
      return { form: "list", items: nodes(list, "expression").map(expression), span };
    }
    const named = child(node, "reference");
    if (named !== undefined) return reference(named);
    const inner = childExpression(node, "expression");
    // With its parentheses, so that what it is a part of covers both.
    return inner.form === "missing" ? inner : { ...inner, span };
  }

  function numberOf(token: IToken, span: Span): Expression {
    if (token.tokenType === t.MalformedNumber) return missing;
    const value = Number(token.image);
    const vanished = value === 0 && /^[0.]*[1-9]/.test(token.image);
    if (Number.isFinite(value) && !vanished) {
      return { form: "number", value, text: token.image, span };
    }
    const misfit = vanished
      ? "closer to zero than any other number"
      : "larger than any number can be";
    report(error("CF1306", span, `\`${token.image}\` is ${misfit}`));
    return missing;
  }

  function reference(node: CstNode): Expression {
    const [first, ...others] = tokens(node, "Identifier");
    const own = name(first);
    if (own === undefined) return missing;
    const span = place(node);
    const dots = tokens(node, "Dot").length;
    if (dots > 0) {
      if (others.length < dots) return missing;
      return { form: "path", parts: [own, ...others.map((each) => name(each)!)], span };
    }
    const given = child(node, "arguments");
    const body = child(node, "block");
    const head = given === undefined ? own.span : { ...own.span, end: place(given).end };
    return {
      form: "apply",
      name: own,
      ...(given === undefined ? {} : { arguments: nodes(given, "argument").map(argument) }),
      ...(body === undefined ? {} : { block: block(body) }),
      head: head.end > head.start ? head : own.span,
      span,
    };
  }

  function argument(node: CstNode): Argument {
    const own = name(token(node, "Identifier"));
    const value = childExpression(node, "expression");
    return own === undefined ? { value } : { name: own, value };
  }

  return { source, declaration, expression };
}

const definitionKinds: readonly DefinitionKind[] = [
  "param",
  "sweep",
  "dataset",
  "model",
  "optimizer",
];
const entryNames = [
  "Identifier",
  ...["dataset", "model", "optimizer", "landscape"].map((word) => `Keyword_${word}`),
];

function isNode(element: CstElement): element is CstNode {
  return "children" in element;
}

function nodes(node: CstNode, key: string): CstNode[] {
  return (node.children[key] ?? []).filter(isNode);
}

function child(node: CstNode, key: string): CstNode | undefined {
  return nodes(node, key)[0];
}

/** Tokens that stand in the text: those that recovery made up are left out. */
export function tokens(node: CstNode, key: string): IToken[] {
  return (node.children[key] ?? []).filter(
    (each): each is IToken => !isNode(each) && each.isInsertedInRecovery !== true,
  );
}

function token(node: CstNode, key: string): IToken | undefined {
  return tokens(node, key)[0];
}
