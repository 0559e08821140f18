/**
 * The TensorFlow.js backend that tracing runs under: its tensors have no values, and each kernel
 * that it is asked for becomes a node of the graph being recorded.
 */
import type { BackendValues, DataType, Tensor, TensorInfo } from "@tensorflow/tfjs";
import type { GraphBuilder } from "../builder.js";
import type { NodeId, Values } from "../graph.js";
import { kernels } from "../kernels/index.js";
import type { GivenAttributes, Kernel, Synonym } from "../kernels/kernel.js";
import { synonyms } from "../kernels/synonyms.js";
import { TraceError } from "../objective.js";
import { withExactConstants } from "./constants.js";
import type { Tfjs } from "./load.js";

const RECORDER_BACKEND = "cflow-trace";

export interface Recorder {
  /** Runs `f` with the recorder as TensorFlow.js's backend; kernels become nodes of `g`. */
  record(g: GraphBuilder, f: () => void): void;
  /** The tensor that stands for a node. */
  tensor(id: NodeId): Tensor;
  /** The node that a tensor stands for. @throws TraceError for tensors made elsewhere. */
  idOf(tensor: TensorInfo): NodeId;
}

let installed: Recorder | undefined;

/** The recorder, registered with TensorFlow.js at the first call. */
export function recorderOf(tf: Tfjs): Recorder {
  installed ??= install(tf);
  return installed;
}

function install(tf: Tfjs): Recorder {
  let graph: GraphBuilder | undefined;
  // Of the current recording only: a tensor of an earlier one is as foreign as any other.
  let ids = new WeakMap<object, NodeId>();

  function recording(): GraphBuilder {
    if (graph === undefined)
      throw new TraceError("a tensor of a traced function was used after the trace");
    return graph;
  }

  /** Every tensor gets its own data id, so that disposing of one never ends another. */
  function info(id: NodeId): TensorInfo {
    const { shape, dtype } = recording().node(id);
    const dataId = {};
    ids.set(dataId, id);
    return { dataId, shape: [...shape], dtype };
  }

  function idOf({ dataId }: TensorInfo): NodeId {
    const id = ids.get(dataId);
    if (id === undefined)
      throw new TraceError(
        "the function uses a tensor that was made outside of it; pass it as data or make it inside",
      );
    return id;
  }

  class RecordingBackend extends tf.KernelBackend {
    override write(values: BackendValues, shape: number[], dtype: DataType): object {
      if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool")
        throw new TraceError(
          `the function makes a tensor of ${dtype}; only float32, int32 and bool can be traced`,
        );
      return info(recording().constant((values as Values).slice(), [...shape])).dataId;
    }
    override readSync(): never {
      throw new TraceError(
        "the function reads a tensor's values, which don't exist yet when it is compiled",
      );
    }
    override async read(): Promise<never> {
      return this.readSync();
    }
    override disposeData(): boolean {
      return true;
    }
    override incRef(): void {}
    override refCount(): number {
      return 1;
    }
    override numDataIds(): number {
      return 0;
    }
    override floatPrecision(): 32 {
      return 32;
    }
    override epsilon(): number {
      return 1e-7;
    }
  }

  // The lowest priority: never chosen unless asked for.
  tf.registerBackend(RECORDER_BACKEND, () => new RecordingBackend(), -1);

  function register(
    { name, inputs, reverse }: Pick<Kernel | Synonym, "name" | "inputs" | "reverse">,
    record: (
      g: GraphBuilder,
      inputs: readonly NodeId[],
      attributes: GivenAttributes,
    ) => NodeId | readonly NodeId[],
  ): void {
    tf.registerKernel({
      kernelName: name,
      backendName: RECORDER_BACKEND,
      kernelFunc({ inputs: given, attrs }) {
        const tensors = given as Readonly<Record<string, TensorInfo>>;
        const names = inputs === "list" ? Object.keys(tensors) : inputs;
        const ids = names.map((input) => idOf(tensors[input]!));
        const result = orTraceError(() =>
          record(recording(), ids, (attrs ?? {}) as GivenAttributes),
        );
        return typeof result === "number" ? info(result) : result.map(info);
      },
    });
    if (reverse === undefined) return;
    if (tf.getGradient(name) !== undefined) tf.unregisterGradient(name);
    tf.registerGradient({ kernelName: name, ...reverse(tf) });
  }

  for (const kernel of kernels.values())
    register(kernel, (g, inputs, given) => {
      const types = inputs.map((id) => g.node(id));
      return g.kernel(kernel.name, inputs, kernel.attributes?.(given, types));
    });
  for (const synonym of synonyms) register(synonym, synonym.expand);
  const supported = new Set([...kernels.keys(), ...synonyms.map(({ name }) => name)]);
  for (const { kernelName } of tf.getKernelsForBackend("cpu")) {
    if (supported.has(kernelName)) continue;
    register({ name: kernelName, inputs: [] }, () => {
      throw new TraceError(
        `the function uses the TensorFlow.js kernel '${kernelName}', which has no derivative rules here; use simpler operations such as add, mul, exp, sum or matMul`,
      );
    });
  }

  return {
    record(g, f) {
      const previous = tf.getBackend();
      // Takes effect at once: this backend has no initialization to wait for.
      void tf.setBackend(RECORDER_BACKEND);
      graph = g;
      ids = new WeakMap();
      try {
        withExactConstants(tf, () => tf.tidy(f));
      } finally {
        graph = undefined;
        void tf.setBackend(previous || "cpu");
      }
    },
    tensor: (id) => tf.engine().makeTensorFromTensorInfo(info(id)),
    idOf,
  };
}

/** What a kernel refuses can't be compiled. */
function orTraceError<T>(f: () => T): T {
  try {
    return f();
  } catch (error) {
    throw error instanceof RangeError ? new TraceError(error.message) : error;
  }
}
