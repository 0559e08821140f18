/** Plots: figures of series that the file asks for. A plot has all variants of its curves. */
import { error } from "../codes.js";
import type { Plot, PlotCurve } from "../program.js";
import { suggestion } from "../suggest.js";
import { print } from "../syntax/print.js";
import { type Expression, isBare, type PlotDeclaration } from "../syntax/tree.js";
import { type Outlines, refuse, type Scope, typed } from "./series-expressions.js";
import type { Study } from "./variants.js";

const scales = ["linear", "log"] as const;

/** Undefined if it has an error, which has been reported. */
export function resolvePlot(
  study: Study,
  outlines: Outlines,
  declaration: PlotDeclaration,
): Plot | undefined {
  const { title, span, broken } = declaration;
  if (broken) return undefined;
  const [context] = study.variants({ ...declaration, arguments: [] });
  const scope: Scope = { context: context!, outlines, of: "plot" };
  const scale = scaleOf(scope, declaration);
  const written = declaration.arguments.filter(({ name }) => name === undefined);
  if (written.length === 0) {
    const help = "write series in it: `flow.process.train_loss, flow.other.train_loss`";
    return refuse(scope, "CF1509", span, "a plot needs a curve", help);
  }
  const curves = written.flatMap((argument) => {
    // Alone, since another curve may depend on other sweeps.
    const alone: PlotDeclaration = { ...declaration, arguments: [argument] };
    return study
      .variants(alone)
      .map((context) => curveOf({ context, outlines, of: "plot" }, argument.value, alone));
  });
  if (scale === undefined || !curves.every((curve) => curve !== undefined)) return undefined;
  return { title, scale, curves, span };
}

function curveOf(
  scope: Scope,
  expression: Expression,
  alone: PlotDeclaration,
): PlotCurve | undefined {
  const found = typed(scope, expression);
  if (found?.kind !== "number") {
    const variant = scope.context.variantLabel(alone);
    return found && { expression: found.expression, text: print(expression), variant };
  }
  const message = `\`${print(expression)}\` is one number, and a plot is of series`;
  return refuse(
    scope,
    "CF1509",
    expression.span,
    message,
    "name a series: `flow.process.train_loss`",
  );
}

function scaleOf(scope: Scope, declaration: PlotDeclaration): Plot["scale"] | undefined {
  let scale: Plot["scale"] | undefined = "linear";
  const named = declaration.arguments.filter(({ name }) => name !== undefined);
  for (const [i, { name, value }] of named.entries()) {
    const { text, span } = name!;
    if (text !== "scale") {
      const message = `a plot has no setting \`${text}\``;
      scope.context.report(error("CF1301", span, message, suggestion(text, span, ["scale"])));
      scale = undefined;
    } else if (i > 0) {
      scale = refuse(scope, "CF1302", span, "`scale` is given twice", "leave one of them out");
    } else {
      const word = isBare(value) ? value.name.text : undefined;
      const known = scales.find((each) => each === word);
      if (known === undefined) {
        const message = `\`scale\` is \`linear\` or \`log\`, not \`${print(value)}\``;
        refuse(scope, "CF1305", value.span, message);
      }
      scale = known;
    }
  }
  return scale;
}
