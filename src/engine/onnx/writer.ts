/** What kernels lower themselves with: operators and small constants, each named once. */
import type { DType, Shape, Values } from "../graph.js";
import type { Precision } from "../objective.js";
import { type ElementType, elementTypes, type OnnxNode, type OnnxTensor } from "./model.js";

export class OnnxWriter {
  readonly precision: Precision;
  readonly nodes: OnnxNode[] = [];
  readonly #initializers = new Map<string, OnnxTensor>();
  #results = 0;

  /** @param precision  of what is called float32 in a graph */
  constructor(precision: Precision) {
    this.precision = precision;
  }

  get initializers(): readonly OnnxTensor[] {
    return [...this.#initializers.values()];
  }

  /** Adds an operator and returns its result's name. */
  op(type: string, inputs: readonly string[], attributes: OnnxNode["attributes"] = {}): string {
    const output = `t${this.#results++}`;
    this.nodes.push({ type, inputs, output, attributes });
    return output;
  }

  /** ONNX indexes by int64. */
  elementOf(dtype: DType): ElementType {
    if (dtype === "float32") return this.precision;
    return dtype === "int32" ? "int64" : dtype;
  }

  cast(x: string, dtype: DType): string {
    return this.op("Cast", [x], { to: elementTypes[this.elementOf(dtype)] });
  }

  /** A scalar of the writer's precision. */
  scalar(value: number): string {
    const name = `scalar ${Object.is(value, -0) ? "-0" : value}`;
    return this.#initializer(name, "float32", [], Float64Array.of(value));
  }

  /** A scalar, or a vector of integers such as axes or a shape. */
  int64(values: number | readonly number[]): string {
    const shape = typeof values === "number" ? [] : [values.length];
    const name = typeof values === "number" ? `index ${values}` : `int64 ${values}`;
    return this.#initializer(name, "int32", shape, Int32Array.from([values].flat()));
  }

  tensor(name: string, dtype: DType, values: Values, shape: Shape): string {
    return this.#initializer(name, dtype, shape, values);
  }

  #initializer(name: string, dtype: DType, shape: Shape, values: Values): string {
    if (!this.#initializers.has(name)) {
      const type = this.elementOf(dtype);
      this.#initializers.set(name, { name, type, shape, bytes: bytesOf(type, values) });
    }
    return name;
  }
}

function bytesOf(type: ElementType, values: Values): Uint8Array {
  const { buffer, byteOffset, byteLength } = inMemory(type, values);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function inMemory(type: ElementType, values: Values): ArrayBufferView {
  switch (type) {
    case "float32":
      return values instanceof Float32Array ? values : Float32Array.from(values);
    case "float64":
      return values instanceof Float64Array ? values : Float64Array.from(values);
    case "int64":
      return BigInt64Array.from(values as Int32Array, BigInt);
    case "bool":
      return values as Uint8Array;
  }
}
