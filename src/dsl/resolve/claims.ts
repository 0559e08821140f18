/** Claims: comparisons of numbers that are computed from series. */
import type { Claim } from "../program.js";
import { print } from "../syntax/print.js";
import type { ClaimDeclaration } from "../syntax/tree.js";
import type { Context } from "./context.js";
import {
  isComparison,
  numberOf,
  type Outlines,
  refuse,
  type Scope,
  typed,
} from "./series-expressions.js";

/** Undefined if it has an error, which has been reported. */
export function resolveClaim(
  context: Context,
  outlines: Outlines,
  declaration: ClaimDeclaration,
): Claim | undefined {
  const { title, expression, span, broken } = declaration;
  const scope: Scope = { context, outlines, of: "claim" };
  // Half an expression seems to lack a comparison, or to have one too many.
  if (broken || expression.form === "missing") return undefined;
  if (expression.form !== "binary" || !isComparison(expression)) {
    typed(scope, expression);
    const help = "compare two numbers, as in `final(flow.process.series) < 1`";
    refuse(scope, "CF1501", expression.span, "a claim needs a comparison", help);
    return undefined;
  }
  const left = numberOf(scope, expression.left);
  const right = numberOf(scope, expression.right);
  if (left === undefined || right === undefined) return undefined;
  const variant = context.variantLabel(declaration);
  return {
    title: variant === "" ? title : `${title} ${variant}`,
    expression: { form: "binary", operator: expression.operator, left, right },
    text: print(expression),
    span,
  };
}
