/**
 * Combinations and inner products of float32 columns in WebAssembly, two float64 at a time: a quarter of
 * the time of loops in JavaScript, and the same bytes on every machine. Columns are copied into its
 * memory a chunk of rows at a time, so that a chunk of all of them stays in the cache.
 */
import { Matrix } from "ml-matrix";
import { binary } from "./binary.js";

/** What is used of it: TypeScript has its types among the browser's only. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

interface Kernels {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  combine(
    columns: number,
    bytes: number,
    stride: number,
    x: number,
    factors: number,
    y: number,
  ): void;
  products(bytes: number, stride: number, x: number, y: number, sums: number): void;
}

const kernels = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(binary, "base64")))
  .exports as Kernels;

/** Rows in a chunk. */
const chunk = 2048;
const stride = 4 * chunk;
/** Results that a kernel makes at once. */
const group = 4;

/** Column j of the result is Σᵢ columns[i]·coefficients[i, j], summed in float64 and rounded once. */
export function combineSingles(
  columns: readonly Float32Array[],
  coefficients: Matrix,
): Float32Array[] {
  const [k, m] = [columns.length, coefficients.columns];
  const n = columns[0]?.length ?? 0;
  const results = Array.from({ length: m }, () => new Float32Array(n));
  if (k === 0) return results;
  const groups = Math.ceil(m / group);
  const factors = 0;
  const x = 8 * group * k * groups;
  const y = x + k * stride;
  const [floats, doubles] = views(y + group * stride);
  doubles.fill(0, 0, group * k * groups);
  for (let j = 0; j < m; j++)
    for (let i = 0; i < k; i++)
      doubles[group * k * Math.floor(j / group) + group * i + (j % group)] = coefficients.get(i, j);
  for (let from = 0; from < n; from += chunk) {
    const rows = Math.min(chunk, n - from);
    place(columns, from, rows, floats, x);
    for (let g = 0; g < groups; g++) {
      kernels.combine(k, bytesOf(rows), stride, x, factors + 8 * group * k * g, y);
      for (let j = group * g; j < Math.min(m, group * (g + 1)); j++) {
        const start = (y + (j % group) * stride) / 4;
        results[j]!.set(floats.subarray(start, start + rows), from);
      }
    }
  }
  return results;
}

/** LᵀR, summed in float64. */
export function gramSingles(left: readonly Float32Array[], right: readonly Float32Array[]): Matrix {
  const [k, m] = [left.length, right.length];
  const n = left[0]?.length ?? 0;
  const result = Matrix.zeros(k, m);
  if (k === 0 || m === 0) return result;
  const width = group * Math.ceil(m / group);
  const x = 8 * k * width;
  const y = x + k * stride;
  const [floats, doubles] = views(y + width * stride);
  doubles.fill(0, 0, k * width);
  // Columns beyond those of `right` are computed with, and not read; numbers, lest they be slow.
  floats.fill(0, (y + m * stride) / 4, (y + width * stride) / 4);
  for (let from = 0; from < n; from += chunk) {
    const rows = Math.min(chunk, n - from);
    place(left, from, rows, floats, x);
    place(right, from, rows, floats, y);
    for (let i = 0; i < k; i++)
      for (let j = 0; j < width; j += group)
        kernels.products(
          bytesOf(rows),
          stride,
          x + i * stride,
          y + j * stride,
          8 * (i * width + j),
        );
  }
  for (let i = 0; i < k; i++) for (let j = 0; j < m; j++) result.set(i, j, doubles[i * width + j]!);
  return result;
}

/** Of whole groups of four rows. */
function bytesOf(rows: number): number {
  return 16 * Math.ceil(rows / 4);
}

/** Copies rows of columns to where a kernel reads them, with zeros up to a whole group of rows. */
function place(
  columns: readonly Float32Array[],
  from: number,
  rows: number,
  floats: Float32Array,
  at: number,
): void {
  columns.forEach((column, c) => {
    const start = at / 4 + c * chunk;
    floats.set(column.subarray(from, from + rows), start);
    floats.fill(0, start + rows, start + bytesOf(rows) / 4);
  });
}

/** All of the kernels' memory, of so many bytes at least. */
function views(bytes: number): readonly [Float32Array, Float64Array] {
  const { memory } = kernels;
  const page = 65_536;
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / page);
  if (missing > 0) memory.grow(missing);
  return [new Float32Array(memory.buffer), new Float64Array(memory.buffer)];
}
