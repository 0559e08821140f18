/** What kernels lower themselves with: operators and small constants, each named once. */
import type { DType, Shape } from "../graph.js";
import { elementTypes, type OnnxNode, type OnnxTensor } from "./model.js";

export class OnnxWriter {
  readonly nodes: OnnxNode[] = [];
  readonly #initializers = new Map<string, OnnxTensor>();
  #results = 0;

  get initializers(): readonly OnnxTensor[] {
    return [...this.#initializers.values()];
  }

  /** Adds an operator and returns its result's name. */
  op(type: string, inputs: readonly string[], attributes: OnnxNode["attributes"] = {}): string {
    const output = `t${this.#results++}`;
    this.nodes.push({ type, inputs, output, attributes });
    return output;
  }

  cast(x: string, dtype: DType): string {
    return this.op("Cast", [x], { to: elementTypes[dtype] });
  }

  /** A float32 scalar. */
  scalar(value: number): string {
    const name = `scalar ${Object.is(value, -0) ? "-0" : value}`;
    return this.#initializer(name, "float32", [], () => Float32Array.of(value));
  }

  /** A vector of integers, such as axes or a shape. */
  int64(values: readonly number[]): string {
    return this.#initializer(`int64 ${values}`, "int64", [values.length], () =>
      BigInt64Array.from(values, BigInt),
    );
  }

  /** A float32 constant. */
  tensor(name: string, values: Float32Array, shape: Shape): string {
    return this.#initializer(name, "float32", shape, () => values);
  }

  #initializer(
    name: string,
    type: OnnxTensor["type"],
    shape: Shape,
    values: () => ArrayBufferView,
  ): string {
    if (!this.#initializers.has(name)) {
      const { buffer, byteOffset, byteLength } = values();
      const bytes = new Uint8Array(buffer, byteOffset, byteLength);
      this.#initializers.set(name, { name, type, shape, bytes });
    }
    return name;
  }
}
