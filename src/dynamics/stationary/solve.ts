/**
 * The least diagonal P ⪰ 0 with H ⪯ 2P: the minimum of Σ Pᵢ + bᵢ²/Pᵢ, solved through its dual with
 * Hessian-vector products alone. Ascend, certify; while the certificate fails, add the direction that
 * violates H ⪯ 2P most to the factor, and align more exactly. A factor without a violating direction
 * is optimal whatever its rank, so the rank need not be known (Boumal, Voroninski & Bandeira,
 * Comm. Pure Appl. Math. 73, 2020).
 */
import { combine, symmetricGram } from "../../linalg/blocks.js";
import { selectColumns, symmetricEigen } from "../../linalg/dense.js";
import type { BlockOperator } from "../../linalg/operator.js";
import { randomVector } from "../../linalg/random.js";
import type { Vector } from "../../linalg/vector.js";
import { ascend } from "./ascent.js";
import { type Certificate, certify } from "./certificate.js";
import { type Dual, type Evaluation, evaluate, factorOf, hiddenRise, pointOf } from "./dual.js";

export interface LeastPreconditionerRequest {
  /** H, on n coordinates. */
  readonly operator: BlockOperator;
  /** b ≥ 0, n entries, in units of P. */
  readonly field: Vector;
  /** The factor of an earlier result for a problem nearby. */
  readonly start?: readonly Vector[];
  /** Its guard. */
  readonly guard?: Vector;
  /** Of the relative duality gap; default 1e-4. Float32 products allow about 1e-5. */
  readonly tolerance?: number;
  /** No new ascent begins after as many Hessian-vector products; default 20000. */
  readonly products?: number;
  /** Of random vectors; default 0. */
  readonly seed?: number;
}

export interface LeastPreconditioner {
  /** `inexact`: the best found, but its gap is above the tolerance. */
  readonly outcome: "solved" | "inexact";
  /** P: feasible, n entries. */
  readonly preconditioner: Vector;
  /** W with Z = ½WWᵀ, to start a next solve from; as many columns as Z has rank. */
  readonly factor: readonly Vector[];
  /** HW. */
  readonly images: readonly Vector[];
  /** For the certificate of a next solve; absent where P is 0. */
  readonly guard: Vector | undefined;
  readonly certificate: Pick<
    Certificate,
    "primal" | "dual" | "gap" | "excess" | "complementarity" | "eigenvalue"
  >;
  /** Hessian-vector products, counted in columns. */
  readonly products: number;
  readonly iterations: number;
}

export interface HessianNotFinite {
  readonly outcome: "not finite";
  readonly products: number;
}

const initialRank = 4;
/** Ascents at most: each is more exact than the one before, or has another direction. */
const rounds = 30;
const iterationsPerRound = 300;
/** Misalignment is of second order in the error of P, of which the gap has a term of first order. */
const firstAlignment = 1e-4;
/** What an ascent after a failed certificate must lower the misalignment to at least, and at most. */
const [leastGain, mostGain] = [1e-1, 1e-3];
/** Below it float32 can't tell misaligned rows. */
const leastMisalignment = 1e-12;
/** Columns whose share of tr(PZ) is less than this part of the misalignment allowed are dropped. */
const negligible = 1e-2;
/**
 * So are those whose wᵀHw/wᵀPw is below this once their share is less than as small a part of the
 * tolerance: at a solution it is 2, and below they decay.
 */
const decaying = 1.9;
/** Lengths tried for a new column. */
const widenings = 4;

