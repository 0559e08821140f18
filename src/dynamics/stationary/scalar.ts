/**
 * Scalar RMSProp with its ν at rest (arXiv:2410.24206, the scalar stationary flow): √ν̄ = max(‖g‖, ηS/2),
 * and oscillations make up for what the gradient lacks, tr(HΣH) = ν̄ − ‖g‖². One critical
 * eigenvalue carries all of that. Several share it so that their eigenvalues stay together at the
 * top: with UᵀPU = I, Σ = UXUᵀ and HU = 2PU, X has the trace (ν̄ − ‖g‖²)/4P and
 *   X ⟂ diag(2 − λ)/Δt + ⟨hᵢⱼ, P⁻¹g⟩ + ½⟨hᵢⱼ, P⁻¹hₖₗ⟩X − (the rate of 2P) I ⪰ 0,   hᵢⱼ = ∇(uᵢᵀHuⱼ),
 * the central flow's conditions in the limit of an infinitely fast ν, where P follows at any rate.
 */
import { Matrix } from "ml-matrix";
import type { Point } from "../../engine/objective.js";
import { gram } from "../../linalg/blocks.js";
import { dot } from "../../linalg/dot.js";
import { solveWithTrace } from "../../linalg/fixed-trace.js";
import { svecEntries, toSvecMap } from "../../linalg/svec.js";
import type { Vector } from "../../linalg/vector.js";
import { forceOf } from "../oscillation.js";
import type { Equilibrium } from "./equilibrium.js";
import { scalarStationaryNu } from "./preconditioner.js";

export interface ScalarProblem {
  readonly point: Point<Vector>;
  readonly gradient: Vector;
  readonly learningRate: number;
  /** Top eigenvalues of H, descending, and orthonormal eigenvectors. */
  readonly values: Float64Array;
  readonly vectors: readonly Vector[];
  /** Eigenvalues of P⁻¹H above this share the oscillations. */
  readonly critical: number;
  /** Time in which eigenvalues that fell behind or went ahead are brought together. */
  readonly dt: number;
}

export async function scalarEquilibrium(problem: ScalarProblem): Promise<Equilibrium> {
  const { point, gradient, learningRate, values, vectors, critical, dt } = problem;
  const squared = dot(gradient, gradient);
  const [sharpness = 0] = values;
  const nu = scalarStationaryNu(Math.sqrt(squared), sharpness, learningRate);
  const p = Math.sqrt(nu) / learningRate;
  const still = { preconditioner: p, moments: Float64Array.of(nu), force: gradient };
  const trace = (nu - squared) / (4 * p);
  const indices = trace > 0 ? [...values.keys()].filter((i) => values[i]! / p > critical) : [];
  const k = indices.length;
  if (k === 0) {
    return {
      ...still,
      excess: 0,
      variance: 0,
      trace: 0,
      critical: 0,
      thirdDerivatives: 0,
      error: 0,
    };
  }
  const u = indices.map((i) => vectors[i]!.map((value) => value / Math.sqrt(p)));
  const derivatives = await point.thirdDerivatives(u);
  const entries = svecEntries(k);
  const h = entries.map(({ i, j }) => derivatives[i]![j]!);
  const offset = Matrix.zeros(k, k);
  entries.forEach(({ i, j }, e) => {
    const change = dot(h[e]!, gradient) / p + (i === j ? (2 - values[indices[i]!]! / p) / dt : 0);
    offset.set(i, j, change);
    offset.set(j, i, change);
  });
  const operator = toSvecMap(gram(h, h).mul(0.5 / p), entries, 1);
  const solution = solveWithTrace({ offset, operator }, trace);
  if (solution.outcome === "not finite") return { ...notFinite(still), critical: k };
  return {
    ...still,
    force: forceOf(gradient, h, solution.x),
    excess: trace,
    variance: nu - squared,
    trace: trace / p,
    critical: k,
    thirdDerivatives: h.length,
    error: solution.residual,
  };
}

function notFinite<T extends object>(still: T) {
  const nan = Number.NaN;
  return { ...still, excess: nan, variance: nan, trace: nan, thirdDerivatives: 0, error: nan };
}
