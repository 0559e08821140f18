/** The engine: functions of tensors in, their derivatives to third order out. */
import { compileMap, compileObjective } from "./compile.js";
import type { Device } from "./device.js";
import {
  type Engine,
  type EngineName,
  EngineUnavailable,
  type Precision,
  type Vector,
  type VectorOf,
} from "./objective.js";

export * from "./objective.js";
export { loadTfjs } from "./tfjs/load.js";

export interface EngineOptions<P extends Precision = "float32"> {
  /** Threads of one operation; engines `wasm` and `cpu` have only one. */
  readonly threads: number;
  /** Of every tensor, float32 unless given; float64 is the engine `onnx`'s alone. */
  readonly precision?: P;
}

/**
 * Loads an engine's library. Compiling rejects with a TraceError what can't be differentiated.
 *
 * @throws EngineUnavailable when the library is missing or doesn't start, or lacks the precision
 */
export async function openEngine<P extends Precision = "float32">(
  name: EngineName,
  { threads, precision }: EngineOptions<P>,
): Promise<Engine<VectorOf<P>>> {
  const device = await openDevice(name, threads, precision ?? "float32");
  const engine: Engine<Vector> = {
    name,
    version: device.version,
    compile: (source, options) => compileObjective(device, source, options),
    compileMap: (source, options) => compileMap(device, source, options),
  };
  // The device makes all arrays, of its own precision.
  return engine as Engine<VectorOf<P>>;
}

/** Each library is loaded only when its engine is opened. */
async function openDevice(
  name: EngineName,
  threads: number,
  precision: Precision,
): Promise<Device> {
  if (name === "onnx") return (await import("./onnx/device.js")).openOnnxDevice(threads, precision);
  if (precision !== "float32")
    throw new EngineUnavailable(
      name,
      `the engine '${name}' computes in float32 only, not in ${precision}`,
      "use the engine onnx for float64",
    );
  const backends = await import("./tfjs/backends.js");
  switch (name) {
    case "tensorflow":
      return backends.openTensorflowDevice(threads);
    case "wasm":
      return backends.openWasmDevice();
    case "cpu":
      return backends.openCpuDevice();
  }
}
