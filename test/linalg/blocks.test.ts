import { readFileSync } from "node:fs";
import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import wabt from "wabt";
import { combine, gram, symmetricGram } from "../../src/linalg/blocks.js";
import { dot, norm } from "../../src/linalg/dot.js";
import { binary } from "../../src/linalg/kernels/binary.js";
import { randomMatrix } from "./matrices.js";

/** Integers, so that every float64 sum of their products is exact in any order. */
const block = (columns: number, rows: number) =>
  fc.array(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: rows, maxLength: rows }), {
    minLength: columns,
    maxLength: columns,
  });

test("inner products and combinations are the library's, for every length and width", () => {
  const cases = fc
    .tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 11 }))
    .chain(([rows, columns]) => fc.tuple(block(columns, rows), block(3, columns), block(2, rows)));
  fc.assert(
    fc.property(cases, ([left, mixed, right]) => {
      const columns = left.map((column) => Float32Array.from(column));
      const others = right.map((column) => Float32Array.from(column));
      const coefficients = new Matrix(mixed).transpose();
      const products = gram(columns, others);
      columns.forEach((x, i) => {
        others.forEach((y, j) => {
          const sum = x.reduce((total, value, row) => total + value * y[row]!, 0);
          expect(products.get(i, j)).toBe(sum);
        });
      });
      expect(symmetricGram(columns, columns).to2DArray()).toEqual(
        gram(columns, columns).to2DArray(),
      );
      const combined = combine(columns, coefficients);
      combined.forEach((result, j) => {
        const expected = Float32Array.from(result, (_, row) =>
          columns.reduce((sum, x, i) => sum + x[row]! * coefficients.get(i, j), 0),
        );
        expect(result).toEqual(expected);
      });
    }),
  );
});

test("combinations longer than a chunk", () => {
  const columns = randomMatrix(5, 2500, 3)
    .to2DArray()
    .map((row) => Float32Array.from(row));
  const [sum] = combine(columns, Matrix.columnVector([1, 1, 1, 1, 1]));
  expect(sum).toEqual(
    Float32Array.from(sum!, (_, row) => columns.reduce((total, x) => total + x[row]!, 0)),
  );
});

test("the kernels are what their source says", async () => {
  const { parseWat } = await wabt();
  const folder = new URL("../../src/linalg/kernels/", import.meta.url);
  const text = readFileSync(new URL("blocks.wat", folder), "utf8");
  const module = parseWat("blocks.wat", text, { simd: true });
  expect(Buffer.from(module.toBinary({}).buffer).toString("base64")).toBe(binary);
  module.destroy();
});

test("kernels agree with plain loops in float64, for lengths about those of a chunk", () => {
  for (const rows of [1, 3, 2047, 2048, 2049, 4100]) {
    const doubles = randomMatrix(6, rows, rows)
      .to2DArray()
      .map((row) => Float64Array.from(row, Math.fround));
    const singles = doubles.map((column) => Float32Array.from(column));
    const coefficients = randomMatrix(6, 5, 1);
    // Both sum in float64; rounding once to float32 may fall to either side.
    combine(doubles, coefficients).forEach((column, j) => {
      const single = combine(singles, coefficients)[j]!;
      column.forEach((value, i) => {
        expect(Math.abs(single[i]! - value)).toBeLessThanOrEqual(
          2 ** -24 * Math.abs(value) + 1e-14,
        );
      });
    });
    const products = gram(singles.slice(0, 5), singles);
    const exact = gram(doubles.slice(0, 5), doubles);
    const bound = rows * 2 ** -53 * Math.max(...doubles.map((column) => dot(column, column)));
    expect(Matrix.sub(products, exact).abs().max()).toBeLessThanOrEqual(bound);
  }
});

test("sums run in float64: a million equal terms lose nothing", () => {
  const x = new Float32Array(1_000_001).fill(0.1);
  const exact = 1_000_001 * Math.fround(0.1) ** 2;
  // Rounding of n float64 additions is at most n·2⁻⁵³ of the sum.
  expect(Math.abs(dot(x, x) / exact - 1)).toBeLessThan(1_000_001 * 2 ** -53);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])("the norm shows an entry %d", (entry) => {
  expect(Number.isFinite(norm(Float32Array.of(1, entry, 2)))).toBe(false);
  // The largest float32 numbers don't overflow.
  expect(norm(Float32Array.of(3e38, 3e38)) / Math.fround(3e38)).toBeCloseTo(Math.SQRT2, 12);
});
