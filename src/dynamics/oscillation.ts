/**
 * The oscillations that keep the critical eigenvalues from rising (arXiv:2410.24206; the
 * semidefinite complementarity problem of its reference discretization). With HU = 2PU at the edge,
 * UᵀPU = I and Σ = U X Uᵀ, the flow
 *   dw/dt = −P⁻¹[g + ½ Σᵢⱼ Xᵢⱼ hᵢⱼ],   hᵢⱼ = ∇(uᵢᵀ H uⱼ),
 *   ds/dt = f(s, g) + ½ Σᵢⱼ Xᵢⱼ ∂²f/∂g²[2Puᵢ, 2Puⱼ]
 * changes Uᵀ(2P − H)U over dt to A + 𝓑[X] with
 *   Aᵢⱼ = (2 − λᵢ)δᵢⱼ + dt (⟨hᵢⱼ, P⁻¹g⟩ + 2 uᵢᵀṖuⱼ),   Ṗ = dP/dt along f(s, g) and time,
 *   𝓑ᵢⱼ,ₖₗ = dt (½⟨hᵢⱼ, P⁻¹hₖₗ⟩ + 2 uᵢᵀ(∂P/∂s · ½∂²f/∂g²[2Puₖ, 2Puₗ])uⱼ),
 * which must stay positive semidefinite: 0 ⪯ X ⟂ A + 𝓑[X] ⪰ 0. Writing 2P for H makes 𝓑 symmetric
 * and positive semidefinite for moving averages of squares.
 */
import { Matrix } from "ml-matrix";
import type { Point } from "../engine/objective.js";
import { combine, symmetricGram } from "../linalg/blocks.js";
import { solveComplementarity } from "../linalg/complementarity.js";
import { frobenius, symmetricEigen } from "../linalg/dense.js";
import { dot } from "../linalg/dot.js";
import type { Preconditioner } from "../linalg/operator.js";
import { svecEntries, toSvecMap } from "../linalg/svec.js";
import { type Vector, zerosLike } from "../linalg/vector.js";
import { StepFailure } from "../runtime/step.js";
import type { Moments, Optimizer, OptimizerState } from "./optimizers/optimizer.js";
import { preconditioned, timesPreconditioner, weightedDot } from "./weights.js";

/** A part of the way to the end of a time step that is settled already. */
export interface Displacement {
  readonly weights: Vector;
  readonly moments: Moments;
  readonly time: number;
}

export interface OscillationProblem {
  readonly point: Point<Vector>;
  /** g at the point. */
  readonly gradient: Vector;
  readonly optimizer: Optimizer;
  readonly state: OptimizerState;
  /** Tracked λ, descending, or Rayleigh quotients in their place. */
  readonly values: Float64Array;
  /** U, P-orthonormal. */
  readonly vectors: readonly Vector[];
  /** Eigenvalues above this take part. */
  readonly critical: number;
  /** Time step over which no eigenvalue may end above 2, in optimizer steps. */
  readonly dt: number;
  /** Where the time step ends besides, relative to the point. */
  readonly settled?: Displacement;
  /**
   * Whether oscillations move the weights, as they do. Without that they act on the optimizer's
   * state alone: the terms in Xᵢⱼhᵢⱼ are left out.
   */
  readonly regularize: boolean;
}

export interface Oscillation {
  /** Number k of critical eigenvalues. */
  readonly critical: number;
  /** Which of the tracked vectors they belong to. */
  readonly indices: readonly number[];
  /** X, k×k; NaN where a derivative overflowed, and with it the force. */
  readonly covariance: Matrix;
  /** g + ½ ∇⟨H, Σ⟩: the flow moves along −P⁻¹ of it. */
  readonly force: Vector;
  /** P of the state. */
  readonly preconditioner: Preconditioner;
  /** ds/dt of the optimizer's moments. */
  readonly rate: Moments;
  readonly thirdDerivatives: number;
  /** Worst relative violation of the complementarity conditions. */
  readonly residual: number;
}

