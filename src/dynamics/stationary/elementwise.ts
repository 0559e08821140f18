/**
 * RMSProp with its ν at rest: P̄ of the convex program (`preconditioner.ts`), and oscillations of the
 * covariance that its multiplier Z says, Σ = ½η²Z = ¼η²WWᵀ: the one under which ν̄ stays where it is,
 * ν̄ = g² + diag(HΣH) (arXiv:2410.24206; the identification by the program's KKT conditions).
 */
import { Matrix } from "ml-matrix";
import type { Point } from "../../engine/objective.js";
import { combine } from "../../linalg/blocks.js";
import { type Vector, zerosLike } from "../../linalg/vector.js";
import { StepFailure } from "../../runtime/step.js";
import type { Equilibrium } from "./equilibrium.js";
import { stationaryNu, stationaryPreconditioner } from "./preconditioner.js";

export interface ElementwiseProblem {
  readonly point: Point<Vector>;
  readonly gradient: Vector;
  readonly learningRate: number;
  /** Relative duality gap to which the program is solved. */
  readonly tolerance: number;
  /** What a problem nearby ended with. */
  readonly start: Factor;
}

/** Where a next solve starts from: W, without columns for none, and its guard. */
export interface Factor {
  readonly factor: readonly Vector[];
  readonly guard: Vector | undefined;
}

export interface ElementwiseEquilibrium extends Equilibrium, Factor {
  /** Hessian-vector products spent. */
  readonly products: number;
}

/** Throws a `StepFailure` where the program can't be solved to the tolerance. */
export async function elementwiseEquilibrium(
  problem: ElementwiseProblem,
): Promise<ElementwiseEquilibrium> {
  const { point, gradient, learningRate, tolerance, start } = problem;
  const found = await stationaryPreconditioner(point.products, gradient, learningRate, {
    tolerance,
    // A solve before this one left a guard, though maybe no column: nothing oscillated.
    ...(start.guard && { start: start.factor, guard: start.guard }),
  });
  if (found.outcome === "not finite") return notFinite(gradient, found.products);
  const { preconditioner, factor, guard, products } = found;
  const { gap } = found.certificate;
  if (found.outcome === "inexact") {
    throw new StepFailure(
      `the stationary preconditioner is known to ${gap.toPrecision(2)} only, not to ${tolerance}`,
      "allow a larger gap: stationary { tolerance = … }",
    );
  }
  const moments = stationaryNu(preconditioner, learningRate);
  const share = learningRate ** 2 / 4;
  let [excess, trace, variance] = [0, 0, 0];
  for (let i = 0; i < gradient.length; i++) {
    let square = 0;
    for (const column of factor) square += column[i]! ** 2;
    // ½⟨H, Σ⟩ = tr(PΣ), since Σ is where H = 2P.
    excess += preconditioner[i]! * share * square;
    trace += share * square;
    variance += moments[i]! - gradient[i]! ** 2;
  }
  // For each column alone: Σ is a sum over columns, no pairs of them.
  const derivatives: Vector[] = [];
  for (const column of factor) {
    const [[own]] = (await point.thirdDerivatives([column])) as [[Vector]];
    derivatives.push(own);
  }
  const coefficients = derivatives.map(() => share / 2);
  const [force] = combine([gradient, ...derivatives], Matrix.columnVector([1, ...coefficients]));
  return {
    preconditioner,
    moments,
    force: force!,
    excess,
    variance,
    trace,
    critical: factor.length,
    thirdDerivatives: factor.length,
    error: gap,
    factor,
    guard,
    products,
  };
}

function notFinite(gradient: Vector, products: number): ElementwiseEquilibrium {
  const nan = Number.NaN;
  return {
    preconditioner: zerosLike(gradient).fill(nan),
    moments: new Float64Array(gradient.length).fill(nan),
    force: zerosLike(gradient).fill(nan),
    excess: nan,
    variance: nan,
    trace: nan,
    critical: 0,
    thirdDerivatives: 0,
    error: nan,
    factor: [],
    guard: undefined,
    products,
  };
}
