/**
 * The TensorFlow.js backend that tracing runs under: its tensors have no values, and each kernel
 * that it is asked for becomes a node of the graph being recorded.
 */
import type { BackendValues, DataType, Tensor, TensorInfo } from "@tensorflow/tfjs";
import type { GraphBuilder } from "../builder.js";
import type { NodeId } from "../graph.js";
import { kernels } from "../kernels/index.js";
import type { GivenAttributes } from "../kernels/kernel.js";
import { synonyms } from "../kernels/synonyms.js";
import type { Tfjs } from "./load.js";

const RECORDER_BACKEND = "cflow-trace";

/** The function can't be compiled; the message says why. */
export class TraceError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TraceError";
  }
}

export interface Recorder {
  /** Runs `f` with the recorder as TensorFlow.js's backend; kernels become nodes of `g`. */
  record(g: GraphBuilder, f: () => void): void;
  /** The tensor that stands for a node. */
  tensor(id: NodeId): Tensor;
  /** The node that a tensor stands for. @throws TraceError for tensors made elsewhere. */
  idOf(tensor: TensorInfo): NodeId;
}

type NamedTensors = Readonly<Record<string, TensorInfo>>;

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
      if (dtype !== "float32")
        throw new TraceError(`the function makes a tensor of ${dtype}; only float32 can be traced`);
      const id = recording().constant(Float32Array.from(values as Float32Array), [...shape]);
      return info(id).dataId;
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
    name: string,
    record: (
      g: GraphBuilder,
      inputs: NamedTensors,
      attributes: GivenAttributes,
    ) => NodeId | readonly NodeId[],
  ): void {
    tf.registerKernel({
      kernelName: name,
      backendName: RECORDER_BACKEND,
      kernelFunc({ inputs, attrs }) {
        const given = (attrs ?? {}) as GivenAttributes;
        const result = record(recording(), inputs as NamedTensors, given);
        return typeof result === "number" ? info(result) : result.map(info);
      },
    });
  }

  const supported = new Set<string>();
  for (const kernel of kernels.values()) {
    supported.add(kernel.name);
    register(kernel.name, (g, named, given) => {
      const names = kernel.inputs === "list" ? Object.keys(named) : kernel.inputs;
      const inputs = names.map((name) => idOf(named[name]!));
      const attributes = kernel.attributes?.(
        given,
        inputs.map((id) => g.node(id)),
      );
      return g.kernel(kernel.name, inputs, attributes);
    });
  }
  for (const synonym of synonyms) {
    supported.add(synonym.name);
    register(synonym.name, (g, named, given) =>
      synonym.expand(
        g,
        synonym.inputs.map((name) => idOf(named[name]!)),
        given,
      ),
    );
  }
  for (const { kernelName } of tf.getKernelsForBackend("cpu")) {
    if (supported.has(kernelName)) continue;
    register(kernelName, () => {
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
        tf.tidy(f);
      } finally {
        graph = undefined;
        void tf.setBackend(previous || "cpu");
      }
    },
    tensor: (id) => tf.engine().makeTensorFromTensorInfo(info(id)),
    idOf,
  };
}