export async function solveOscillation(problem: OscillationProblem): Promise<Oscillation> {
  const { point, gradient, optimizer, state, values, vectors, critical, dt } = problem;
  const { settled, regularize } = problem;
  const preconditioner = optimizer.preconditioner(state);
  const rate = optimizer.rate(state, gradient);
  const indices = [...values.keys()].filter((i) => values[i]! > critical);
  const k = indices.length;
  const still = {
    critical: k,
    indices,
    force: gradient,
    preconditioner,
    rate,
    thirdDerivatives: 0,
    residual: 0,
  };
  const entries = svecEntries(k);
  const overflowed = (thirdDerivatives: number): Oscillation => ({
    ...still,
    covariance: Matrix.zeros(k, k).fill(Number.NaN),
    force: zerosLike(gradient).fill(Number.NaN),
    thirdDerivatives,
    residual: Number.NaN,
  });
  if (!values.every(Number.isFinite)) return overflowed(0);
  if (k === 0) return { ...still, covariance: Matrix.zeros(0, 0) };

  const u = indices.map((i) => vectors[i]!);
  const derivatives = await point.thirdDerivatives(u);
  const h = entries.map(({ i, j }) => derivatives[i]![j]!);
  const descent = preconditioned(gradient, preconditioner);
  const drift = optimizer.preconditionerRate(state, {
    moments: rate.map((r, m) => dt * r + (settled?.moments[m] ?? 0)),
    time: dt + (settled?.time ?? 0),
  });
  const offset = Matrix.zeros(k, k);
  entries.forEach(({ i, j }, e) => {
    const turned = dt * dot(h[e]!, descent) - (settled ? dot(h[e]!, settled.weights) : 0);
    const change = turned + 2 * weightedDot(u[i]!, drift, u[j]!);
    offset.set(i, j, change);
    offset.set(j, i, change);
  });
  indices.forEach((index, i) => {
    offset.set(i, i, offset.get(i, i) + 2 - values[index]!);
  });

  // svec is an isometry: the part of the weights is a Gram matrix of the weighted hᵢⱼ.
  const operator = regularize
    ? inverseGram(h, preconditioner).mul(0.5)
    : Matrix.zeros(h.length, h.length);
  const images = u.map((each) => timesPreconditioner(each, preconditioner, 2));
  const moved = entries.map(({ i, j }) =>
    halved(optimizer.curvature(state, images[i]!, images[j]!)),
  );
  for (const [column, moments] of moved.entries()) {
    if (moments.length === 0) break;
    const change = optimizer.preconditionerRate(state, { moments, time: 0 });
    for (const [row, { i, j }] of entries.entries()) {
      const lifted = 2 * weightedDot(u[i]!, change, u[j]!);
      operator.set(row, column, operator.get(row, column) + lifted);
    }
  }
  const solution = solveComplementarity({ offset, operator: toSvecMap(operator, entries, dt) });
  if (solution.outcome === "not finite") return overflowed(h.length);
  if (solution.outcome === "unbounded") {
    throw new StepFailure(
      `no oscillation can keep the top ${k} eigenvalues at 2: their gradients vanish`,
      "use more substeps (central { substeps = … }), or look at the model",
    );
  }
  const x = solution.x;
  // Off the diagonal every pair stands for two terms.
  const coefficients = entries.map(({ i, j }) => (i === j ? 1 : 2) * x.get(i, j));
  return {
    ...still,
    covariance: x,
    force: regularize ? forceOf(gradient, h, x) : gradient,
    rate: rate.map((r, m) => moved.reduce((sum, each, e) => sum + coefficients[e]! * each[m]!, r)),
    thirdDerivatives: h.length,
    residual: solution.residuals.relative,
  };
}

/** hᵢᵀ P⁻¹ hⱼ. */
function inverseGram(h: readonly Vector[], preconditioner: Preconditioner): Matrix {
  if (typeof preconditioner === "number") return symmetricGram(h, h).mul(1 / preconditioner);
  return symmetricGram(
    h,
    h.map((each) => preconditioned(each, preconditioner)),
  );
}

/** g + ½Σᵢⱼ Xᵢⱼhᵢⱼ, which is g + ½∇⟨H, Σ⟩; `derivatives` are hᵢⱼ in the order of `svecEntries`. */
export function forceOf(gradient: Vector, derivatives: readonly Vector[], x: Matrix): Vector {
  // Off the diagonal every pair stands for two terms.
  const halves = svecEntries(x.rows).map(({ i, j }) => (i === j ? 0.5 : 1) * x.get(i, j));
  return combine([gradient, ...derivatives], Matrix.columnVector([1, ...halves]))[0]!;
}

function halved(values: Moments): Moments {
  for (let i = 0; i < values.length; i++) values[i]! *= 0.5;
  return values;
}

/** tr(HΣH), the part of the mean squared gradient norm that oscillations make; `images` are HU. */
export function gradientVariance(
  { covariance, indices }: Oscillation,
  images: readonly Vector[],
): number {
  const critical = indices.map((i) => images[i]!);
  return frobenius(covariance, symmetricGram(critical, critical));
}

/** tr Σ; `vectors` are U. */
export function trace({ covariance, indices }: Oscillation, vectors: readonly Vector[]): number {
  const critical = indices.map((i) => vectors[i]!);
  return frobenius(covariance, symmetricGram(critical, critical));
}

/**
 * PV by descending x, where Σ = V diag(x) Vᵀ and VᵀPV = I: displacements δ along them, (PV)ᵀδ, have
 * variances x. `vectors` are U.
 */
export function principalDirections(
  { covariance, indices, preconditioner }: Oscillation,
  vectors: readonly Vector[],
): readonly Vector[] {
  if (indices.length === 0 || !Number.isFinite(covariance.trace())) return [];
  const critical = indices.map((i) => vectors[i]!);
  return combine(critical, symmetricEigen(covariance).vectors).map((each) =>
    timesPreconditioner(each, preconditioner, 1),
  );
}

/** Eigenvalues of X, descending. */
export function variances({ covariance }: Oscillation): Float64Array {
  const finite = Number.isFinite(covariance.trace());
  return finite
    ? symmetricEigen(covariance).values
    : new Float64Array(covariance.rows).fill(Number.NaN);
}
