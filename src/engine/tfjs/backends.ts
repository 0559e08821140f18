/** Opens the backends of TensorFlow.js that are engines here. */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import type { Device } from "../device.js";
import { EngineUnavailable } from "../objective.js";
import { tfjsDevice } from "./device.js";
import { withPlainFactors } from "./factors.js";
import { loadTfjs } from "./load.js";

/** Plain JavaScript: always there, and slow. */
export async function openCpuDevice(): Promise<Device> {
  const tf = await loadTfjs();
  await tf.setBackend("cpu");
  return tfjsDevice(tf, "cpu", `@tensorflow/tfjs-backend-cpu ${tf.version["tfjs-backend-cpu"]}`);
}

/** WebAssembly, one thread. */
export async function openWasmDevice(): Promise<Device> {
  const tf = await loadTfjs();
  const name = "@tensorflow/tfjs-backend-wasm";
  const wasm = await import(name).then(complete<typeof import("@tensorflow/tfjs-backend-wasm")>);
  wasm.setWasmPaths(`${dirname(createRequire(import.meta.url).resolve(name))}/`);
  if (!(await tf.setBackend("wasm")))
    throw new EngineUnavailable(
      "wasm",
      "the WebAssembly backend of TensorFlow.js didn't start",
      "use another engine, such as --engine onnx",
    );
  return tfjsDevice(tf, "wasm", `${name} ${wasm.version_wasm}`, withPlainFactors);
}

/** What is used of the optional package; its types aren't installed where it isn't. */
interface TfjsNode {
  readonly version: Readonly<Record<string, string>>;
}

/** TensorFlow's native library, an optional package. */
export async function openTensorflowDevice(threads: number): Promise<Device> {
  const tf = await loadTfjs();
  // The library reads these once, when it loads.
  process.env.TF_NUM_INTRAOP_THREADS ??= String(threads);
  process.env.TF_NUM_INTEROP_THREADS ??= "1";
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  const name = "@tensorflow/tfjs-node";
  let node: TfjsNode;
  try {
    node = await import(name).then(complete<TfjsNode>);
  } catch (cause) {
    throw new EngineUnavailable("tensorflow", whyMissing(cause), HOW_TO_INSTALL);
  }
  if (!(await tf.setBackend("tensorflow")))
    throw new EngineUnavailable(
      "tensorflow",
      "the native backend of TensorFlow.js didn't start",
      HOW_TO_INSTALL,
    );
  return tfjsDevice(tf, "tensorflow", `${name} ${node.version["tfjs-node"]}`);
}

const HOW_TO_INSTALL =
  "run npm install @tensorflow/tfjs-node on a machine that may download its native library, or use --engine onnx";

function whyMissing(cause: unknown): string {
  const { code, message } = cause as { code?: string; message?: string };
  return code === "ERR_MODULE_NOT_FOUND"
    ? "the package @tensorflow/tfjs-node is not installed"
    : `@tensorflow/tfjs-node can't load its native library: ${message?.split(/\.?\s*\n|\.\s*$/)[0]}`;
}

/** A CommonJS package's namespace: `default` is complete, the named exports are guessed. */
function complete<T>(module: T & { readonly default?: T }): T {
  return module.default ?? module;
}
