/**
 * The minimum of ½⟨X, 𝓑X⟩ + ⟨A, X⟩ over X ⪰ 0 of a given trace: a complementarity problem
 *   0 ⪯ X ⟂ A + 𝓑[X] + μI ⪰ 0,   tr X = τ,
 * whose multiplier μ is free. The method of multipliers (Hestenes, J. Optim. Theory Appl. 4, 1969):
 * a penalty ½ρ(tr X − τ)² makes each problem one of `complementarity.ts`, and its error corrects μ.
 */
import { Matrix } from "ml-matrix";
import {
  type ComplementarityNotFinite,
  type ComplementarityProblem,
  solveComplementarity,
} from "./complementarity.js";
import { maxAbs } from "./dense.js";
import { svecEntries } from "./svec.js";

/** Of the trace, relative. */
const tolerance = 1e-10;
const iterations = 50;
/** The penalty, relative to 𝓑 and to A/τ: each correction leaves about its inverse of the error. */
const stiffness = 100;

export interface FixedTrace {
  readonly outcome: "solved";
  readonly x: Matrix;
  /** Worst relative violation of the conditions, the trace's among them. */
  readonly residual: number;
}

/** `trace` τ > 0. A and 𝓑 as of a complementarity problem; 𝓑 may be zero. */
export function solveWithTrace(
  { offset, operator }: ComplementarityProblem,
  trace: number,
): FixedTrace | ComplementarityNotFinite {
  const k = offset.rows;
  const scale = Math.max(maxAbs(operator), maxAbs(offset) / trace);
  // Nothing tells one direction from another.
  if (scale === 0) return { outcome: "solved", x: Matrix.eye(k).mul(trace / k), residual: 0 };
  const penalty = stiffness * scale;
  const identity = svecEntries(k).map(({ i, j }) => (i === j ? 1 : 0));
  const stiff = Matrix.add(
    operator,
    Matrix.columnVector(identity).mmul(Matrix.rowVector(identity)).mul(penalty),
  );
  let multiplier = 0;
  for (let iteration = 0; ; iteration++) {
    const shifted = Matrix.add(offset, Matrix.eye(k).mul(multiplier - penalty * trace));
    const solution = solveComplementarity({ offset: shifted, operator: stiff });
    // With the penalty 𝓑 lifts every direction: only numbers that are not finite have no solution.
    if (!("x" in solution)) return { outcome: "not finite" };
    const error = solution.x.trace() - trace;
    if (Math.abs(error) <= tolerance * trace || iteration === iterations) {
      const residual = Math.max(solution.residuals.relative, Math.abs(error) / trace);
      return { outcome: "solved", x: solution.x, residual };
    }
    multiplier += penalty * error;
  }
}
