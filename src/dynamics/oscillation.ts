/**
 * The oscillations that keep the critical eigenvalues from rising (arXiv:2410.24206; section "The
 * SDCP" of its reference discretization). With HU = PUΛ, UᵀPU = I and Σ = U X Uᵀ, the flow
 *   dw/dt = −P⁻¹[g + ½ Σᵢⱼ Xᵢⱼ hᵢⱼ],   hᵢⱼ = ∇(uᵢᵀ H uⱼ),
 * changes Uᵀ(2P − H)U over dt to A + 𝓑[X] with
 *   Aᵢⱼ = (2 − λᵢ)δᵢⱼ + dt ⟨hᵢⱼ, P⁻¹g⟩,   𝓑ᵢⱼ,ₖₗ = dt/2 ⟨hᵢⱼ, P⁻¹hₖₗ⟩,
 * which must stay positive semidefinite: 0 ⪯ X ⟂ A + 𝓑[X] ⪰ 0.
 */
import { Matrix } from "ml-matrix";
import type { Point } from "../engine/objective.js";
import { combine, dot, gram } from "../linalg/blocks.js";
import { solveComplementarity } from "../linalg/complementarity.js";
import { frobenius, symmetricEigen } from "../linalg/dense.js";
import type { Preconditioner } from "../linalg/operator.js";
import { svecEntries } from "../linalg/svec.js";
import { StepFailure } from "../runtime/step.js";
import { preconditioned } from "./weights.js";

export interface OscillationProblem {
  readonly point: Point;
  /** g at the point. */
  readonly gradient: Float32Array;
  readonly preconditioner: Preconditioner;
  /** Tracked λ, descending, or Rayleigh quotients in their place. */
  readonly values: Float64Array;
  /** U, P-orthonormal. */
  readonly vectors: readonly Float32Array[];
  /** Eigenvalues above this take part. */
  readonly critical: number;
  /** Time step over which no eigenvalue may end above 2, in optimizer steps. */
  readonly dt: number;
}

export interface Oscillation {
  /** Number k of critical eigenvalues. */
  readonly critical: number;
  /** Which of the tracked vectors they belong to. */
  readonly indices: readonly number[];
  /** X, k×k; NaN where a derivative overflowed, and with it the force. */
  readonly covariance: Matrix;
  /** g + ½ ∇⟨H, Σ⟩: the flow moves along −P⁻¹ of it. */
  readonly force: Float32Array;
  readonly thirdDerivatives: number;
  /** Worst relative violation of the complementarity conditions. */
  readonly residual: number;
}

export async function solveOscillation(problem: OscillationProblem): Promise<Oscillation> {
  const { point, gradient, preconditioner, values, vectors, critical, dt } = problem;
  const indices = [...values.keys()].filter((i) => values[i]! > critical);
  const k = indices.length;
  const still = { critical: k, indices, force: gradient, thirdDerivatives: 0, residual: 0 };
  const entries = svecEntries(k);
  const overflowed = (thirdDerivatives: number): Oscillation => ({
    ...still,
    covariance: Matrix.zeros(k, k).fill(Number.NaN),
    force: new Float32Array(gradient.length).fill(Number.NaN),
    thirdDerivatives,
    residual: Number.NaN,
  });
  if (!values.every(Number.isFinite)) return overflowed(0);
  if (k === 0) return { ...still, covariance: Matrix.zeros(0, 0) };

  const derivatives = await point.thirdDerivatives(indices.map((i) => vectors[i]!));
  const h = entries.map(({ i, j }) => derivatives[i]![j]!);
  const offset = Matrix.zeros(k, k);
  const descent = preconditioned(gradient, preconditioner);
  entries.forEach(({ i, j }, e) => {
    const drift = dt * dot(h[e]!, descent);
    offset.set(i, j, drift);
    offset.set(j, i, drift);
  });
  indices.forEach((index, i) => {
    offset.set(i, i, offset.get(i, i) + 2 - values[index]!);
  });
  // svec is an isometry, so 𝓑 on svec is a Gram matrix of the weighted hᵢⱼ.
  const operator = gram(
    h,
    h.map((each) => preconditioned(each, preconditioner)),
  );
  for (const [row, { weight: left }] of entries.entries()) {
    for (const [column, { weight: right }] of entries.entries()) {
      operator.set(row, column, 0.5 * dt * left * right * operator.get(row, column));
    }
  }

  const solution = solveComplementarity({ offset, operator });
  if (solution.outcome === "not finite") return overflowed(h.length);
  if (solution.outcome === "unbounded") {
    throw new StepFailure(
      `no oscillation can keep the top ${k} eigenvalues at 2: their gradients vanish`,
      "use more substeps (central { substeps = … }), or look at the model",
    );
  }
  const x = solution.x;
  const coefficients = entries.map(({ i, j }) => (i === j ? 0.5 : 1) * x.get(i, j));
  const [force] = combine([gradient, ...h], Matrix.columnVector([1, ...coefficients]));
  return {
    ...still,
    covariance: x,
    force: force!,
    thirdDerivatives: h.length,
    residual: solution.residuals.relative,
  };
}

/** tr(HΣH), the part of the mean squared gradient norm that oscillations make; `images` are HU. */
export function gradientVariance(
  { covariance, indices }: Oscillation,
  images: readonly Float32Array[],
): number {
  const critical = indices.map((i) => images[i]!);
  return frobenius(covariance, gram(critical, critical));
}

/** Eigenvalues of X, descending. */
export function variances({ covariance }: Oscillation): Float64Array {
  const finite = Number.isFinite(covariance.trace());
  return finite
    ? symmetricEigen(covariance).values
    : new Float64Array(covariance.rows).fill(Number.NaN);
}
