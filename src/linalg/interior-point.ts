/**
 * A primal–dual interior-point method for the semidefinite complementarity problem, with
 * Nesterov–Todd scaling and Mehrotra's predictor and corrector, in float64 (Todd, Toh & Tütüncü,
 * "On the Nesterov–Todd direction in semidefinite programming", SIAM J. Optim. 8, 1998).
 *
 * X and S ≻ 0 approach S = A + 𝓑X, XS = 0 along XS = μI, μ → 0. Each iterate is scaled by G with
 * G⁻¹XG⁻ᵀ = GᵀSG = D diagonal; there a Newton step solves
 *   (I + 𝓑̃) dX̃ = R̃ + Gᵀ r G,   𝓑̃ = 𝓖ᵀ𝓑𝓖,   r = S - A - 𝓑X,
 * whose matrix is I plus something semidefinite: a singular 𝓑 needs no regularization.
 */
import { CholeskyDecomposition, Matrix, SingularValueDecomposition } from "ml-matrix";
import { frobenius, leastEigenvalue, maxAbs, symmetrized } from "./dense.js";
import { applyOnSvec, congruence, smat, svec } from "./svec.js";

export type InteriorPointResult =
  | { readonly outcome: "found"; readonly x: Matrix; readonly iterations: number }
  | { readonly outcome: "unbounded"; readonly direction: Matrix; readonly iterations: number };

const mostIterations = 100;
/** Of ⟨X, S⟩ relative to tr X, and of r: a thousandth of what a solution must meet. */
const goal = 1e-12;
const close = 1e-6;
/** Share of the way to the boundary of the cone that a step goes. */
const boundaryShare = 0.98;
/** Any solution's trace would exceed the inverse of this. */
const liftable = 1e-9;

/**
 * Solves the problem for A and 𝓑 + regularization·I (on svec), of order one: max|A| = 1,
 * root-mean-square entry of 𝓑 1, k ≥ 1. Ends at the goal, or at the best that rounding allows.
 */
export function interiorPoint(
  offset: Matrix,
  operator: Matrix,
  regularization: number,
): InteriorPointResult {
  const k = offset.rows;
  const regular = Matrix.add(operator, Matrix.eye(operator.rows).mul(regularization));
  const residual = (x: Matrix, s: Matrix) =>
    Matrix.sub(Matrix.sub(s, offset), applyOnSvec(regular, x));
  let x = Matrix.eye(k);
  let s = Matrix.eye(k);
  let iterations = 0;
  for (; iterations < mostIterations; iterations++) {
    const direction = unliftable(offset, operator, x);
    if (direction) return { outcome: "unbounded", direction, iterations };
    const r = residual(x, s);
    const gap = frobenius(x, s);
    const reached = (limit: number) => gap <= limit * x.trace() && maxAbs(r) <= limit;
    if (reached(goal)) break;
    const scaling = nesterovTodd(x, s);
    if (!scaling) break;
    const step = predictorCorrector(scaling, regular, r, gap / k);
    if (!step) break;
    const nextX = symmetrized(Matrix.add(x, step.dx));
    const nextS = symmetrized(Matrix.add(s, step.ds));
    const falls =
      frobenius(nextX, nextS) < 0.9 * gap || maxAbs(residual(nextX, nextS)) < 0.9 * maxAbs(r);
    // Close to a solution only rounding stops the fall. Far from one, X may have to grow first.
    if (!falls && reached(close)) break;
    x = nextX;
    s = nextS;
  }
  return { outcome: "found", x, iterations };
}

/**
 * D = X/tr X if it proves that solutions are huge: for any solution X*, 0 ≤ ⟨D, A + 𝓑X*⟩ ≤
 * ⟨A, D⟩ + λ_max(𝓑D) tr X*.
 */
function unliftable(offset: Matrix, operator: Matrix, x: Matrix): Matrix | undefined {
  const direction = Matrix.div(x, x.trace());
  const fall = -frobenius(offset, direction);
  if (fall <= 0) return undefined;
  const lift = -leastEigenvalue(applyOnSvec(operator, direction).neg());
  return lift <= liftable * fall ? direction : undefined;
}

