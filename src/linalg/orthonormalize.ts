/**
 * Orthonormal bases of blocks of long vectors by SVQB (Stathopoulos & Wu, "A block
 * orthogonalization procedure with constant synchronization requirements", SIAM J. Sci. Comput.
 * 23, 2002): all inner products first, then a small eigenproblem, then one combination.
 */
import { Matrix } from "ml-matrix";
import { combine, gram, symmetricGram } from "./blocks.js";
import { symmetricEigen } from "./dense.js";
import { norm } from "./dot.js";
import type { Vector } from "./vector.js";

/** Of the sum of squares: a direction below it is float32 rounding (1e-6 of a column's length). */
const negligible = 1e-12;
/** Least share of squared length that may survive a pass if the pass is to count as accurate. */
const wellConditioned = 0.01;
const passes = 3;

/**
 * T with Tᵀ G T = I for a Gram matrix G. Directions that are zero or dependent up to rounding are
 * dropped, so T may have fewer columns than rows. `condition` is the least of the kept eigenvalues
 * of G, its diagonal scaled to 1, over the largest.
 */
export function whitening(squares: Matrix): { transform: Matrix; condition: number } {
  const kept = [...Array(squares.rows).keys()].filter((i) => squares.get(i, i) > 0);
  const scale = kept.map((i) => 1 / Math.sqrt(squares.get(i, i)));
  const scaled = new Matrix(kept.length, kept.length);
  kept.forEach((i, a) => {
    kept.forEach((j, b) => {
      scaled.set(a, b, squares.get(i, j) * scale[a]! * scale[b]!);
    });
  });
  const { values, vectors } = symmetricEigen(scaled);
  const rank = values.filter((value) => value > negligible * values[0]!).length;
  const transform = Matrix.zeros(squares.rows, rank);
  for (let c = 0; c < rank; c++) {
    const root = Math.sqrt(values[c]!);
    kept.forEach((i, a) => {
      transform.set(i, c, (vectors.get(a, c) * scale[a]!) / root);
    });
  }
  const condition = rank === 0 ? 1 : values[rank - 1]! / values[0]!;
  return { transform, condition };
}

/**
 * An orthonormal basis of span(columns) minus span(against), to float32. `against` must be
 * orthonormal. The basis has fewer columns than the block where some depend on the others or on
 * `against`; columns that are zero or not finite are left out.
 */
export function orthonormalize(columns: readonly Vector[], against: readonly Vector[]): Vector[] {
  let block = columns.filter((column) => Number.isFinite(norm(column)));
  for (let pass = 0; pass < passes; pass++) {
    const before = block.map(norm);
    const rest = without(block, against);
    const after = rest.map(norm);
    const shares = after.map((length, i) => (length / before[i]!) ** 2);
    // What rounding alone may leave of a column, or of zero, is no direction.
    const kept = [...shares.keys()].filter((i) => shares[i]! > negligible);
    if (kept.length === 0) return [];
    const outside = kept.map((i) => rest[i]!);
    const { transform, condition } = whitening(symmetricGram(outside, outside));
    block = combine(outside, transform);
    if (Math.min(condition, ...kept.map((i) => shares[i]!)) >= wellConditioned) break;
  }
  return block;
}

/** W - QQᵀW. */
function without(block: readonly Vector[], against: readonly Vector[]): readonly Vector[] {
  if (against.length === 0) return block;
  const width = block.length;
  const coefficients = Matrix.zeros(width + against.length, width);
  coefficients.setSubMatrix(Matrix.eye(width), 0, 0);
  coefficients.setSubMatrix(gram(against, block).mul(-1), width, 0);
  return combine([...block, ...against], coefficients);
}
