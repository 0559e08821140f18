/**
 * The grammar, as a chevrotain parser that recovers from errors and always gives a tree. Rules are
 * as wide as can be told apart without types: a chain of layers, a number and a claim are all
 * expressions, and resolution says where which makes sense. `grammar/cflow.ebnf` is written from it.
 */
import type { TokenType } from "chevrotain";
import { chevrotain } from "./chevrotain.js";
import { errorMessageProvider } from "./messages.js";
import * as t from "./tokens.js";

const { CstParser, tokenMatcher } = chevrotain;

/** What the names of rules begin with that exist for recovery only. */
export const unknownRule = "unknown";

export class Parser extends CstParser {
  /** @param skipValidations leaves out the checks of the grammar itself, which a test makes. */
  constructor(skipValidations: boolean) {
    super([...t.allTokens], {
      recoveryEnabled: true,
      maxLookahead: 2,
      nodeLocationTracking: "onlyOffset",
      errorMessageProvider,
      skipValidations,
    });
    this.performSelfAnalysis();
  }

  readonly file = this.RULE("file", () => {
    this.MANY(() => this.SUBRULE(this.declaration));
  });

  /** The text of a `--set`; several values are a sweep. */
  readonly override = this.RULE("override", () => {
    this.CONSUME(t.Identifier);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.SUBRULE1(this.expression);
    });
  });

  private readonly declaration = this.RULE("declaration", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.import) },
      { ALT: () => this.SUBRULE(this.definition) },
      { ALT: () => this.SUBRULE(this.sweep) },
      { ALT: () => this.SUBRULE(this.layer) },
      { ALT: () => this.SUBRULE(this.landscape) },
      { ALT: () => this.SUBRULE(this.flow) },
      { ALT: () => this.SUBRULE(this.command) },
      { ALT: () => this.SUBRULE(this.claim) },
      { ALT: () => this.SUBRULE(this.plot) },
      { ALT: () => this.SUBRULE(this.unknown) },
    ]);
  });

  private readonly import = this.RULE("import", () => {
    this.CONSUME(t.Import);
    this.CONSUME(t.StringLiteral);
  });

  private readonly definition = this.RULE("definition", () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Param) },
      { ALT: () => this.CONSUME(t.Dataset) },
      { ALT: () => this.CONSUME(t.Model) },
      { ALT: () => this.CONSUME(t.Optimizer) },
    ]);
    this.CONSUME(t.Identifier);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
  });

  private readonly sweep = this.RULE("sweep", () => {
    this.CONSUME(t.Sweep);
    this.CONSUME(t.Identifier);
    this.CONSUME(t.In);
    this.SUBRULE(this.expression);
  });

  private readonly layer = this.RULE("layer", () => {
    this.CONSUME(t.Layer);
    this.CONSUME(t.Identifier);
    this.OPTION(() => this.SUBRULE(this.parameters));
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
  });

  private readonly landscape = this.RULE("landscape", () => {
    this.CONSUME(t.Landscape);
    this.CONSUME(t.Identifier);
    this.OPTION(() => this.SUBRULE(this.parameters));
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
  });

  private readonly parameters = this.RULE("parameters", () => {
    this.CONSUME(t.LeftParenthesis);
    this.MANY_SEP({
      SEP: t.Comma,
      DEF: () => this.CONSUME(t.Identifier),
    });
    this.CONSUME(t.RightParenthesis);
  });

  private readonly flow = this.RULE("flow", () => {
    this.CONSUME(t.Flow);
    this.CONSUME(t.Identifier);
    this.SUBRULE(this.block);
  });

  private readonly command = this.RULE("command", () => {
    this.CONSUME(t.Command);
    this.CONSUME(t.Identifier);
    this.SUBRULE(this.block);
  });

  private readonly claim = this.RULE("claim", () => {
    this.CONSUME(t.Expect);
    this.CONSUME(t.StringLiteral);
    this.CONSUME(t.LeftBrace);
    this.SUBRULE(this.expression);
    this.CONSUME(t.RightBrace);
  });

  private readonly plot = this.RULE("plot", () => {
    this.CONSUME(t.Plot);
    this.CONSUME(t.StringLiteral);
    this.CONSUME(t.LeftBrace);
    this.MANY(() => {
      this.SUBRULE(this.argument);
      this.OPTION(() => this.CONSUME(t.Comma));
    });
    this.CONSUME(t.RightBrace);
  });

  private readonly block = this.RULE("block", () => {
    this.CONSUME(t.LeftBrace);
    this.MANY({
      GATE: () => !this.atDefinition(),
      DEF: () => {
        this.SUBRULE(this.entry);
        this.OPTION(() => this.CONSUME(t.Comma));
      },
    });
    this.CONSUME(t.RightBrace);
  });

  private readonly entry = this.RULE("entry", () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Identifier) },
      { ALT: () => this.CONSUME(t.Dataset) },
      { ALT: () => this.CONSUME(t.Model) },
      { ALT: () => this.CONSUME(t.Optimizer) },
      { ALT: () => this.CONSUME(t.Landscape) },
    ]);
    this.OPTION(() => {
      this.OR1([
        {
          ALT: () => {
            this.CONSUME(t.Equals);
            this.SUBRULE(this.expression);
          },
        },
        { ALT: () => this.SUBRULE(this.block) },
      ]);
    });
  });

  private readonly expression = this.RULE("expression", () => {
    this.SUBRULE(this.comparison);
    this.MANY(() => {
      this.CONSUME(t.Arrow);
      this.SUBRULE1(this.comparison);
    });
  });

  private readonly comparison = this.RULE("comparison", () => {
    this.SUBRULE(this.sum);
    this.MANY(() => {
      this.OR([
        { ALT: () => this.CONSUME(t.Less, { LABEL: "operator" }) },
        { ALT: () => this.CONSUME(t.LessEqual, { LABEL: "operator" }) },
        { ALT: () => this.CONSUME(t.Greater, { LABEL: "operator" }) },
        { ALT: () => this.CONSUME(t.GreaterEqual, { LABEL: "operator" }) },
        { ALT: () => this.CONSUME(t.EqualEqual, { LABEL: "operator" }) },
        { ALT: () => this.CONSUME(t.NotEqual, { LABEL: "operator" }) },
      ]);
      this.SUBRULE1(this.sum);
    });
  });

  private readonly sum = this.RULE("sum", () => {
    this.SUBRULE(this.product);
    this.MANY(() => {
      this.OR([
        { ALT: () => this.CONSUME(t.Plus, { LABEL: "operator" }) },
        { ALT: () => this.CONSUME(t.Minus, { LABEL: "operator" }) },
      ]);
      this.SUBRULE1(this.product);
    });
  });

  private readonly product = this.RULE("product", () => {
    this.SUBRULE(this.signed);
    this.MANY(() => {
      this.OR([
        { ALT: () => this.CONSUME(t.Times, { LABEL: "operator" }) },
        { ALT: () => this.CONSUME(t.Divide, { LABEL: "operator" }) },
      ]);
      this.SUBRULE1(this.signed);
    });
  });

  private readonly signed = this.RULE("signed", () => {
    this.MANY(() => this.CONSUME(t.Minus));
    this.SUBRULE(this.power);
  });

  /** In a row, so that a long one does not nest; the tree is built from the right. */
  private readonly power = this.RULE("power", () => {
    this.SUBRULE(this.indexed);
    this.MANY(() => {
      this.CONSUME(t.Power, { LABEL: "operator" });
      this.SUBRULE(this.exponent);
    });
  });

  private readonly exponent = this.RULE("exponent", () => {
    this.MANY(() => this.CONSUME(t.Minus));
    this.SUBRULE(this.indexed);
  });

  private readonly indexed = this.RULE("indexed", () => {
    this.SUBRULE(this.primary);
    this.MANY(() => {
      this.CONSUME(t.LeftBracket);
      this.SUBRULE(this.expression);
      this.CONSUME(t.RightBracket);
    });
  });

  private readonly primary = this.RULE("primary", () => {
    this.OR([
      { ALT: () => this.CONSUME(t.NumberLiteral) },
      { ALT: () => this.CONSUME(t.StringLiteral) },
      { ALT: () => this.CONSUME(t.True) },
      { ALT: () => this.CONSUME(t.False) },
      { ALT: () => this.SUBRULE(this.list) },
      { ALT: () => this.SUBRULE(this.reference) },
      {
        ALT: () => {
          this.CONSUME(t.LeftParenthesis);
          this.SUBRULE(this.expression);
          this.CONSUME(t.RightParenthesis);
        },
      },
    ]);
  });

  private readonly list = this.RULE("list", () => {
    this.CONSUME(t.LeftBracket);
    this.OPTION(() => {
      this.SUBRULE(this.expression);
      this.MANY(() => {
        this.CONSUME(t.Comma);
        this.SUBRULE1(this.expression);
      });
      this.OPTION1(() => this.CONSUME1(t.Comma));
    });
    this.CONSUME(t.RightBracket);
  });

  /** A name, a series such as `eos.central.train_loss`, or a maker or function with what it is given. */
  private readonly reference = this.RULE("reference", () => {
    this.CONSUME(t.Identifier);
    this.OR([
      {
        ALT: () => {
          this.AT_LEAST_ONE(() => {
            this.CONSUME(t.Dot);
            this.CONSUME1(t.Identifier);
          });
        },
      },
      {
        ALT: () => {
          this.OPTION(() => this.SUBRULE(this.arguments));
          this.OPTION1(() => this.SUBRULE(this.block));
        },
      },
    ]);
  });

  private readonly arguments = this.RULE("arguments", () => {
    this.CONSUME(t.LeftParenthesis);
    this.OPTION(() => {
      this.SUBRULE(this.argument);
      this.MANY(() => {
        this.CONSUME(t.Comma);
        this.SUBRULE1(this.argument);
      });
      this.OPTION1(() => this.CONSUME1(t.Comma));
    });
    this.CONSUME(t.RightParenthesis);
  });

  private readonly argument = this.RULE("argument", () => {
    this.OPTION(() => {
      this.CONSUME(t.Identifier);
      this.CONSUME(t.Equals);
    });
    this.SUBRULE(this.expression);
  });

  /**
   * A declaration of no known kind, up to where the next one seems to begin: one error, whatever
   * its body holds. No part of the language, and left out of its written grammar.
   */
  private readonly unknown = this.RULE(unknownRule, () => {
    this.CONSUME(t.Identifier);
    this.MANY({
      GATE: () => !this.atUnknownDeclaration(),
      DEF: () =>
        this.OR([
          { ALT: () => this.CONSUME(t.Loose) },
          { ALT: () => this.SUBRULE(this.unknownGroup) },
        ]),
    });
  });

  private readonly unknownGroup = this.RULE("unknownGroup", () => {
    this.CONSUME(t.LeftBrace);
    this.MANY({
      GATE: () => !this.atDefinition(),
      DEF: () =>
        this.OR([
          { ALT: () => this.CONSUME(t.Loose) },
          { ALT: () => this.CONSUME(t.DeclarationWord) },
          { ALT: () => this.SUBRULE(this.unknownGroup) },
        ]),
    });
    this.CONSUME(t.RightBrace);
  });

  private next(types: readonly TokenType[]): boolean {
    return types.every((type, i) => tokenMatcher(this.LA(i + 1), type));
  }

  /**
   * What begins a declaration inside a block, such as `model mlp =` or `landscape bowl(`: the block
   * was not closed. `model =` is a setting.
   */
  private atDefinition(): boolean {
    return (
      this.next([t.DeclarationWord, t.Identifier, t.Equals]) ||
      this.next([t.Sweep, t.Identifier, t.In]) ||
      this.next([t.Import, t.StringLiteral]) ||
      this.next([t.Landscape, t.Identifier, t.LeftParenthesis])
    );
  }

  private atUnknownDeclaration(): boolean {
    const startsLine = this.LA(1).startLine !== this.LA(0).endLine;
    return (
      startsLine &&
      (this.next([t.Identifier, t.Identifier]) ||
        this.next([t.Identifier, t.StringLiteral]) ||
        this.next([t.Identifier, t.LeftBrace]))
    );
  }
}

let shared: Parser | undefined;

/** The one parser of the process, made when first needed. */
export function parser(): Parser {
  shared ??= new Parser(true);
  return shared;
}
