/** Runs a kernel graph kernel by kernel on a backend of TensorFlow.js. */
import type { NamedTensorMap, Tensor } from "@tensorflow/tfjs";
import type { Device, Executable } from "../device.js";
import type { GraphNode, InputNode, KernelGraph, NodeId } from "../graph.js";
import { operands } from "../graph.js";
import { kernelNamed } from "../kernels/index.js";
import type { EngineName } from "../objective.js";
import type { Tfjs } from "./load.js";

/** @param backend  one that `tf.setBackend` has initialized before */
export function tfjsDevice(tf: Tfjs, backend: EngineName, version: string): Device {
  /** Backends are global state: this one is current from here until the next await. */
  function enter(): void {
    if (tf.getBackend() !== backend) void tf.setBackend(backend);
  }
  return {
    name: backend,
    version,
    open(data) {
      const kept: Tensor[] = [];
      const keep = (values: Float32Array, shape: readonly number[]) => {
        const tensor = tf.keep(tf.tensor(values, [...shape]));
        kept.push(tensor);
        return tensor;
      };
      enter();
      const bound = new Map(data.map(({ name, values, shape }) => [name, keep(values, shape)]));
      return {
        async compile(graph) {
          enter();
          const constants = new Map<NodeId, Tensor>();
          graph.nodes.forEach((node, id) => {
            if (node.kind === "constant") constants.set(id, keep(node.values, node.shape));
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
  const freed = lastUses(graph);
  return {
    async run(values, outputs) {
      enter();
      tf.tidy(() => {
        const tensors: Tensor[] = [];
        let next = 0;
        const evaluate = (node: GraphNode, id: NodeId): Tensor => {
          switch (node.kind) {
            case "input":
              return bound.get(node.name) ?? tf.tensor(values[next++]!, [...node.shape]);
            case "constant":
              return constants.get(id)!;
            case "kernel": {
              const named = namedInputs(
                node.kernel,
                node.inputs.map((input) => tensors[input]!),
              );
              const attributes = { ...node.attributes } as Parameters<typeof runKernel>[2];
              return runKernel(node.kernel, named, attributes);
            }
          }
        };
        const runKernel = tf.engine().runKernel.bind(tf.engine());
        graph.nodes.forEach((node, id) => {
          tensors.push(evaluate(node, id));
          for (const dead of freed[id]!) tensors[dead]!.dispose();
        });
        graph.outputs.forEach((id, i) => {
          outputs[i]!.set(tensors[id]!.dataSync<"float32">());
        });
      });
    },
  };
}
