/**
 * The pencil (H, P) as one symmetric operator. With y = P^{1/2} u, H u = λ P u becomes A y = λ y
 * for A = P^{-1/2} H P^{-1/2}; orthonormal y are P-orthonormal u, and the Euclidean norm of
 * A y - λ y is the norm of H u - λ P u induced by P⁻¹. Iterations run on y and see only A.
 */
import type { BlockOperator, Preconditioner } from "./operator.js";
import type { Vector } from "./vector.js";

export interface EffectiveOperator {
  /** A y for each y. */
  apply(block: readonly Vector[]): Promise<Vector[]>;
  /** Products with H so far, counted in columns. */
  products(): number;
  /** P^{1/2} x: from u to y, and from A y to H u. */
  timesRoot(block: readonly Vector[]): Vector[];
  /** P^{-1/2} x: from y to u, and from H u to A y. */
  overRoot(block: readonly Vector[]): Vector[];
}

export function effectiveOperator(
  operator: BlockOperator,
  preconditioner: Preconditioner,
): EffectiveOperator {
  let products = 0;
  const count = (block: readonly Vector[]) => {
    products += block.length;
    return operator(block);
  };
  if (typeof preconditioner === "number") {
    const root = Math.sqrt(preconditioner);
    return {
      // A = H/P: one scaling, of products that are our own.
      apply: async (block) => scale(await count(block), 1 / preconditioner),
      products: () => products,
      timesRoot: (block) => scaled(block, root),
      overRoot: (block) => scaled(block, 1 / root),
    };
  }
  const root = Float64Array.from(preconditioner, Math.sqrt);
  const inverse = root.map((value) => 1 / value);
  return {
    apply: async (block) => weigh(await count(weighted(block, inverse)), inverse),
    products: () => products,
    timesRoot: (block) => weighted(block, root),
    overRoot: (block) => weighted(block, inverse),
  };
}

/** P^{-1/2} exists: every entry of P is finite and positive. */
export function isPositive(preconditioner: Preconditioner): boolean {
  const valid = (value: number) => value > 0 && value < Number.POSITIVE_INFINITY;
  return typeof preconditioner === "number" ? valid(preconditioner) : preconditioner.every(valid);
}

function scaled(block: readonly Vector[], factor: number): Vector[] {
  return scale(copies(block), factor);
}

function weighted(block: readonly Vector[], weights: Float64Array): Vector[] {
  return weigh(copies(block), weights);
}

function copies(block: readonly Vector[]): Vector[] {
  return block.map((column) => column.slice());
}

// In place, and in plain loops: `map` on typed arrays calls a function an entry, which costs ten
// times as much.

function scale(block: Vector[], factor: number): Vector[] {
  for (const column of block) for (let i = 0; i < column.length; i++) column[i]! *= factor;
  return block;
}

function weigh(block: Vector[], weights: Float64Array): Vector[] {
  for (const column of block) for (let i = 0; i < column.length; i++) column[i]! *= weights[i]!;
  return block;
}
