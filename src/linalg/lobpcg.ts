/**
 * The largest eigenpairs of P^{-1/2} H P^{-1/2} by block LOBPCG (Knyazev, "Toward the optimal
 * preconditioned eigensolver", SIAM J. Sci. Comput. 23, 2001): Rayleigh–Ritz on Ritz vectors X,
 * residuals W and conjugate directions, over and over.
 *
 * Products with H are what it costs, so images under A are kept for the whole basis and carried
 * along by the same small matrices: an iteration multiplies only the residuals of pairs that have
 * not converged (soft locking: converged pairs stay in the basis, but add no direction). Carried
 * images drift by a rounding an iteration; they are computed anew every `refreshInterval`
 * iterations, and before the end wherever drift could matter at the tolerance.
 */
import { Matrix } from "ml-matrix";
import { combine, symmetricGram } from "./blocks.js";
import { norm } from "./dot.js";
import { type EffectiveOperator, effectiveOperator, isPositive } from "./effective.js";
import type { Eigenpairs, EigenRequest, NotFinite } from "./eigenpairs.js";
import { orthonormalize } from "./orthonormalize.js";
import { randomVector } from "./random.js";
import {
  type Block,
  conjugateCoordinates,
  emptyBlock,
  joined,
  largestRitzPairs,
  projectedOperator,
  type Ritz,
} from "./rayleigh-ritz.js";
import { stagnationTest } from "./stagnation.js";
import { roundoffOf, single, type Vector, zerosLike } from "./vector.js";

const refreshInterval = 20;

/** The `count` largest eigenpairs. Deterministic: equal requests give equal bytes. */
export async function largestEigenpairs(request: EigenRequest): Promise<Eigenpairs | NotFinite> {
  if (!isPositive(request.preconditioner)) {
    return { outcome: "not finite", source: "preconditioner", products: 0, iterations: 0 };
  }
  const operator = effectiveOperator(request.operator, request.preconditioner);
  const count = Math.min(request.count, request.size);
  // A basis of 3k vectors would span everything: n products give the whole matrix, exactly.
  return request.size <= 3 * count
    ? solveDense(request, operator, count)
    : iterate(request, operator, count);
}

interface Pairs extends Block {
  readonly values: Float64Array;
}

/** Conjugate directions to be formed from the last basis, should another iteration need them. */
interface Pending {
  readonly basis: Block;
  readonly projected: Matrix;
  readonly ritz: Ritz;
}

async function iterate(
  request: EigenRequest,
  operator: EffectiveOperator,
  count: number,
): Promise<Eigenpairs | NotFinite> {
  const { tolerance = 1e-5, iterations: limit = 200, like = single } = request;
  const roundoff = roundoffOf(like);
  const toleranceOf = typeof tolerance === "number" ? () => tolerance : tolerance;
  let iterations = 0;
  /** Iterations since X's images were products, not combinations. */
  let age = 0;
  /** Largest ‖A y‖ of a unit vector seen: ‖A‖ from below. */
  let scale = 0;
  let pending: Pending | undefined;
  const isStagnant = stagnationTest(roundoff);
  let stuck = false;
  const notFinite = (): NotFinite => ({
    outcome: "not finite",
    source: "operator",
    products: operator.products(),
    iterations,
  });
  /** The block with its images; undefined when some are not finite. */
  const multiply = async (vectors: readonly Vector[]): Promise<Block | undefined> => {
    const images = vectors.length === 0 ? [] : await operator.apply(vectors);
    for (const image of images) scale = Math.max(scale, norm(image));
    return Number.isFinite(scale) ? { vectors, images } : undefined;
  };

  const started = await startingBlock(request, operator, count, multiply);
  if (!started) return notFinite();
  let pairs = rotated(started);

  for (;;) {
    const { residuals, norms, thresholds, active } = assessed(pairs, toleranceOf, roundoff * scale);
    stuck ||= isStagnant(pairs.values, norms, thresholds, scale);

    let outcome: Eigenpairs["outcome"] | undefined;
    if (active.length === 0) outcome = "converged";
    else if (stuck) outcome = "stagnated";
    else if (iterations >= limit) outcome = "iteration limit";

    const drift = age * roundoff * scale;
    const trusted = outcome === "converged" ? 10 * drift <= Math.min(...thresholds) : age === 0;
    if (outcome && trusted) {
      return {
        outcome,
        values: pairs.values,
        vectors: operator.overRoot(pairs.vectors),
        images: operator.timesRoot(pairs.images),
        residuals: norms,
        products: operator.products(),
        iterations,
      };
    }
    if (outcome || age >= refreshInterval) {
      const fresh = await multiply(orthonormalize(pairs.vectors, []));
      if (!fresh) return notFinite();
      pairs = rotated(fresh);
      pending = undefined;
      age = 0;
      continue;
    }

    const kept = withConjugates(pairs, pending, active);
    const directions = orthonormalize(
      active.map((i) => residuals[i]!),
      kept.block.vectors,
    );
    if (directions.length === 0) {
      stuck = true;
      continue;
    }
    const fresh = await multiply(directions);
    if (!fresh) return notFinite();
    const basis = joined(kept.block, fresh);
    const projected = projectedOperator(kept.block, kept.projected, fresh);
    const ritz = largestRitzPairs(projected, count);
    pairs = inCoordinates(basis, ritz);
    pending = { basis, projected, ritz };
    iterations += 1;
    age += 1;
  }
}

