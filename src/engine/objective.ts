/**
 * What the rest of the program asks of an engine: derivatives of a loss to third order at a point,
 * and plain evaluation of functions of the weights. Weights and vectors are flat arrays in the
 * order of `parameters`, each row-major, with elements of the engine's precision.
 */
import type { Scalar, Tensor } from "@tensorflow/tfjs";

export const engineNames = ["onnx", "tensorflow", "wasm", "cpu"] as const;
export type EngineName = (typeof engineNames)[number];
export const defaultEngine: EngineName = "onnx";

export type Precision = "float32" | "float64";
export type Vector = Float32Array | Float64Array;
export type VectorOf<P extends Precision> = P extends "float64" ? Float64Array : Float32Array;

export interface TensorShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Data the function closes over: fixed once compiled, in the engine's precision. */
export interface BoundTensor extends TensorShape {
  readonly values: Vector;
  /** That its first axis runs over the examples, so that it may be cut into batches. */
  readonly examples?: true;
}

/**
 * A smooth scalar function of parameters, written once on tf.Tensor. Must be traceable: no reads of
 * values. To be computed in batches it must be additive: of all examples the sum of what it is of
 * each slice. A mean over examples divides by the number of all, not of those it is given.
 */
export interface LossSource {
  readonly parameters: readonly TensorShape[];
  readonly data: readonly BoundTensor[];
  loss(parameters: readonly Tensor[], data: readonly Tensor[]): Scalar;
}

/**
 * Tensors computed from the weights, such as a model's outputs. To be computed in batches, scalars
 * must be additive as losses are, and others have a row an example: slices' rows are joined.
 */
export interface MapSource {
  readonly parameters: readonly TensorShape[];
  readonly data: readonly BoundTensor[];
  map(parameters: readonly Tensor[], data: readonly Tensor[]): readonly Tensor[];
}

/** Derivatives at fixed weights. Every array returned is the caller's own. */
export interface Point<V extends Vector = Float32Array> {
  /** Loss (dimensionless) and its gradient; computed once, then kept. */
  lossAndGradient(): Promise<{ readonly loss: number; readonly gradient: V }>;
  /** H v for each v. */
  products(vectors: readonly V[]): Promise<V[]>;
  /** h[i][j] = ∇_w(uᵢᵀ H(w) uⱼ) for j ≤ i. */
  thirdDerivatives(vectors: readonly V[]): Promise<V[][]>;
}

export interface Objective<V extends Vector = Float32Array> {
  /** Number of parameters n. */
  readonly size: number;
  /** The weights are copied. */
  at(weights: V): Point<V>;
  dispose(): Promise<void>;
}

export interface CompiledMap<V extends Vector = Float32Array> {
  /** One flat array an output of `map`. */
  run(weights: V): Promise<V[]>;
  dispose(): Promise<void>;
}

export interface CompileOptions {
  /**
   * Most examples to hold activations of at a time. Results don't depend on it but for rounding:
   * slices are summed in double precision.
   */
  readonly batch?: number;
}

export interface Engine<V extends Vector = Float32Array> {
  readonly name: EngineName;
  /** Library and version, for stage records: `onnxruntime-node 1.30.0`. */
  readonly version: string;
  compile(source: LossSource, options?: CompileOptions): Promise<Objective<V>>;
  compileMap(source: MapSource, options?: CompileOptions): Promise<CompiledMap<V>>;
}

/** Why an engine can't be used, and how to get it. */
export class EngineUnavailable extends Error {
  constructor(
    readonly engine: EngineName,
    reason: string,
    readonly help: string,
  ) {
    super(reason);
    this.name = "EngineUnavailable";
  }
}

/** The function can't be compiled; the message says why. */
export class TraceError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TraceError";
  }
}
