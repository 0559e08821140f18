/**
 * Kernel graphs: straight-line programs of TensorFlow.js kernels on tensors of known shape. They
 * are what tracing yields, what the differentiation rules and the simplifier rewrite, and what the
 * devices run.
 */
export type Shape = readonly number[];
/**
 * TensorFlow.js's names. `float32` is what is differentiated, and an engine computes it in its own
 * precision; integers and booleans only choose: as indices, conditions and masks.
 */
export type DType = "float32" | "int32" | "bool";

export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

export type Attribute = number | boolean | string | readonly number[] | readonly Shape[];
export type Attributes = Readonly<Record<string, Attribute>>;

/** A node's index in its graph; inputs precede their users, so ascending order is a valid order. */
export type NodeId = number;

export interface InputNode extends TensorType {
  readonly kind: "input";
  /** Unique in the graph; devices bind data by it. */
  readonly name: string;
}

/** Elements of `float32`, in double precision where they are known to it, of `int32`, of `bool`. */
export type Values = Float32Array | Float64Array | Int32Array | Uint8Array;

export interface ConstantNode extends TensorType {
  readonly kind: "constant";
  /** Row-major. */
  readonly values: Values;
}

export interface KernelNode<A extends Attributes = Attributes> extends TensorType {
  readonly kind: "kernel";
  /** TensorFlow.js's name: `BatchMatMul`. */
  readonly kernel: string;
  readonly inputs: readonly NodeId[];
  readonly attributes: A;
}

export type GraphNode = InputNode | ConstantNode | KernelNode;

export interface KernelGraph {
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly NodeId[];
}

/** The inputs in order; a function's argument that nothing depends on is none of them. */
export function inputsOf({ nodes }: KernelGraph): readonly InputNode[] {
  return nodes.filter((node) => node.kind === "input");
}

export function dtypeOf(values: Values): DType {
  if (values instanceof Int32Array) return "int32";
  return values instanceof Uint8Array ? "bool" : "float32";
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((size, side) => size * side, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((side, i) => side === b[i]);
}

/** `[2,3]`, as messages show a shape. */
export function showShape(shape: Shape): string {
  return `[${shape.join(",")}]`;
}

/** The node's inputs; none for inputs and constants. */
export function operands(node: GraphNode): readonly NodeId[] {
  return node.kind === "kernel" ? node.inputs : [];
}
