/** What runs kernel graphs: ONNX Runtime, or a backend of TensorFlow.js. */
import type { KernelGraph } from "./graph.js";
import type { BoundTensor, EngineName, Vector } from "./objective.js";

export interface Device {
  readonly name: EngineName;
  /** Library and version. */
  readonly version: string;
  /** Whether one operator of several small instances is faster than an operator an instance. */
  readonly batches: boolean;
  /** Zeros of the device's precision, in which it takes and gives all values. */
  allocate(size: number): Vector;
  /** A workspace whose graphs read `data` at their inputs of the same name. */
  open(data: readonly BoundTensor[]): Workspace;
}

export interface Workspace {
  compile(graph: KernelGraph): Promise<Executable>;
  /** Frees the data and every executable. */
  dispose(): Promise<void>;
}

export interface Executable {
  /**
   * Runs the graph once.
   *
   * @param inputs   row-major values of its inputs that aren't bound to data, by name
   * @param outputs  arrays of the outputs' sizes, which are overwritten
   */
  run(inputs: NamedValues, outputs: readonly Vector[]): Promise<void>;
}

export type NamedValues = ReadonlyMap<string, Vector>;
