/** Numbers that sum up a series or a tensor. */
import type { TensorColumn } from "../runtime/step.js";

export interface Statistics {
  readonly rows: number;
  /** Rows without a value. */
  readonly missing: number;
  /** Values that are NaN or infinite. */
  readonly notFinite: number;
  /** Of the finite values; null where there are none. */
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** Of the values, whatever they are; null where there are none. */
  readonly first: number | null;
  readonly last: number | null;
}

/** Of a series, in which null or undefined is a row without a value. */
export function statisticsOf(values: readonly (number | null | undefined)[]): Statistics {
  const measured = values.filter((value) => value !== null && value !== undefined);
  const { notFinite, min, max, mean } = momentsOf(measured);
  return {
    rows: values.length,
    missing: values.length - measured.length,
    notFinite,
    min,
    max,
    mean,
    first: measured[0] ?? null,
    last: measured.at(-1) ?? null,
  };
}

export interface TensorStatistics {
  readonly shape: readonly number[];
  readonly type: "float32" | "float64" | "int32";
  readonly notFinite: number;
  /** Of the finite values; null where there are none. */
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** The Euclidean norm of the finite values. */
  readonly norm: number;
}

export function tensorStatistics({ shape, values }: TensorColumn): TensorStatistics {
  return { shape, type: elementType(values), ...momentsOf(values), norm: normOf(values) };
}

export function elementType(values: TensorColumn["values"]): TensorStatistics["type"] {
  if (values instanceof Float32Array) return "float32";
  return values instanceof Float64Array ? "float64" : "int32";
}

function momentsOf(values: ArrayLike<number>) {
  let [finite, sum, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    finite++;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const none = finite === 0;
  return {
    notFinite: values.length - finite,
    min: none ? null : min,
    max: none ? null : max,
    mean: none ? null : sum / finite,
  };
}

/** Scaled by the largest magnitude, so that no square overflows. */
function normOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i]!);
    if (magnitude > largest && magnitude < Number.POSITIVE_INFINITY) largest = magnitude;
  }
  if (largest === 0) return 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) sum += (values[i]! / largest) ** 2;
  }
  return largest * Math.sqrt(sum);
}
