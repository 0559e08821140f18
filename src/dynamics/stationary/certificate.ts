/**
 * How far a preconditioner is from optimal: a feasible one from it by scaling, and the duality gap.
 * With λ the largest eigenvalue of P⁻¹H, c·P is feasible for every c ≥ λ/2, and any point of the dual
 * bounds the program's value from below. λ comes from an iteration that starts at random vectors too:
 * it is right to its tolerance unless those, against all odds, miss the largest eigenvalue's direction.
 */
import { largestEigenpairs } from "../../linalg/lobpcg.js";
import { type Vector, zerosLike } from "../../linalg/vector.js";
import { type Dual, type Evaluation, factorOf } from "./dual.js";

/**
 * Entries of P are raised to this share of their mean, so that P⁻¹ exists where neither gradient nor
 * curvature asks for anything (a weight of an input that is always 0). It costs as much of tr P.
 */
const leastShare = 1e-7;
/** Residual of eigenpairs; the eigenvalue is right to its square over the gap to the next. */
const eigenTolerance = 1e-3;
/** Length of the random vector mixed into a given guard, of the guard's own (as in `trackEigenpairs`). */
const exploration = 0.1;

export interface Certificate {
  readonly outcome: "certified";
  /** Feasible: H ⪯ 2P up to the eigenvalue's accuracy. In the field's precision, to be used as any other P. */
  readonly preconditioner: Vector;
  /** Σ Pᵢ + bᵢ²/Pᵢ at that P. */
  readonly primal: number;
  /** F. */
  readonly dual: number;
  /** (primal − dual)/primal, negative by rounding at most; 0 where both are 0. */
  readonly gap: number;
  /** λ_max(P⁻¹H)/2 − 1 before the scaling: positive is a violation of H ⪯ 2P. */
  readonly excess: number;
  /** ⟨Z, 2P − H⟩/tr P before the scaling. */
  readonly complementarity: number;
  /** u with uᵀPu = 1 of that eigenvalue. */
  readonly direction: Vector;
  readonly eigenvalue: number;
  /** The eigenvector that was found beside the factor's, of the next eigenvalue. */
  readonly guard: Vector | undefined;
  readonly products: number;
}

/**
 * The certificate of a point of the dual; `not finite` if the Hessian's products are not. `guard` is
 * the one of a certificate nearby: much fewer products than from random vectors alone.
 */
export async function certify(
  dual: Dual,
  evaluation: Evaluation,
  { seed, guard }: { readonly seed: number; readonly guard: Vector | undefined },
): Promise<Certificate | { readonly outcome: "not finite"; readonly products: number }> {
  const { field } = dual;
  const n = field.length;
  const raised = withFloor(evaluation.preconditioner, field);
  if (!raised) return nothingNeeded(field, evaluation.value);
  // The factor's columns are eigenvectors of eigenvalue 2; one vector beside them looks for more.
  const factor = factorOf(dual, evaluation.point);
  const found = await largestEigenpairs({
    size: n,
    count: factor.length + 1,
    operator: dual.operator,
    preconditioner: raised,
    start: { vectors: guard ? [...factor, guard] : factor },
    exploration: guard ? exploration : 0,
    tolerance: eigenTolerance,
    seed,
    like: field,
  });
  if (found.outcome === "not finite") return { outcome: "not finite", products: found.products };
  // Short of convergence the eigenvalue may lie above, by about the residual.
  const above = found.outcome === "converged" ? 0 : found.residuals[0]!;
  const eigenvalue = found.values[0]! + above;
  let trace = 0;
  let pull = 0;
  for (let i = 0; i < n; i++) {
    trace += raised[i]!;
    pull += field[i]! ** 2 / raised[i]!;
  }
  // The best of c·tr P + (1/c)·Σbᵢ²/Pᵢ over the feasible c.
  const scale = Math.max(eigenvalue / 2, Math.sqrt(pull / trace));
  const primal = scale * trace + pull / scale;
  return {
    outcome: "certified",
    preconditioner: raised.map((p) => scale * p),
    primal,
    dual: evaluation.value,
    gap: primal > 0 ? (primal - evaluation.value) / primal : 0,
    excess: eigenvalue / 2 - 1,
    complementarity: slackOfFactor(dual, evaluation) / trace,
    direction: found.vectors[0]!,
    eigenvalue,
    guard: found.vectors.at(-1)!,
    products: found.products,
  };
}

/** P in the field's precision, with its floor; undefined where P is zero altogether. */
function withFloor(preconditioner: Float64Array, like: Vector): Vector | undefined {
  const total = preconditioner.reduce((sum, p) => sum + p, 0);
  if (total === 0) return undefined;
  const floor = (leastShare * total) / preconditioner.length;
  const raised = zerosLike(like);
  for (let i = 0; i < raised.length; i++) raised[i] = Math.max(preconditioner[i]!, floor);
  return raised;
}

/** ⟨Z, 2P − H⟩ = Σ Pᵢ‖Wᵢ‖² − ½⟨W, HW⟩, the latter being what F has beside the field's part. */
function slackOfFactor({ field }: Dual, { point, value, preconditioner }: Evaluation): number {
  const n = field.length;
  const last = point.length - n;
  let slack = -value;
  for (let i = 0; i < n; i++) {
    const spin = point[last + i]!;
    slack += preconditioner[i]! * (1 - spin * spin) + 2 * field[i]! * spin;
  }
  return slack;
}

/** Neither field nor curvature along the factor: P = 0 is optimal at once. */
function nothingNeeded(field: Vector, dual: number): Certificate {
  return {
    outcome: "certified",
    preconditioner: zerosLike(field),
    primal: 0,
    dual,
    gap: 0,
    excess: 0,
    complementarity: 0,
    direction: zerosLike(field),
    eigenvalue: 0,
    guard: undefined,
    products: 0,
  };
}
