/**
 * Flows with oscillations at the edge of stability (arXiv:2410.24206):
 *   dw/dt = −P⁻¹[∇L + ½ ∇⟨H, Σ⟩],   ds/dt = f(s, ∇L) + ½ ∂²f/∂g²[HΣH],
 * where Σ = U X Uᵀ is the covariance of the oscillations, supported on the critical eigenvectors U of
 * P⁻¹H and just large enough that none of their eigenvalues rises past 2 (`oscillation.ts`).
 *
 * Eigenvectors are solved for at the start of a step and their span is kept in its substeps. The
 * authors' discretization keeps the vectors themselves, and takes their Rayleigh quotients for the
 * eigenvalues; that drops what couples two close eigenvalues, and makes them chatter. `euler` and
 * `heun` solve within the span again, for no more products. `heun` follows the slope at the start
 * of a substep, then the mean of that and the slope where it ended, with oscillations such that the
 * eigenvalues end at 2 then: second order between the times at which eigenvalues turn critical.
 */
import { z } from "zod";
import { zerosLike } from "../../linalg/vector.js";
import { StepFailure } from "../../runtime/step.js";
import { eigenvalueSettings } from "../blocks/eigenvalues.js";
import { placesOf, predictedSquares } from "../coordinates.js";
import { commonRow, isFiniteRow } from "../observe.js";
import { advanced } from "../optimizers/optimizer.js";
import type { Displacement, Oscillation } from "../oscillation.js";
import type { Problem, Start } from "../problem.js";
import { type Spectrum, trackSpectrum } from "../spectrum.js";
import { observeStationarity } from "../stationarity.js";
import { type Basis, carriedOver, distance, stepAlong } from "../weights.js";
import { flowPosition, movedTo, savedPosition } from "./position.js";
import {
  commonSeries,
  type Process,
  type ProcessKind,
  readKept,
  type SavedState,
} from "./process.js";

export const edgeSettings = z.strictObject({
  method: z
    .enum(["authors", "euler", "heun"])
    .default("heun")
    .describe(
      "How it is discretized: `heun` of second order, at twice the cost a substep of the others, " +
        "`euler` of first, `authors` as the paper's code does, with eigenvectors that stay for a step.",
    ),
  substeps: z.int().positive().default(2).describe("Substeps a step; the paper's code takes 4."),
  certify: z
    .boolean()
    .default(false)
    .describe("Take every step with twice the substeps as well, and report the distance."),
  critical: z
    .number()
    .positive()
    .max(2)
    .default(1.95)
    .describe("Eigenvalues of the effective Hessian above this may carry oscillations."),
});

export const edgeSeries: ProcessKind["series"] = [
  ...commonSeries,
  { name: "predicted_loss", kind: "scalar", doc: "Predicted time average of the training loss." },
  {
    name: "predicted_grad_norm_sq",
    kind: "scalar",
    doc: "Predicted time average of the squared gradient norm.",
  },
  {
    name: "oscillation_variances",
    kind: "spectrum",
    doc: "Eigenvalues of the oscillations' covariance Σ relative to P, descending.",
  },
  {
    name: "oscillation_trace",
    kind: "scalar",
    doc: "Trace of Σ: the mean square of oscillations.",
  },
  {
    name: "predicted_grad_sq_coordinates",
    kind: "list",
    doc: "Predicted time average of the squared gradient at the weights that `coordinates` names.",
  },
  { name: "critical", kind: "scalar", doc: "Number of critical eigenvalues." },
  { name: "third_derivatives", kind: "scalar", doc: "Third derivatives ∇(uᵀHv) taken." },
  { name: "substeps", kind: "scalar", doc: "Substeps taken." },
  {
    name: "step_error",
    kind: "scalar",
    doc: "Distance over the step from the same step taken with twice the substeps, if certified.",
  },
  {
    name: "stationary_cosine",
    kind: "scalar",
    doc: "Cosine between RMSProp's ν and the stationary ν̄ of the weights.",
  },
  {
    name: "preconditioner_nu",
    kind: "list",
    doc: "RMSProp's ν, corrected for its bias, at the weights that `preconditioners` chooses.",
  },
  { name: "stationary_nu", kind: "list", doc: "The stationary ν̄ at these weights." },
  { name: "speed", kind: "scalar", doc: "Optimization speed gᵀP⁻¹g of the preconditioner." },
  { name: "speed_stationary", kind: "scalar", doc: "The same of the stationary preconditioner." },
  {
    name: "speed_first_term",
    kind: "scalar",
    doc: "The same of the least preconditioner that keeps the effective Hessian at 2.",
  },
  {
    name: "speed_gd",
    kind: "scalar",
    doc: "The same of gradient descent at its own edge; needs `eigenvalues { raw = 1 }`.",
  },
  {
    name: "complementarity_residual",
    kind: "scalar",
    doc: "Largest relative violation of the conditions that define Σ, over the step.",
  },
];

