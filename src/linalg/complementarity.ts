/**
 * The semidefinite complementarity problem: a symmetric X with
 *   0 ⪯ X ⟂ A + 𝓑[X] ⪰ 0,
 * that is, the minimum of ½⟨X, 𝓑X⟩ + ⟨A, X⟩ over X ⪰ 0, for 𝓑 symmetric and positive
 * semidefinite. In a central flow X is the covariance of the oscillations in critical directions
 * and A + 𝓑[X] the room that their eigenvalues have left (arXiv:2410.24206).
 */
import { CholeskyDecomposition, Matrix } from "ml-matrix";
import {
  frobenius,
  leastEigenvalue,
  maxAbs,
  selectColumns,
  symmetricEigen,
  symmetrized,
} from "./dense.js";
import { interiorPoint } from "./interior-point.js";
import { applyOnSvec, svecLength } from "./svec.js";

export interface ComplementarityProblem {
  /** A, k×k. */
  readonly offset: Matrix;
  /** 𝓑 on svec, k(k+1)/2 square. Negative eigenvalues, which only rounding makes, are cut to 0. */
  readonly operator: Matrix;
}

/** How far a solution is from the conditions; 0 is perfect. */
export interface KktResiduals {
  /** λ_min(X). */
  readonly leastEigenvalue: number;
  /** λ_min(A + 𝓑X). */
  readonly leastSlack: number;
  /** ⟨X, A + 𝓑X⟩. */
  readonly complementarity: number;
  /** The worst violation of the three, relative to tr X, max|A| and their product. */
  readonly relative: number;
}

export interface ComplementaritySolution {
  /** `stalled`: X is the best found, but `residuals.relative` is above 1e-9. */
  readonly outcome: "solved" | "stalled";
  readonly x: Matrix;
  /** A + 𝓑X. */
  readonly slack: Matrix;
  readonly residuals: KktResiduals;
  readonly iterations: number;
}

/** No X has A + 𝓑X ⪰ 0, or only one more than 1e9 times the size that A and 𝓑 set. */
export interface ComplementarityUnbounded {
  readonly outcome: "unbounded";
  /** D ⪰ 0 with tr D = 1, ⟨A, D⟩ < 0 and 𝓑D = 0: what 𝓑 can't lift. */
  readonly direction: Matrix;
  readonly iterations: number;
}

export interface ComplementarityNotFinite {
  readonly outcome: "not finite";
}

const accuracy = 1e-9;
/**
 * Added to the diagonal of 𝓑, whose entries are of order one. Where 𝓑 is singular solutions are
 * not unique, and the set of them may be unbounded; this prefers one near the smallest. Where
 * X must be so large that it spoils the residuals, the problem is solved again without.
 */
const leastNorm = 1e-11;

export function solveComplementarity(
  problem: ComplementarityProblem,
): ComplementaritySolution | ComplementarityUnbounded | ComplementarityNotFinite {
  const k = problem.offset.rows;
  const m = svecLength(k);
  if (problem.operator.rows !== m || problem.operator.columns !== m) {
    throw new RangeError(
      `operator is ${problem.operator.rows}×${problem.operator.columns}; a ${k}×${k} offset needs ${m}×${m}`,
    );
  }
  const offset = symmetrized(problem.offset);
  const size = maxAbs(offset);
  if (!Number.isFinite(size) || !Number.isFinite(maxAbs(problem.operator))) {
    return { outcome: "not finite" };
  }
  if (leastEigenvalue(offset) >= 0) return judged(offset, problem.operator, Matrix.zeros(k, k), 0);
  const operator = semidefinitePart(symmetrized(problem.operator));
  const strength = Math.sqrt(frobenius(operator, operator)) / m;
  if (strength === 0) {
    const { vectors } = symmetricEigen(offset);
    const worst = selectColumns(vectors, [k - 1]);
    return { outcome: "unbounded", direction: worst.mmul(worst.transpose()), iterations: 0 };
  }
  if (k === 1) {
    const x = Matrix.diag([-offset.get(0, 0) / operator.get(0, 0)]);
    return judged(offset, operator, x, 0);
  }
  let solution: ComplementaritySolution | undefined;
  for (const regularization of [leastNorm, 0]) {
    const found = interiorPoint(
      Matrix.div(offset, size),
      Matrix.div(operator, strength),
      regularization,
    );
    if (found.outcome === "unbounded") return found;
    const x = Matrix.mul(found.x, size / strength);
    const next = judged(offset, operator, x, found.iterations + (solution?.iterations ?? 0));
    if (!solution || next.residuals.relative < solution.residuals.relative) solution = next;
    if (solution.outcome === "solved") break;
  }
  return solution!;
}

function judged(
  offset: Matrix,
  operator: Matrix,
  x: Matrix,
  iterations: number,
): ComplementaritySolution {
  const slack = Matrix.add(offset, applyOnSvec(operator, x));
  const size = maxAbs(offset);
  const trace = x.trace();
  const least = x.rows === 0 ? 0 : leastEigenvalue(x);
  const leastSlack = leastEigenvalue(slack);
  const complementarity = frobenius(x, slack);
  const share = (violation: number, whole: number) => (violation <= 0 ? 0 : violation / whole);
  const relative = Math.max(
    share(-least, trace),
    share(-leastSlack, size),
    share(Math.abs(complementarity), trace * size),
  );
  return {
    outcome: relative <= accuracy ? "solved" : "stalled",
    x,
    slack,
    residuals: { leastEigenvalue: least, leastSlack, complementarity, relative },
    iterations,
  };
}

/** The matrix itself where it is positive semidefinite up to rounding, else without its negative eigenvalues. */
function semidefinitePart(matrix: Matrix): Matrix {
  const margin = 1e-14 * matrix.trace();
  const shifted = Matrix.add(matrix, Matrix.eye(matrix.rows).mul(margin));
  if (new CholeskyDecomposition(shifted).isPositiveDefinite()) return matrix;
  const { values, vectors } = symmetricEigen(matrix);
  const kept = Matrix.diag(values.map((value) => Math.max(0, value)));
  return symmetrized(vectors.mmul(kept).mmul(vectors.transpose()));
}
