/**
 * The typed syntax tree: what was written, with its places, before any name has a meaning. A part
 * that could not be read is `missing`; its error has been reported, and whoever meets it is silent.
 */
import type { Source, Span } from "../diagnostic.js";
import type { BinaryOperator } from "../program.js";

export interface Name {
  readonly text: string;
  readonly span: Span;
}

export interface Argument {
  /** Given for `name = value`. */
  readonly name?: Name;
  readonly value: Expression;
}

/** `name = value`, `name { … }` or a bare `name`. */
export interface Entry {
  readonly name: Name;
  readonly value?: Expression;
  readonly block?: Block;
  readonly span: Span;
}

export interface Block {
  readonly entries: readonly Entry[];
  readonly span: Span;
}

export type Expression =
  | { readonly form: "number"; readonly value: number; readonly text: string; readonly span: Span }
  | { readonly form: "string"; readonly value: string; readonly span: Span }
  | { readonly form: "boolean"; readonly value: boolean; readonly span: Span }
  | { readonly form: "list"; readonly items: readonly Expression[]; readonly span: Span }
  | Apply
  | { readonly form: "path"; readonly parts: readonly Name[]; readonly span: Span }
  | {
      readonly form: "index";
      readonly of: Expression;
      readonly index: Expression;
      readonly span: Span;
    }
  | { readonly form: "negate"; readonly of: Expression; readonly span: Span }
  | Binary
  | { readonly form: "chain"; readonly links: readonly Expression[]; readonly span: Span }
  | { readonly form: "missing"; readonly span: Span };

export interface Binary {
  readonly form: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly span: Span;
}

/** A name, with what it is given: `lr`, `dense(32)`, `mnist { classes = 4 }`. */
export interface Apply {
  readonly form: "apply";
  readonly name: Name;
  readonly arguments?: readonly Argument[];
  readonly block?: Block;
  /** The name and its arguments in parentheses, without the block. */
  readonly head: Span;
  readonly span: Span;
}

export type DefinitionKind = "param" | "sweep" | "dataset" | "model" | "optimizer";

interface Declared {
  /** Absent if it could not be read. */
  readonly name?: Name;
  readonly span: Span;
  /** Whether a part could not be read: then what seems to be missing may only be lost. */
  readonly broken: boolean;
}

export interface Definition extends Declared {
  readonly form: DefinitionKind;
  /** Of a sweep, the list of its values. */
  readonly value: Expression;
}

export interface ImportDeclaration {
  readonly form: "import";
  readonly path: string;
  readonly span: Span;
  readonly broken: boolean;
}

/** A name with arguments for what it stands for. */
interface Parametric extends Declared {
  readonly parameters: readonly Name[];
  readonly value: Expression;
}

export interface LayerDeclaration extends Parametric {
  readonly form: "layer";
}

export interface LandscapeDeclaration extends Parametric {
  readonly form: "landscape";
}

export interface FlowDeclaration extends Declared {
  readonly form: "flow";
  readonly block: Block;
}

export interface CommandDeclaration extends Declared {
  readonly form: "command";
  readonly block: Block;
}

export interface ClaimDeclaration {
  readonly form: "claim";
  readonly title: string;
  readonly expression: Expression;
  readonly span: Span;
  readonly broken: boolean;
}

export interface PlotDeclaration {
  readonly form: "plot";
  readonly title: string;
  /** Curves, and settings by name. */
  readonly arguments: readonly Argument[];
  readonly span: Span;
  readonly broken: boolean;
}

export type Declaration =
  | ImportDeclaration
  | Definition
  | LayerDeclaration
  | LandscapeDeclaration
  | FlowDeclaration
  | CommandDeclaration
  | ClaimDeclaration
  | PlotDeclaration;

/** A declaration that has a name, or lost it. */
export type NamedDeclaration = Exclude<
  Declaration,
  ImportDeclaration | ClaimDeclaration | PlotDeclaration
>;

export function isNamed(declaration: Declaration): declaration is NamedDeclaration {
  return !["import", "claim", "plot"].includes(declaration.form);
}

/** Of one text, or of all that one imports. */
export interface SyntaxTree {
  readonly source: Source;
  readonly declarations: readonly Declaration[];
  /** Names in parts of the text that were skipped: one of them not found elsewhere is no news. */
  readonly lost: ReadonlySet<string>;
  /** Whether a declaration lacks its name, so that any name may be the one. */
  readonly nameless: boolean;
}

/** Whether an expression is only a name. */
export function isBare(
  expression: Expression,
): expression is Apply & { readonly arguments?: undefined; readonly block?: undefined } {
  return (
    expression.form === "apply" &&
    expression.arguments === undefined &&
    expression.block === undefined
  );
}

/** Visits an expression and all within it. */
export function visit(expression: Expression, see: (part: Expression) => void): void {
  see(expression);
  switch (expression.form) {
    case "list":
      for (const item of expression.items) visit(item, see);
      break;
    case "apply":
      for (const { value } of expression.arguments ?? []) visit(value, see);
      if (expression.block !== undefined) visitBlock(expression.block, see);
      break;
    case "index":
      visit(expression.of, see);
      visit(expression.index, see);
      break;
    case "negate":
      visit(expression.of, see);
      break;
    case "binary":
      visit(expression.left, see);
      visit(expression.right, see);
      break;
    case "chain":
      for (const link of expression.links) visit(link, see);
      break;
  }
}

export function visitBlock(block: Block, see: (part: Expression) => void): void {
  for (const entry of block.entries) {
    if (entry.value !== undefined) visit(entry.value, see);
    if (entry.block !== undefined) visitBlock(entry.block, see);
  }
}

/** Visits all expressions of a declaration. */
export function visitDeclaration(declaration: Declaration, see: (part: Expression) => void): void {
  if (declaration.form === "flow" || declaration.form === "command") {
    visitBlock(declaration.block, see);
  } else if (declaration.form === "plot") {
    for (const { value } of declaration.arguments) visit(value, see);
  } else if (declaration.form !== "import") {
    visit(declaration.form === "claim" ? declaration.expression : declaration.value, see);
  }
}
