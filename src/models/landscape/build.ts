/** From a formula to a function of tensors, a scalar parameter for each variable. */
import type { Scalar, Tensor } from "@tensorflow/tfjs";
import type { Formula } from "../../dsl/program.js";
import type { Tf } from "../layers/layer.js";
import type { Laid } from "../layout.js";
import { type SmoothFunction, smoothFunctions } from "./functions.js";

export interface Landscape {
  /** A scalar for each variable. */
  readonly parameters: readonly (Laid & { readonly name: string })[];
  loss(tf: Tf, variables: readonly Tensor[]): Scalar;
}

/** Throws if a function isn't known: a checked program has none such. */
export function buildLandscape(variables: number, formula: Formula): Landscape {
  return {
    parameters: variablesOf(variables),
    loss: (tf, tensors) => value(tf, tensors, formula) as Scalar,
  };
}

export function variablesOf(count: number): Landscape["parameters"] {
  return Array.from({ length: count }, (_, i) => ({ name: `${i}`, shape: [], torchAxes: [] }));
}

const operations = {
  "+": (tf: Tf, a: Tensor, b: Tensor) => tf.add(a, b),
  "-": (tf: Tf, a: Tensor, b: Tensor) => tf.sub(a, b),
  "*": (tf: Tf, a: Tensor, b: Tensor) => tf.mul(a, b),
  "/": (tf: Tf, a: Tensor, b: Tensor) => tf.div(a, b),
} as const;

function value(tf: Tf, variables: readonly Tensor[], formula: Formula): Tensor {
  const of = (part: Formula) => value(tf, variables, part);
  switch (formula.form) {
    case "number":
      return tf.scalar(formula.value);
    case "variable":
      return variables[formula.index]!;
    case "negate":
      return tf.neg(of(formula.of));
    case "binary":
      return operations[formula.operator](tf, of(formula.left), of(formula.right));
    case "power":
      return power(tf, of(formula.base), formula.exponent);
    case "call":
      return functionNamed(formula.function).apply(tf, of(formula.of));
  }
}

function functionNamed(name: string): SmoothFunction {
  const known = smoothFunctions.find((each) => each.name === name);
  if (known === undefined) throw new Error(`no function is named '${name}'`);
  return known;
}

/**
 * Whole powers are products, exact and smooth at zero, where the logarithm that general powers are
 * made of has no value.
 */
function power(tf: Tf, base: Tensor, exponent: number): Tensor {
  if (!Number.isInteger(exponent)) return tf.pow(base, exponent);
  if (exponent < 0) return tf.reciprocal(power(tf, base, -exponent));
  let result: Tensor | undefined;
  let square = base;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = result === undefined ? square : tf.mul(result, square);
    if (left > 1) square = tf.square(square);
  }
  return result ?? tf.onesLike(base);
}
