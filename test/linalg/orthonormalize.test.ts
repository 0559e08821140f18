import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { combine, gram, symmetricGram } from "../../src/linalg/blocks.js";
import { norm } from "../../src/linalg/dot.js";
import { orthonormalize, whitening } from "../../src/linalg/orthonormalize.js";
import { randomVector } from "../../src/linalg/random.js";
import { randomMatrix } from "./matrices.js";

const n = 300;
/** Entries of a basis vector are rounded to 2⁻²⁴; a cosine of two adds up at most twice that. */
const rounding = 2 ** -22;
const drawn = (count: number, seed: number) =>
  Array.from({ length: count }, (_, i) => randomVector(n, seed, i));

test("an orthonormal basis of any block, off another basis", () => {
  const cases = fc.record({
    width: fc.integer({ min: 1, max: 6 }),
    against: fc.integer({ min: 0, max: 4 }),
    // Lengths and angles far from even: columns are this close to each other.
    angle: fc.integer({ min: 0, max: 4 }).map((power) => 10 ** -power),
    length: fc.integer({ min: -15, max: 15 }).map((power) => 10 ** power),
    seed: fc.integer(),
  });
  fc.assert(
    fc.property(cases, ({ width, against, angle, length, seed }) => {
      const basis = orthonormalize(drawn(against, seed), []);
      const common = randomVector(n, seed, 20);
      const columns = drawn(width, seed + 1).map((column, j) =>
        column.map((entry, i) => (angle * entry + common[i]!) * (j === 0 ? length : 1)),
      );
      const result = orthonormalize(columns, basis);
      expect(result).toHaveLength(width);
      const squares = symmetricGram(result, result);
      expect(Matrix.sub(squares, Matrix.eye(width)).abs().max()).toBeLessThan(rounding);
      if (against > 0) expect(gram(basis, result).abs().max()).toBeLessThan(rounding);
      // Every column is a combination of both bases, to its rounding over their angle.
      const whole = [...basis, ...result];
      const projections = combine(whole, gram(whole, columns));
      columns.forEach((column, j) => {
        const rest = column.map((entry, i) => entry - projections[j]![i]!);
        expect(norm(rest)).toBeLessThan((rounding / angle) * norm(column));
      });
    }),
  );
});

test("directions that are dependent, zero or not finite are dropped", () => {
  const [a, b, c] = drawn(3, 1) as [Float32Array, Float32Array, Float32Array];
  const sum = a.map((entry, i) => entry + b[i]!);
  const zero = new Float32Array(n);
  const nan = a.map((entry, i) => (i === 5 ? Number.NaN : entry));
  expect(orthonormalize([a, b, sum], [])).toHaveLength(2);
  expect(orthonormalize([zero, nan, c], [])).toHaveLength(1);
  expect(orthonormalize([sum, c], orthonormalize([a, b], []))).toHaveLength(1);
  expect(orthonormalize([zero], [])).toEqual([]);
  expect(orthonormalize([], [a])).toEqual([]);
});

test("whitening turns a Gram matrix into the identity on its range", () => {
  const factor = randomMatrix(5, 3, 7);
  const squares = factor.mmul(factor.transpose());
  const { transform } = whitening(squares);
  expect([transform.rows, transform.columns]).toEqual([5, 3]);
  const white = transform.transpose().mmul(squares).mmul(transform);
  expect(Matrix.sub(white, Matrix.eye(3)).abs().max()).toBeLessThan(1e-12);
});

test("random vectors: equal for equal seed and stream, unrelated otherwise", () => {
  expect(randomVector(50, 4, 2)).toEqual(randomVector(50, 4, 2));
  const vectors = [randomVector(n, 4, 2), randomVector(n, 4, 3), randomVector(n, 5, 2)];
  const squares = symmetricGram(vectors, vectors);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < i; j++) {
      // Cosines of independent vectors spread by 1/√n.
      expect(Math.abs(squares.get(i, j) / squares.get(i, i))).toBeLessThan(5 / Math.sqrt(n));
    }
  }
  for (const vector of vectors) {
    expect(Math.max(...vector.map(Math.abs))).toBeLessThanOrEqual(1);
  }
});