/** Deterministic: equal requests give equal bytes. */
export async function leastPreconditioner(
  request: LeastPreconditionerRequest,
): Promise<LeastPreconditioner | HessianNotFinite> {
  const { field, tolerance = 1e-4, products: budget = 20_000, seed = 0 } = request;
  // What rounding makes negative is no better known than what it makes positive.
  const gapOf = ({ gap }: Certificate) => Math.abs(gap);
  let products = 0;
  const dual: Dual = {
    field,
    operator: (vectors) => {
      products += vectors.length;
      return request.operator(vectors);
    },
  };
  const factor = request.start ?? randomFactor(field, seed);
  let evaluation = await evaluate(dual, pointOf(dual, factor));
  let alignment = firstAlignment * tolerance;
  let iterations = 0;
  let least = 0;
  let before = Number.POSITIVE_INFINITY;
  let { guard } = request;
  let best: { certificate: Certificate; evaluation: Evaluation } | undefined;
  for (let round = 0; round < rounds; round++) {
    const ascent = await ascend(dual, evaluation, {
      tolerance: alignment,
      least,
      most: iterationsPerRound,
    });
    iterations += ascent.iterations;
    if (ascent.outcome === "not finite") return { outcome: "not finite", products };
    evaluation = await compressed(dual, ascent.evaluation, {
      least: negligible * alignment,
      leastDecaying: negligible * tolerance,
    });
    const certificate = await certify(dual, evaluation, { seed: seed + round, guard });
    if (certificate.outcome === "not finite") return { outcome: "not finite", products };
    guard = certificate.guard;
    if (!best || gapOf(certificate) < gapOf(best.certificate)) best = { certificate, evaluation };
    if (gapOf(certificate) <= tolerance || products >= budget) break;
    const wider = await widened(dual, evaluation, certificate);
    if (wider) evaluation = wider;
    if (!wider && ascent.outcome === "stuck") break;
    const fall = (tolerance / certificate.gap) ** 2;
    const wanted = evaluation.misalignment * Math.min(leastGain, Math.max(mostGain, fall));
    alignment = Math.max(Math.min(alignment / 2, wanted), leastMisalignment);
    // Small rows still grow where the mean misalignment no longer tells: then the gap falls slowly.
    if (2 * gapOf(certificate) > before) least = Math.min(2 * least + 1, iterationsPerRound);
    before = gapOf(certificate);
  }
  const { certificate, evaluation: last } = best!;
  const { primal, gap, excess, complementarity, eigenvalue } = certificate;
  return {
    outcome: gapOf(certificate) <= tolerance ? "solved" : "inexact",
    preconditioner: certificate.preconditioner,
    factor: factorOf(dual, last.point),
    images: last.images,
    guard: certificate.guard,
    certificate: { primal, dual: certificate.dual, gap, excess, complementarity, eigenvalue },
    products,
    iterations,
  };
}

/** Rows of length √½, so that the spins sᵢ = √½ as well. */
function randomFactor(field: Vector, seed: number): Vector[] {
  const n = field.length;
  const columns = Array.from({ length: Math.min(initialRank, n) }, (_, j) =>
    randomVector(n, seed, j, field),
  );
  for (let i = 0; i < n; i++) {
    let square = 0;
    for (const column of columns) square += column[i]! ** 2;
    if (square > 0) for (const column of columns) column[i]! *= Math.sqrt(0.5 / square);
  }
  return columns;
}

/**
 * The same Z with as few columns as it needs; only a factor that shrinks costs products.
 * @param least  share of tr(PZ) below which a column is dropped
 * @param leastDecaying  the same of a column that decays
 */
async function compressed(
  dual: Dual,
  evaluation: Evaluation,
  { least, leastDecaying }: { readonly least: number; readonly leastDecaying: number },
): Promise<Evaluation> {
  const factor = factorOf(dual, evaluation.point);
  if (factor.length === 0) return evaluation;
  const weighted = factor.map((column) => column.map((w, i) => w * evaluation.preconditioner[i]!));
  const { values, vectors } = symmetricEigen(symmetricGram(factor, weighted));
  const total = evaluation.preconditioner.reduce((sum, p) => sum + p, 0);
  const images = symmetricGram(factor, evaluation.images);
  const curvatures = vectors.transpose().mmul(images).mmul(vectors);
  const kept = [...values.keys()].filter((j) => {
    const decays = curvatures.get(j, j) < decaying * values[j]!;
    return values[j]! > (decays ? leastDecaying : least) * total;
  });
  if (kept.length === factor.length) return evaluation;
  const columns = kept.length === 0 ? [] : combine(factor, selectColumns(vectors, kept));
  return evaluate(dual, pointOf(dual, columns));
}

/** With another column along the violating direction u; undefined if that lowers F. */
async function widened(
  dual: Dual,
  evaluation: Evaluation,
  { direction, eigenvalue }: Certificate,
): Promise<Evaluation | undefined> {
  if (eigenvalue <= 2) return undefined;
  // F(W, tu) = F + ½t²(λ − 2) − O(t⁴): rows that grow past 1 cost Pᵢuᵢ⁴ each.
  let quartic = 0;
  for (let i = 0; i < direction.length; i++) {
    quartic += evaluation.preconditioner[i]! * direction[i]! ** 4;
  }
  const factor = factorOf(dual, evaluation.point);
  let length = Math.sqrt((eigenvalue - 2) / (2 * quartic));
  for (let trial = 0; trial < widenings; trial++) {
    const column = direction.map((u) => length * u);
    const wider = await evaluate(dual, pointOf(dual, [...factor, column]));
    if (wider.value > evaluation.value - hiddenRise(evaluation)) return wider;
    length /= 4;
  }
  return undefined;
}
