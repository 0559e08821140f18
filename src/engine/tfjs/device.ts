/** Runs a kernel graph kernel by kernel on a backend of TensorFlow.js. */
import type { NamedAttrMap, NamedTensorMap, Tensor } from "@tensorflow/tfjs";
import type { Device, Executable } from "../device.js";
import { expandFor } from "../expand.js";
import {
  type DType,
  type KernelGraph,
  type KernelNode,
  type NodeId,
  operands,
  type Shape,
  type Values,
} from "../graph.js";
import { kernelNamed } from "../kernels/index.js";
import type { Kernel } from "../kernels/kernel.js";
import type { EngineName } from "../objective.js";
import type { Tfjs } from "./load.js";

/**
 * @param backend  one that `tf.setBackend` has initialized before
 * @param adapt    rewrites graphs into what suits the backend best
 */
export function tfjsDevice(
  tf: Tfjs,
  backend: EngineName,
  version: string,
  adapt = (graph: KernelGraph) => graph,
): Device {
  /** Backends are global state: this one is current from here until the next await. */
  function enter(): void {
    if (tf.getBackend() !== backend) void tf.setBackend(backend);
  }
  const isHere = ({ name }: Kernel) => tf.getKernel(name, backend) !== undefined;

  return {
    name: backend,
    version,
    // WebAssembly's matrix products in batches take five times as long as one after another.
    batches: false,
    allocate: (size) => new Float32Array(size),
    open(data) {
      const kept: Tensor[] = [];
      const keep = (values: Values, shape: Shape, dtype: DType) => {
        const array = values instanceof Float64Array ? Float32Array.from(values) : values;
        const tensor = tf.keep(tf.tensor(array, [...shape], dtype));
        kept.push(tensor);
        return tensor;
      };
      enter();
      const bound = new Map(
        data.map(({ name, values, shape }) => [name, keep(values, shape, "float32")]),
      );
      return {
        async compile(given) {
          enter();
          const graph = adapt(expandFor(version, isHere, given));
          const constants = new Map<NodeId, Tensor>();
          graph.nodes.forEach((node, id) => {
            if (node.kind === "constant")
              constants.set(id, keep(node.values, node.shape, node.dtype));
          });
          return executable(tf, enter, graph, bound, constants);
        },
        async dispose() {
          enter();
          tf.dispose(kept.splice(0));
        },
      };
    },
  };
}

function executable(
  tf: Tfjs,
  enter: () => void,
  graph: KernelGraph,
  bound: ReadonlyMap<string, Tensor>,
  constants: ReadonlyMap<NodeId, Tensor>,
): Executable {
  const dying = lastUses(graph);

  function evaluate(node: KernelNode, tensors: readonly Tensor[]): Tensor {
    const inputs = node.inputs.map((input) => tensors[input]!);
    const names = kernelNamed(node.kernel).inputs;
    const named =
      names === "list" ? inputs : Object.fromEntries(inputs.map((input, i) => [names[i]!, input]));
    return tf.engine().runKernel(node.kernel, named as NamedTensorMap, attributesOf(node));
  }

  return {
    async run(values, outputs) {
      enter();
      tf.tidy(() => {
        const tensors: Tensor[] = [];
        graph.nodes.forEach((node, id) => {
          tensors.push(
            node.kind === "kernel"
              ? evaluate(node, tensors)
              : node.kind === "constant"
                ? constants.get(id)!
                : (bound.get(node.name) ?? tf.tensor(values.get(node.name)!, [...node.shape])),
          );
          for (const dead of dying[id]!) tensors[dead]!.dispose();
        });
        graph.outputs.forEach((id, i) => {
          outputs[i]!.set(tensors[id]!.dataSync<"float32">());
        });
      });
    },
  };
}

/** Attributes are only read; TensorFlow.js's types don't say so. */
function attributesOf({ attributes }: KernelNode): NamedAttrMap {
  return attributes as NamedAttrMap;
}

/** For each node, the kernels' results that nothing uses after it. */
function lastUses({ nodes, outputs }: KernelGraph): readonly (readonly NodeId[])[] {
  const dying: NodeId[][] = nodes.map(() => []);
  const used = new Set(outputs);
  for (let id = nodes.length - 1; id >= 0; id--)
    for (const operand of operands(nodes[id]!)) {
      if (used.has(operand)) continue;
      used.add(operand);
      if (nodes[operand]!.kind === "kernel") dying[id]!.push(operand);
    }
  return dying;
}
