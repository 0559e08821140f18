/**
 * Landscapes whose derivatives are known exactly: polynomials, evaluated in float64. A term such as
 * `[0.5, "yxx"]` is ½·y·x·x; derivatives come from the product rule over its factors.
 */
import type { Objective } from "../../src/engine/objective.js";

export type Term = readonly [coefficient: number, factors: string];

export interface Polynomial {
  /** Number of variables. */
  readonly size: number;
  value(w: ArrayLike<number>): number;
  gradient(w: ArrayLike<number>): Float64Array;
  /** H v. */
  product(w: ArrayLike<number>, v: ArrayLike<number>): Float64Array;
  /** ∇(uᵀHv). */
  third(w: ArrayLike<number>, u: ArrayLike<number>, v: ArrayLike<number>): Float64Array;
}

/** `variables` names the coordinates in order, a letter each. */
export function polynomial(variables: string, terms: readonly Term[]): Polynomial {
  const size = variables.length;
  const parsed = terms.map(([coefficient, letters]) => ({
    coefficient,
    factors: [...letters].map((letter) => {
      const index = variables.indexOf(letter);
      if (index < 0) throw new Error(`'${letter}' is not among the variables '${variables}'`);
      return index;
    }),
  }));

  /**
   * The derivative with one factor free and one replaced by each of `along`, in all ways: with
   * none the gradient, with one H v, with two ∇(uᵀHv).
   */
  function derivative(w: ArrayLike<number>, along: readonly ArrayLike<number>[]): Float64Array {
    const result = new Float64Array(size);
    for (const { coefficient, factors } of parsed) {
      factors.forEach((free, i) => {
        const rest = factors.toSpliced(i, 1);
        result[free]! += coefficient * replaced(rest, w, along);
      });
    }
    return result;
  }

  return {
    size,
    value: (w) =>
      parsed.reduce((sum, { coefficient, factors }) => {
        return sum + coefficient * replaced(factors, w, []);
      }, 0),
    gradient: (w) => derivative(w, []),
    product: (w, v) => derivative(w, [v]),
    third: (w, u, v) => derivative(w, [u, v]),
  };
}

/** The product of factors at w, with one replaced by each direction in turn, summed over all ways. */
function replaced(
  factors: readonly number[],
  w: ArrayLike<number>,
  along: readonly ArrayLike<number>[],
): number {
  const [direction, ...others] = along;
  if (!direction) return factors.reduce((product, factor) => product * w[factor]!, 1);
  return factors.reduce(
    (sum, factor, i) => sum + direction[factor]! * replaced(factors.toSpliced(i, 1), w, others),
    0,
  );
}

export interface CountingObjective extends Objective {
  /** Hessian-vector products and third derivatives so far. */
  readonly spent: { products: number; thirdDerivatives: number };
}

/** As an engine gives it: everything rounded to float32 at the end, and only there. */
export function objectiveOf(landscape: Polynomial): CountingObjective {
  const spent = { products: 0, thirdDerivatives: 0 };
  return {
    size: landscape.size,
    spent,
    at(given) {
      const w = Float32Array.from(given);
      return {
        async lossAndGradient() {
          const loss = Math.fround(landscape.value(w));
          return { loss, gradient: Float32Array.from(landscape.gradient(w)) };
        },
        async products(vectors) {
          spent.products += vectors.length;
          return vectors.map((v) => Float32Array.from(landscape.product(w, v)));
        },
        async thirdDerivatives(vectors) {
          spent.thirdDerivatives += (vectors.length * (vectors.length + 1)) / 2;
          return vectors.map((u, i) =>
            vectors.slice(0, i + 1).map((v) => Float32Array.from(landscape.third(w, u, v))),
          );
        },
      };
    },
    dispose: async () => {},
  };
}
