/**
 * The error function, whose derivative is a Gaussian.
 *
 * ONNX Runtime has it in float32 only. In double precision it is composed of Cody's rational
 * approximations (W. J. Cody, "Rational Chebyshev approximations for the error function",
 * Math. Comp. 23, 1969): of erf(x)/x near zero, of e^{x²}·erfc(x) elsewhere. The latter was made
 * for x ≤ 4; beyond, erfc is below 2e-8, and what it errs by is lost against one.
 */
import type { GraphBuilder } from "../builder.js";
import {
  div,
  exp,
  fill,
  less,
  mul,
  neg,
  scale,
  select,
  shift,
  square,
  step,
  sub,
} from "../emit.js";
import type { NodeId } from "../graph.js";
import { unary } from "./elementwise.js";
import { kernel } from "./kernel.js";

export const erfKernel = kernel(
  unary({
    name: "Erf",
    derivative: (g, x) => scale(g, exp(g, neg(g, square(g, x))), 2 / Math.sqrt(Math.PI)),
    expand: (g, [x]) => erf(g, x!),
    onnx: "Erf",
    singleOnly: true,
  }),
);

/** Coefficients in descending order. */
const NEAR = {
  above: [
    0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302,
    3209.3775891384694,
  ],
  below: [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171],
};
const FAR = {
  above: [
    2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163,
    298.6351381974001, 881.952221241769, 1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
  ],
  below: [
    1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903,
    3290.7992357334597, 4362.619090143247, 3439.3676741437216, 1230.3393548037495,
  ],
};
/** Where the one takes over from the other, and from where on erf is one in double precision. */
const [BORDER, END] = [0.46875, 6];

function erf(g: GraphBuilder, x: NodeId): NodeId {
  const near = mul(g, x, rational(g, square(g, x), NEAR));
  const y = g.kernel("Minimum", [g.kernel("Abs", [x]), fill(g, [], END)]);
  const complement = mul(g, exp(g, neg(g, square(g, y))), rational(g, y, FAR));
  const far = mul(g, step(g, x, -1), sub(g, fill(g, [], 1), complement));
  return select(g, less(g, y, fill(g, [], BORDER)), near, far);
}

function rational(g: GraphBuilder, x: NodeId, { above, below }: typeof NEAR): NodeId {
  return div(g, polynomial(g, x, above), polynomial(g, x, below));
}

/** Horner's scheme. */
function polynomial(g: GraphBuilder, x: NodeId, [leading, ...rest]: readonly number[]): NodeId {
  const [next, ...others] = rest;
  const start = shift(g, leading === 1 ? x : scale(g, x, leading!), next!);
  return others.reduce((value, coefficient) => shift(g, mul(g, value, x), coefficient), start);
}
