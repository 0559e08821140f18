/** What is timed of each case, how the engine does it, and what is to be reached. */
import type { Objective } from "../src/engine/index.js";
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
  {
    name: "product, new weights",
    asked: { kind: "products", count: 1, fresh: true },
    work: { passes: 1, products: 1 },
    goals: once,
    prepare: (objective, weights, vectors) => () =>
      objective.at(weights).products(vectors.slice(0, 1)),
  },
  {
    name: `third derivatives of ${k}, new weights`,
    asked: { kind: "third", count: k, fresh: true },
    work: { passes: 1, thirdDerivativesOf: k },
    goals: all,
    prepare: (objective, weights, vectors) => async () =>
      (await objective.at(weights).thirdDerivatives(vectors.slice(0, k))).flat(),
  },
];

function products(name: string, count: number, goals: Figure["goals"]): Figure {
  return {
    name,
    asked: { kind: "products", count, fresh: false },
    work: { products: count },
    goals,
    prepare(objective, weights, vectors) {
      const point = objective.at(weights);
      return () => point.products(vectors.slice(0, count));
    },
  };
}

function third(name: string, count: number, goals: Figure["goals"]): Figure {
  return {
    name,
    asked: { kind: "third", count, fresh: false },
    work: { thirdDerivativesOf: count },
    goals,
    prepare(objective, weights, vectors) {
      const point = objective.at(weights);
      return async () => (await point.thirdDerivatives(vectors.slice(0, count))).flat();
    },
  };
}
