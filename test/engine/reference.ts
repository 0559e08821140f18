/**
 * An independent evaluator of kernel graphs in double precision, and finite differences of what
 * it computes. It shares no code with the engine: shapes and meanings of kernels are TensorFlow's.
 */
import { type KernelGraph, type KernelNode, type Shape, sizeOf } from "../../src/engine/graph.js";

export interface Array64 {
  readonly shape: Shape;
  readonly values: Float64Array;
}
export type Values = ReadonlyMap<string, ArrayLike<number>>;

/** erf(x) = 2/√π·e^{−x²}·Σ 2ⁿx²ⁿ⁺¹/(2n+1)!!: all terms of one sign, so nothing cancels. */
export function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const unary: Readonly<Record<string, (x: number, node: KernelNode) => number>> = {
  Abs: Math.abs,
  Cast: (x, { attributes: { dtype } }) =>
    dtype === "int32" ? Math.trunc(x) : dtype === "bool" ? Number(x !== 0) : x,
  Cos: Math.cos,
  Erf: erf,
  Exp: Math.exp,
  Expm1: Math.expm1,
  Log: Math.log,
  Log1p: Math.log1p,
  LogicalNot: (x) => 1 - x,
  Neg: (x) => -x,
  Reciprocal: (x) => 1 / x,
  Relu: (x) => Math.max(x, 0),
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Sin: Math.sin,
  Softplus: (x) => Math.log1p(Math.exp(x)),
  Sqrt: Math.sqrt,
  Square: (x) => x * x,
  Step: (x, { attributes }) => (x > 0 ? 1 : (attributes.alpha as number)),
  Tanh: Math.tanh,
};

const binary: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Equal: (a, b) => Number(a === b),
  Greater: (a, b) => Number(a > b),
  GreaterEqual: (a, b) => Number(a >= b),
  Less: (a, b) => Number(a < b),
  LessEqual: (a, b) => Number(a <= b),
  LogicalAnd: (a, b) => a * b,
  LogicalOr: (a, b) => Math.max(a, b),
  Maximum: Math.max,
  Minimum: Math.min,
  Multiply: (a, b) => a * b,
  Pow: (a, b) => a ** b,
  RealDiv: (a, b) => a / b,
  Sub: (a, b) => a - b,
};

/** Fills an array by a function of the index along each axis. */
function tabulate(shape: Shape, value: (index: readonly number[]) => number): Array64 {
  const values = new Float64Array(sizeOf(shape));
  const index = shape.map(() => 0);
  for (let flat = 0; flat < values.length; flat++) {
    values[flat] = value(index);
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--)
      index[axis] = 0;
  }
  return { shape, values };
}

/** Where an index lies; unit axes broadcast. */
function flatIndex(shape: Shape, index: readonly number[]): number {
  let flat = 0;
  for (let axis = 0; axis < shape.length; axis++)
    flat = flat * shape[axis]! + (shape[axis] === 1 ? 0 : index[axis]!);
  return flat;
}

/** The element at an index; leading axes that the array lacks, and unit axes, broadcast. */
function at({ shape, values }: Array64, index: readonly number[]): number {
  return values[flatIndex(shape, index.slice(index.length - shape.length))]!;
}

function reduce(
  x: Array64,
  axes: readonly number[],
  start: number,
  combine: (total: number, value: number) => number,
): Float64Array {
  const kept = x.shape.map((side, axis) => (axes.includes(axis) ? 1 : side));
  const totals = tabulate(kept, () => start);
  tabulate(x.shape, (index) => {
    const target = flatIndex(kept, index);
    totals.values[target] = combine(totals.values[target]!, at(x, index));
    return 0;
  });
  return totals.values;
}

/** Every triple of an image's, a filter's and an output's element that belong together, once. */
function convolve(node: KernelNode, first: Array64, second: Array64): Float64Array {
  const { kernel, attributes, shape } = node;
  const [x, filter, y] = {
    Conv2D: [first.shape, second.shape, shape] as const,
    Conv2DBackpropInput: [shape, second.shape, first.shape] as const,
    Conv2DBackpropFilter: [first.shape, shape, second.shape] as const,
  }[kernel as "Conv2D"];
  const [down, right] = attributes.strides as [number, number];
  const [, [top], [left]] = attributes.pad as [unknown, [number], [number]];
  const totals = new Float64Array(sizeOf(shape));
  tabulate([...y, ...filter.slice(0, 3)], (index) => {
    const [n, row, column, out, i, j, channel] = index as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const [r, c] = [row * down + i - top, column * right + j - left];
    if (r < 0 || c < 0 || r >= x[1]! || c >= x[2]!) return 0;
    const places = {
      x: [n, r, c, channel],
      filter: [i, j, channel, out],
      y: [n, row, column, out],
    };
    const [a, b, to] = {
      Conv2D: [places.x, places.filter, places.y] as const,
      Conv2DBackpropInput: [places.y, places.filter, places.x] as const,
      Conv2DBackpropFilter: [places.x, places.y, places.filter] as const,
    }[kernel as "Conv2D"];
    totals[flatIndex(shape, to)]! += at(first, a) * at(second, b);
    return 0;
  });
  return totals;
}