/**
 * In a step's substeps take part all eigenvalues that the flow asks to track, and those no farther
 * than this below the critical ones: what is lower doesn't get there within a step.
 */
const margin = 0.3;

/** These flows solve for eigenvalues on every step, whatever else the flow measures. */
export const readSolved: ProcessKind["reads"] = (blocks) => {
  const { preconditioners } = blocks;
  const { every: _, ...tracked } = eigenvalueSettings.parse(blocks.eigenvalues ?? {});
  return {
    eigenvalues: tracked,
    ...readKept(blocks),
    ...(preconditioners && { preconditioners }),
  };
};

/** @param regularize  whether oscillations move the weights, or the optimizer's state alone */
export async function beginAtEdge(
  problem: Problem,
  start: Start,
  saved: SavedState | undefined,
  { regularize }: { readonly regularize: boolean },
): Promise<Process> {
  // Loaded when a process begins: what only checks or plans does without.
  const { gradientVariance, principalDirections, solveOscillation, trace, variances } =
    await import("../oscillation.js");
  const { rayleighQuotients, ritzPairs } = await import("../../linalg/eigentracker.js");
  const { objective, optimizer } = problem;
  const { method, substeps, critical, certify } = edgeSettings.parse(problem.settings);
  const tracked = eigenvalueSettings.parse(problem.eigenvalues ?? {});
  // It needs every critical eigenvalue on every step, whatever else the flow measures.
  const above = Math.min(tracked.above, critical);
  const eigenvalues = { ...tracked, above, every: 1 };
  const lowest = Math.min(above, critical - margin);
  const spectrum = trackSpectrum({ ...problem, eigenvalues }, saved);
  const stationarity = observeStationarity(problem, saved);
  const places = problem.coordinates && placesOf(problem.coordinates, objective.size);
  let position = await flowPosition(problem, start, saved);
  let basis: Basis;
  let first: Oscillation;
  let work: Work;

  /** Solves anywhere but at the start of a step, within the span of its eigenvectors. */
  async function solve({ weights, state }: Start, dt: number, settled?: Displacement) {
    const point = objective.at(weights);
    const { gradient } = await point.lossAndGradient();
    const kept = carriedOver(basis, optimizer.preconditioner(state));
    work.hvps += kept.length;
    const pairs =
      method === "authors"
        ? { vectors: kept, values: await rayleighQuotients(point.products, kept) }
        : await ritzPairs(point.products, kept);
    const found = await solveOscillation({
      ...{ point, gradient, optimizer, state, critical, dt, regularize, ...pairs },
      ...(settled && { settled }),
    });
    return counted(found);
  }

  function counted(found: Oscillation): Oscillation {
    work.third_derivatives += found.thirdDerivatives;
    work.complementarity_residual = Math.max(work.complementarity_residual, found.residual);
    return found;
  }

  /** Along the flow for dt, with the oscillations that were solved for. */
  const moved = ({ weights, state }: Start, along: Oscillation, dt: number): Start => ({
    weights: stepAlong(weights, along.force, along.preconditioner, -dt),
    state: advanced(state, along.rate, dt),
  });

  /** One step from `from`, where `slope` was solved for. */
  async function integrate(from: Start, slope: Oscillation, count: number): Promise<Start> {
    const dt = 1 / count;
    let at = from;
    for (let substep = 0; substep < count; substep++) {
      const here = substep === 0 ? slope : await solve(at, dt);
      at = method === "heun" ? await corrected(at, here, dt) : moved(at, here, dt);
    }
    return at;
  }

  /** Half the way along the slope here, half along the one where it leads. */
  async function corrected(at: Start, here: Oscillation, dt: number): Promise<Start> {
    const settled = {
      weights: stepAlong(zerosLike(at.weights), here.force, here.preconditioner, dt / 2),
      moments: here.rate.map((rate) => (-dt / 2) * rate),
      time: -dt / 2,
    };
    const there = await solve(moved(at, here, dt), dt / 2, settled);
    return moved(moved(at, here, dt / 2), there, dt / 2);
  }

  return {
    weights: () => position.weights,
    directions: () => principalDirections(first, basis.vectors),
    async measure() {
      const { weights, state, step, stepNorm } = position;
      const point = objective.at(weights);
      const measured = await point.lossAndGradient();
      const preconditioner = optimizer.preconditioner(state);
      const seen = { step, stepNorm, ...measured, state, preconditioner };
      const row = await commonRow(problem, weights, seen);
      if (!isFiniteRow(row)) return row;
      const eigen = await spectrum.measure(point, step, preconditioner);
      const spectral = { ...row, ...eigen.columns };
      if (!isFiniteRow(spectral)) return spectral;
      assertAllSeen(eigen, critical);
      const taken = eigen.values.filter((value) => value > lowest).length;
      basis = { vectors: eigen.vectors.slice(0, taken), preconditioner };
      work = { hvps: eigen.products, third_derivatives: 0, complementarity_residual: 0 };
      const { gradient } = measured;
      const at = { point, gradient, optimizer, state, critical, dt: 1 / substeps, regularize };
      first = counted(await solveOscillation({ ...at, ...eigen }));
      const [sharpness] = (eigen.columns.hessian_eigenvalues ?? []) as readonly number[];
      const compared = await stationarity.measure({
        ...{ point, step, gradient, state, preconditioner, sharpness },
      });
      work.hvps += compared.products;
      return {
        ...spectral,
        ...compared.columns,
        // ½⟨H, Σ⟩ = tr X, since HU = 2PU and UᵀPU = I.
        predicted_loss: measured.loss + first.covariance.trace(),
        predicted_grad_norm_sq:
          (row.grad_norm_sq as number) + gradientVariance(first, eigen.images),
        oscillation_variances: variances(first),
        oscillation_trace: trace(first, eigen.vectors),
        ...(places && {
          predicted_grad_sq_coordinates: predictedSquares(
            places,
            gradient,
            first.covariance,
            first.indices.map((i) => eigen.images[i]!),
          ),
        }),
        critical: first.critical,
      };
    },
    async advance() {
      const end = await integrate(position, first, substeps);
      let error: number | null = null;
      if (certify) {
        const finer = await solve(position, 1 / (2 * substeps));
        const better = await integrate(position, finer, 2 * substeps);
        error = distance(end.weights, better.weights);
      }
      position = movedTo(end, position);
      return { ...work, substeps, step_error: error };
    },
    save() {
      const { tensors, values } = savedPosition(position, spectrum);
      return { tensors: [...tensors, ...stationarity.save()], values };
    },
  };
}

/** What a step costs and how well its problems were solved, in the names of its columns. */
interface Work {
  hvps: number;
  third_derivatives: number;
  complementarity_residual: number;
}

/** Oscillations that are left out would let their eigenvalues rise unseen. */
function assertAllSeen({ values, saturated }: Spectrum, critical: number): void {
  if (!saturated || values.at(-1)! <= critical) return;
  throw new StepFailure(
    `all ${values.length} tracked eigenvalues are above ${critical}, so there may be more of them`,
    `track more: eigenvalues { most = ${2 * values.length} }`,
  );
}
