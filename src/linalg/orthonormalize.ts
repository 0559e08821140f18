/**
 * Orthonormal bases of blocks of long vectors by SVQB (Stathopoulos & Wu, "A block
 * orthogonalization procedure with constant synchronization requirements", SIAM J. Sci. Comput.
 * 23, 2002): all inner products first, then a small eigenproblem, then one combination.
 */
import { Matrix } from "ml-matrix";
import { combine, gram, symmetricGram } from "./blocks.js";
import { symmetricEigen, symmetrized } from "./dense.js";

/** Of the sum of squares: a direction below it is float32 rounding (1e-6 of a column's length). */
const negligible = 1e-12;
/** Least share of squared length that may survive a pass if the pass is to count as accurate. */
const wellConditioned = 0.01;
const passes = 3;

/**
 * T with Tᵀ G T = I, G a Gram matrix; directions that are dependent up to rounding are dropped, so
 * T may have fewer columns than rows. Columns with a zero or negative squared length are dropped.
 */
export function whitening(squares: Matrix): { transform: Matrix; condition: number } {
  const kept = diagonalIndices(squares).filter((i) => squares.get(i, i) > 0);
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
export function orthonormalize(
  columns: readonly Float32Array[],
  against: readonly Float32Array[],
): Float32Array[] {
  let block = [...columns];
  for (let pass = 0; pass < passes; pass++) {
    const overlaps = gram(against, block);
    const squares = symmetricGram(block, block);
    const usable = diagonalIndices(squares).filter((i) => {
      const square = squares.get(i, i);
      return Number.isFinite(square) && square > 0;
    });
    if (usable.length === 0) return [];
    const inside = overlaps.subMatrixColumn(usable);
    const before = squares.selection(usable, usable);
    const projected =
      against.length === 0 ? before : Matrix.sub(before, inside.transpose().mmul(inside));

    let surviving = 1;
    for (let i = 0; i < usable.length; i++) {
      const share = projected.get(i, i) / before.get(i, i);
      // Nothing but rounding is left: the column lies in the span of `against`.
      if (share < negligible) projected.set(i, i, 0);
      else surviving = Math.min(surviving, share);
    }
    const { transform, condition } = whitening(symmetrized(projected));
    const basis = usable.map((i) => block[i]!);
    // One combination does both: (W − QQᵀW)T.
    block =
      against.length === 0
        ? combine(basis, transform)
        : combine([...basis, ...against], stack(transform, inside.mmul(transform).mul(-1)));
    if (block.length === 0 || Math.min(surviving, condition) >= wellConditioned) return block;
  }
  return block;
}

function diagonalIndices(matrix: Matrix): number[] {
  return Array.from({ length: matrix.rows }, (_, i) => i);
}

function stack(top: Matrix, bottom: Matrix): Matrix {
  const result = new Matrix(top.rows + bottom.rows, top.columns);
  result.setSubMatrix(top, 0, 0);
  result.setSubMatrix(bottom, top.rows, 0);
  return result;
}
