/**
 * Everything the engine knows about one TensorFlow.js kernel, in one value: so that supporting a
 * kernel touches one file.
 */
import type { GradConfig } from "@tensorflow/tfjs";
import type { GraphBuilder } from "../builder.js";
import type { Attributes, KernelNode, NodeId, TensorType } from "../graph.js";
import type { OnnxWriter } from "../onnx/writer.js";
import type { Tfjs } from "../tfjs/load.js";

/** A derivative along a direction; null stands for one that is zero everywhere. */
export type Tangent = NodeId | null;

export interface Kernel<A extends Attributes = Attributes> {
  /** TensorFlow.js's name of it. */
  readonly name: string;
  /** TensorFlow.js's names of its inputs, in order; a `list` gives them as an array. */
  readonly inputs: readonly string[] | "list";
  /** TensorFlow.js's attributes in canonical form, which it also accepts; absent: it has none. */
  attributes?(given: GivenAttributes, inputs: readonly TensorType[]): A;
  /** Whether it works element by element; `linear`: as a sum of its inputs. */
  readonly pointwise?: true | "linear";
  /** @throws RangeError when the inputs don't fit. */
  infer(inputs: readonly TensorType[], attributes: A): TensorType;
  /** An equal node that is cheaper, if there is one. */
  rewrite?(g: GraphBuilder, inputs: readonly NodeId[], attributes: A): NodeId | undefined;
  /** Σ ∂node/∂inputᵢ · tangentᵢ, of the node's shape; called with at least one tangent. */
  jvp(g: GraphBuilder, node: Applied<A>, tangents: readonly Tangent[]): Tangent;
  /**
   * The same for `size` instances: of shape [size, …node's]; called with at least one batched
   * input. Undefined where the rule doesn't apply. Without one, elementwise kernels broadcast and
   * others compute the instances one by one.
   */
  batch?(
    g: GraphBuilder,
    node: KernelNode<A>,
    inputs: readonly Batched[],
    size: number,
  ): NodeId | undefined;
  /** How a reverse pass goes through it, where TensorFlow.js's own gradient won't do. */
  reverse?(tf: Tfjs): Reverse;
  /** The same made of other kernels, for devices that lack it. */
  expand?(g: GraphBuilder, inputs: readonly NodeId[], attributes: A): NodeId;
  /** Writes ONNX operators that compute it and returns their result's name. */
  lower?(onnx: OnnxWriter, inputs: readonly string[], node: Lowered<A>): string;
  /** Where ONNX Runtime's operators compute it in float32 only. */
  readonly singleOnly?: true;
}

/** An input of many instances. */
export interface Batched {
  readonly id: NodeId;
  /** Whether it has a leading axis of instances; otherwise it is the same for all. */
  readonly batched: boolean;
}

export type Reverse = Omit<GradConfig, "kernelName">;

/** A TensorFlow.js kernel that is traced as others: it needs no rules of its own. */
export interface Synonym {
  readonly name: string;
  /** As a kernel's. */
  readonly inputs: readonly string[] | "list";
  /** Several results for kernels of several. */
  expand(
    g: GraphBuilder,
    inputs: readonly NodeId[],
    attributes: GivenAttributes,
  ): NodeId | readonly NodeId[];
  /** As a kernel's. */
  reverse?(tf: Tfjs): Reverse;
}

/** Attributes as TensorFlow.js's ops pass them. */
export type GivenAttributes = Readonly<Record<string, unknown>>;

/** A node with its place in the builder. */
export interface Applied<A extends Attributes = Attributes> extends KernelNode<A> {
  readonly id: NodeId;
}

/** A node with its inputs' types. */
export interface Lowered<A extends Attributes = Attributes> extends KernelNode<A> {
  readonly inputTypes: readonly TensorType[];
}

/** Forgets the attributes' type: a kernel only ever meets attributes that it made itself. */
export function kernel<A extends Attributes>(definition: Kernel<A>): Kernel {
  return definition as unknown as Kernel;
}