interface Scaling {
  readonly g: Matrix;
  /** Diagonal of D. */
  readonly d: readonly number[];
}

/** G and D of the header; undefined when X or S is no longer positive definite. */
function nesterovTodd(x: Matrix, s: Matrix): Scaling | undefined {
  const choleskyX = new CholeskyDecomposition(x);
  const choleskyS = new CholeskyDecomposition(s);
  if (!choleskyX.isPositiveDefinite() || !choleskyS.isPositiveDefinite()) return undefined;
  const l = choleskyX.lowerTriangularMatrix;
  const r = choleskyS.lowerTriangularMatrix;
  // With RᵀL = U D Vᵀ, G = L V D^{-1/2}. The products X S and LᵀSL would square D's condition.
  const svd = new SingularValueDecomposition(r.transpose().mmul(l));
  const d = svd.diagonal;
  const inverseRoots = Matrix.diag(d.map((value) => 1 / Math.sqrt(value)));
  return { g: l.mmul(svd.rightSingularVectors).mmul(inverseRoots), d };
}

/** The step to add to X and S; undefined when the linear system can't be solved. */
function predictorCorrector(
  { g, d }: Scaling,
  operator: Matrix,
  r: Matrix,
  mu: number,
): { dx: Matrix; ds: Matrix } | undefined {
  const k = d.length;
  const congruent = congruence(g);
  const scaledOperator = congruent.transpose().mmul(operator).mmul(congruent);
  const system = symmetrized(Matrix.add(scaledOperator, Matrix.eye(scaledOperator.rows)));
  const factored = new CholeskyDecomposition(system);
  if (!factored.isPositiveDefinite()) return undefined;
  const scaledResidual = g.transpose().mmul(r).mmul(g);

  /** Newton's step in the scaled space towards D dX̃ + dX̃ D + D dS̃ + dS̃ D = 2·target. */
  const newton = (target: Matrix) => {
    const right = Matrix.zeros(k, k);
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < k; j++) right.set(i, j, (2 * target.get(i, j)) / (d[i]! + d[j]!));
    }
    const vector = Matrix.columnVector(svec(Matrix.add(right, scaledResidual)));
    const dx = smat(factored.solve(vector).getColumn(0));
    return { dx, ds: Matrix.sub(right, dx) };
  };
  const square = Matrix.diag(d.map((value) => value * value));

  const predictor = newton(Matrix.mul(square, -1));
  const reach = Math.min(1, boundaryStep(predictor.dx, d), boundaryStep(predictor.ds, d));
  const diagonal = Matrix.diag([...d]);
  const predictedGap = frobenius(
    Matrix.add(diagonal, Matrix.mul(predictor.dx, reach)),
    Matrix.add(diagonal, Matrix.mul(predictor.ds, reach)),
  );
  const centering = Math.min(1, Math.max(0, predictedGap / (k * mu))) ** 3;
  const secondOrder = symmetrized(predictor.dx.mmul(predictor.ds));
  const corrector = newton(
    Matrix.sub(Matrix.sub(Matrix.eye(k).mul(centering * mu), square), secondOrder),
  );
  const length = Math.min(
    1,
    boundaryShare * boundaryStep(corrector.dx, d),
    boundaryShare * boundaryStep(corrector.ds, d),
  );
  const dx = Matrix.mul(corrector.dx, length);
  const unscaled = symmetrized(g.mmul(dx).mmul(g.transpose()));
  return {
    dx: unscaled,
    // From S = A + 𝓑X + r, not by scaling back: the residual then falls by exactly 1 - length.
    ds: Matrix.sub(applyOnSvec(operator, unscaled), Matrix.mul(r, length)),
  };
}

/** Largest t with D + t·M ⪰ 0. */
function boundaryStep(m: Matrix, d: readonly number[]): number {
  const k = d.length;
  const relative = Matrix.zeros(k, k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) relative.set(i, j, m.get(i, j) / Math.sqrt(d[i]! * d[j]!));
  }
  const least = leastEigenvalue(relative);
  return least < 0 ? -1 / least : Number.POSITIVE_INFINITY;
}