function apply(node: KernelNode, inputs: readonly Array64[]): Array64 {
  const { kernel, attributes, shape } = node;
  const [x, y] = inputs as [Array64, Array64];
  const list = (name: string) => attributes[name] as readonly number[];
  if (kernel in unary)
    return { shape: x.shape, values: x.values.map((value) => unary[kernel]!(value, node)) };
  if (kernel in binary)
    return tabulate(shape, (index) => binary[kernel]!(at(x, index), at(y, index)));
  switch (kernel) {
    case "Fill":
      return tabulate(list("shape"), () => attributes.value as number);
    case "Reshape":
      return { shape: list("shape"), values: x.values };
    case "Transpose":
      return tabulate(shape, (index) => {
        const source: number[] = [];
        list("perm").forEach((axis, i) => {
          source[axis] = index[i]!;
        });
        return at(x, source);
      });
    case "Tile":
      return tabulate(shape, (index) =>
        at(
          x,
          index.map((i, axis) => i % x.shape[axis]!),
        ),
      );
    case "Slice":
      return tabulate(list("size"), (index) =>
        at(
          x,
          index.map((i, axis) => i + list("begin")[axis]!),
        ),
      );
    case "Concat": {
      const axis = attributes.axis as number;
      return tabulate(shape, (index) => {
        const source = [...index];
        const part = inputs.find((input) => {
          if (source[axis]! < input.shape[axis]!) return true;
          source[axis]! -= input.shape[axis]!;
          return false;
        });
        return at(part!, source);
      });
    }
    case "PadV2": {
      const paddings = attributes.paddings as readonly Shape[];
      return tabulate(shape, (index) => {
        const source = index.map((i, axis) => i - paddings[axis]![0]!);
        const inside = source.every((i, axis) => i >= 0 && i < x.shape[axis]!);
        return inside ? at(x, source) : (attributes.constantValue as number);
      });
    }
    case "Sum":
      return { shape, values: reduce(x, list("axis"), 0, (sum, value) => sum + value) };
    case "Max":
      return {
        shape,
        values: reduce(x, list("reductionIndices"), Number.NEGATIVE_INFINITY, Math.max),
      };
    case "Softmax":
    case "LogSoftmax": {
      const side = shape.at(-1)!;
      const values = x.values.map((value, flat) => {
        const start = flat - (flat % side);
        const row = x.values.subarray(start, start + side);
        return value - Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0));
      });
      return { shape, values: kernel === "Softmax" ? values.map(Math.exp) : values };
    }
    case "Cumsum": {
      const { axis, exclusive, reverse } = attributes as Record<string, number | boolean>;
      return tabulate(shape, (index) => {
        const own = index[axis as number]!;
        let sum = 0;
        for (let i = 0; i < shape[axis as number]!; i++) {
          const counts = reverse ? i > own : i < own;
          if (counts || (i === own && !exclusive)) sum += at(x, index.with(axis as number, i));
        }
        return sum;
      });
    }
    case "Select":
      return tabulate(shape, (index) => (at(x, index) ? at(y, index) : at(inputs[2]!, index)));
    case "GatherV2": {
      const axis = attributes.axis as number;
      const { length } = y.shape;
      return tabulate(shape, (index) => {
        const chosen = at(y, index.slice(axis, axis + length));
        return at(x, [...index.slice(0, axis), chosen, ...index.slice(axis + length)]);
      });
    }
    case "UnsortedSegmentSum":
      return tabulate(shape, ([segment, ...rest]) => {
        let sum = 0;
        for (const [i, id] of y.values.entries()) if (id === segment) sum += at(x, [i, ...rest]);
        return sum;
      });
    case "Conv2D":
    case "Conv2DBackpropInput":
    case "Conv2DBackpropFilter":
      return { shape, values: convolve(node, x, y) };
    case "BatchMatMul": {
      const { transposeA, transposeB } = attributes;
      const inner = x.shape.at(transposeA ? -2 : -1)!;
      return tabulate(shape, (index) => {
        const [batch, row, column] = [index.slice(0, -2), index.at(-2)!, index.at(-1)!];
        let sum = 0;
        for (let i = 0; i < inner; i++)
          sum +=
            at(x, [...batch, ...(transposeA ? [i, row] : [row, i])]) *
            at(y, [...batch, ...(transposeB ? [column, i] : [i, column])]);
        return sum;
      });
    }
    default:
      throw new Error(`the reference has no kernel ${kernel}`);
  }
}

/** The graph's outputs in double precision. */
export function evaluate(graph: KernelGraph, inputs: Values): Float64Array[] {
  const arrays: Array64[] = [];
  for (const node of graph.nodes) {
    if (node.kind === "kernel")
      arrays.push(
        apply(
          node,
          node.inputs.map((id) => arrays[id]!),
        ),
      );
    else {
      const values = node.kind === "constant" ? node.values : inputs.get(node.name)!;
      arrays.push({ shape: node.shape, values: Float64Array.from(values) });
    }
  }
  return graph.outputs.map((id) => arrays[id]!.values);
}

/** A function of a flat vector with flat values. */
export type Flat = (w: Float64Array) => Float64Array;

function axpy(a: number, x: Float64Array, y: Float64Array): Float64Array {
  return y.map((value, i) => value + a * x[i]!);
}

/** D_v f(w) by central differences, extrapolated once: truncation O(h⁴), rounding about 1e-16/h. */
export function difference(f: Flat, v: Float64Array, h = 1e-3): Flat {
  const central = (w: Float64Array, step: number) => {
    const [ahead, behind] = [f(axpy(step, v, w)), f(axpy(-step, v, w))];
    return ahead.map((value, i) => (value - behind[i]!) / (2 * step));
  };
  return (w) => {
    const [coarse, fine] = [central(w, h), central(w, h / 2)];
    return fine.map((value, i) => (4 * value - coarse[i]!) / 3);
  };
}
