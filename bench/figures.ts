/** What is timed of each case, how the engine does it, and what is to be reached. */
import type { Objective, Point } from "../src/engine/index.js";
import type { Work } from "./arithmetic.js";

/** `fresh`: at weights that nothing is known of. Otherwise the gradient was taken there before. */
export interface Asked {
  readonly kind: "gradient" | "products" | "third" | "square";
  /** Of vectors; of rows and columns of a square. */
  readonly count: number;
  readonly fresh: boolean;
}

export interface Figure {
  readonly name: string;
  /** What a peer is asked for. */
  readonly asked: Asked;
  /** What it needs of matrix products at least. */
  readonly work: Work;
  /** How many times as fast as a peer it is to be. */
  readonly goals: (small: boolean) => { readonly jax: number; readonly torch: number };
  /**
   * The thing to time; it answers a list of flat vectors.
   */
  prepare(
    objective: Objective,
    weights: Float32Array,
    vectors: readonly Float32Array[],
  ): () => Promise<readonly Float32Array[]>;
}

const once = (small: boolean) => ({ jax: 1, torch: small ? 5 : 2 });
const all = () => ({ jax: 2, torch: 10 });

/** k vectors of the critical eigenvalues that a flow typically has. */
export const k = 3;

export const figures: readonly Figure[] = [
  {
    name: "gradient",
    asked: { kind: "gradient", count: 0, fresh: true },
    work: { gradients: 1 },
    goals: once,
    prepare: (objective, weights) => async () => {
      const { loss, gradient } = await objective.at(weights).lossAndGradient();
      return [Float32Array.of(loss), gradient];
    },
  },
  products("product", 1, once),
  products(`${k} products`, k, once),
  third("third derivative", 1, once),
  third(`third derivatives of ${k}`, k, all),
  products("product, new weights", 1, once, true),
  third(`third derivatives of ${k}, new weights`, k, all, true),
];

/** @param fresh  whether the pass that gives the gradient is part of it */
function products(name: string, count: number, goals: Figure["goals"], fresh = false): Figure {
  return {
    name,
    asked: { kind: "products", count, fresh },
    work: { products: count, ...(fresh && { passes: 1 }) },
    goals,
    prepare(objective, weights, vectors) {
      const point = points(objective, weights, fresh);
      return () => point().products(vectors.slice(0, count));
    },
  };
}

function third(name: string, count: number, goals: Figure["goals"], fresh = false): Figure {
  return {
    name,
    asked: { kind: "third", count, fresh },
    work: { thirdDerivativesOf: count, ...(fresh && { passes: 1 }) },
    goals,
    prepare(objective, weights, vectors) {
      const point = points(objective, weights, fresh);
      return async () => (await point().thirdDerivatives(vectors.slice(0, count))).flat();
    },
  };
}

/** A new point every time, or the same. */
function points(objective: Objective, weights: Float32Array, fresh: boolean): () => Point {
  if (fresh) return () => objective.at(weights);
  const point = objective.at(weights);
  return () => point;
}