/** Orthonormal vectors to start from with their images: the given ones, then random ones. */
async function startingBlock(
  request: EigenRequest,
  operator: EffectiveOperator,
  count: number,
  multiply: (vectors: readonly Vector[]) => Promise<Block | undefined>,
): Promise<Block | undefined> {
  const { start, exploration = 0, seed = 0, size, like } = request;
  const given = operator.timesRoot(start?.vectors.slice(0, count) ?? []);
  let known = emptyBlock;
  let fresh: Vector[] = [];
  if (start?.images) {
    known = { vectors: given, images: operator.overRoot(start.images.slice(0, count)) };
  } else {
    const last = given.pop();
    if (last)
      given.push(
        exploration > 0 ? mixed(last, randomVector(size, seed, 0, like), exploration) : last,
      );
    fresh = orthonormalize(given, []);
  }
  for (let stream = 0; known.vectors.length + fresh.length < count; stream++) {
    const missing = count - known.vectors.length - fresh.length;
    // Streams go on where the given vectors end, so a growing block meets new ones.
    const drawn = Array.from({ length: missing }, (_, i) =>
      randomVector(size, seed, count * stream + count - missing + i, like),
    );
    const basis = [...known.vectors, ...fresh];
    fresh = [...fresh, ...orthonormalize(drawn, basis)];
  }
  const block = await multiply(fresh);
  return block && joined(known, block);
}

/** `vector` plus a vector of the given length along `direction`. */
function mixed(vector: Vector, direction: Vector, length: number): Vector {
  const factor = length / norm(direction);
  const result = zerosLike(vector);
  for (let i = 0; i < result.length; i++) result[i] = vector[i]! + factor * direction[i]!;
  return result;
}

/** Rayleigh–Ritz within a block. */
function rotated(block: Block): Pairs {
  const projected = symmetricGram(block.vectors, block.images);
  return inCoordinates(block, largestRitzPairs(projected, block.vectors.length));
}

function inCoordinates(basis: Block, ritz: Ritz): Pairs {
  return {
    values: ritz.values,
    vectors: combine(basis.vectors, ritz.coordinates),
    images: combine(basis.images, ritz.coordinates),
  };
}

/** [X, conjugate directions of the active pairs] and its projected operator. */
function withConjugates(
  pairs: Pairs,
  pending: Pending | undefined,
  active: readonly number[],
): { block: Block; projected: Matrix } {
  const ritzPart = Matrix.diag(pairs.values);
  if (!pending) return { block: pairs, projected: ritzPart };
  const { basis, projected, ritz } = pending;
  const coordinates = conjugateCoordinates(ritz, pairs.values.length, active);
  const conjugates: Block = {
    vectors: combine(basis.vectors, coordinates),
    images: combine(basis.images, coordinates),
  };
  // XᵀA(conjugates) = ΛQᵀD vanishes: D was made orthogonal to Q.
  const width = pairs.values.length + coordinates.columns;
  const whole = Matrix.zeros(width, width);
  whole.setSubMatrix(ritzPart, 0, 0);
  whole.setSubMatrix(
    coordinates.transpose().mmul(projected).mmul(coordinates),
    pairs.values.length,
    pairs.values.length,
  );
  return { block: joined(pairs, conjugates), projected: whole };
}

/** Residuals A x - λ x, and which pairs they keep active. */
function assessed(
  pairs: Pairs,
  toleranceOf: (value: number, index: number) => number,
  least: number,
) {
  const residuals = residualVectors(pairs);
  const norms = Float64Array.from(residuals, norm);
  const thresholds = pairs.images.map((image, i) => {
    const value = pairs.values[i]!;
    return Math.max(toleranceOf(value, i) * (norm(image) + Math.abs(value)), least);
  });
  const active = [...norms.keys()].filter((i) => norms[i]! > thresholds[i]!);
  return { residuals, norms, thresholds, active };
}

function residualVectors(pairs: Pairs): Vector[] {
  return pairs.vectors.map((vector, j) => {
    const value = pairs.values[j]!;
    const image = pairs.images[j]!;
    const residual = zerosLike(vector);
    for (let i = 0; i < residual.length; i++) residual[i] = image[i]! - value * vector[i]!;
    return residual;
  });
}

/** All of A from its products with the unit vectors, and its eigenpairs in float64. */
async function solveDense(
  request: EigenRequest,
  operator: EffectiveOperator,
  count: number,
): Promise<Eigenpairs | NotFinite> {
  const vectors = Array.from({ length: request.size }, (_, i) => {
    const unit = zerosLike(request.like ?? single, request.size);
    unit[i] = 1;
    return unit;
  });
  const images = await operator.apply(vectors);
  const products = operator.products();
  if (!images.every((image) => Number.isFinite(norm(image)))) {
    return { outcome: "not finite", source: "operator", products, iterations: 0 };
  }
  const ritz = largestRitzPairs(symmetricGram(vectors, images), count);
  const pairs = inCoordinates({ vectors, images }, ritz);
  return {
    outcome: "converged",
    values: pairs.values,
    vectors: operator.overRoot(pairs.vectors),
    images: operator.timesRoot(pairs.images),
    residuals: Float64Array.from(residualVectors(pairs), norm),
    products,
    iterations: 0,
  };
}
