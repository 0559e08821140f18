/** Runs a kernel graph as one ONNX model in one session of ONNX Runtime's native CPU library. */
import type { InferenceSession, Tensor } from "onnxruntime-node";
import type { Device, Executable } from "../device.js";
import { inputsOf, type KernelGraph, type Shape } from "../graph.js";
import { EngineUnavailable, type Precision, type Vector } from "../objective.js";
import { lower } from "./lower.js";
import { encodeModel } from "./model.js";

type OnnxRuntime = typeof import("onnxruntime-node");

/**
 * ONNX Runtime's own optimizations take time that grows with the square of the operators (of eleven
 * thousand, six seconds) and save at most a tenth of a run: what counts was simplified before.
 */
const MANY_OPERATORS = 4000;

export async function openOnnxDevice(threads: number, precision: Precision): Promise<Device> {
  const ort = await load();
  const options: InferenceSession.SessionOptions = {
    executionProviders: ["cpu"],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    logSeverityLevel: 3,
    // Idle threads sleep: flows run in several processes, which spinning ones would slow down.
    extra: {
      session: { intra_op: { allow_spinning: "0" } },
      // It makes a scalar factor a product's attribute, of single precision.
      optimization: {
        disable_specified_optimizers: precision === "float64" ? "MatMulScaleFusion" : "",
      },
    },
  };
  const allocate = (size: number) =>
    precision === "float64" ? new Float64Array(size) : new Float32Array(size);
  const tensor = (values: Vector, shape: Shape): Tensor => new ort.Tensor(precision, values, shape);

  return {
    name: "onnx",
    version: `onnxruntime-node ${ort.env.versions.node}`,
    batches: true,
    allocate,
    open(data) {
      const bound = new Map(data.map(({ name, values, shape }) => [name, tensor(values, shape)]));
      const sessions: InferenceSession[] = [];
      return {
        async compile(graph) {
          const lowered = lower(graph, precision);
          const session = await ort.InferenceSession.create(encodeModel(lowered), {
            ...options,
            graphOptimizationLevel: lowered.nodes.length > MANY_OPERATORS ? "disabled" : "all",
          });
          sessions.push(session);
          return executable(session, graph, bound, tensor);
        },
        async dispose() {
          await Promise.all(sessions.splice(0).map((session) => session.release()));
          bound.clear();
        },
      };
    },
  };
}

function executable(
  session: InferenceSession,
  graph: KernelGraph,
  bound: ReadonlyMap<string, Tensor>,
  tensor: (values: Vector, shape: Shape) => Tensor,
): Executable {
  const inputs = inputsOf(graph);
  const shapes = graph.outputs.map((id) => graph.nodes[id]!.shape);
  return {
    async run(values, outputs) {
      const feeds: Record<string, Tensor> = {};
      for (const { name, shape } of inputs)
        feeds[name] = bound.get(name) ?? tensor(values.get(name)!, shape);
      const fetches: Record<string, Tensor> = {};
      session.outputNames.forEach((name, i) => {
        fetches[name] = tensor(outputs[i]!, shapes[i]!);
      });
      // Results are written into the fetched tensors' own memory.
      await session.run(feeds, fetches);
    },
  };
}

async function load(): Promise<OnnxRuntime> {
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    throw new EngineUnavailable(
      "onnx",
      `ONNX Runtime can't be loaded: ${cause instanceof Error ? cause.message : cause}`,
      "run npm install again; its native library exists for Linux, macOS and Windows on x64 and arm64",
    );
  }
}
