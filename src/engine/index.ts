/** The engine: functions of tensors in, their derivatives to third order out. */
import { compileMap, compileObjective } from "./compile.js";
import type { Device } from "./device.js";
import type { Engine, EngineName } from "./objective.js";

export * from "./objective.js";
export { loadTfjs } from "./tfjs/load.js";

export interface EngineOptions {
  /** Threads of one operation; engines `wasm` and `cpu` have only one. */
  readonly threads: number;
}

/**
 * Loads an engine's library. Compiling rejects with a TraceError what can't be differentiated.
 *
 * @throws EngineUnavailable when the library is missing or doesn't start
 */
export async function openEngine(name: EngineName, { threads }: EngineOptions): Promise<Engine> {
  const device = await openDevice(name, threads);
  return {
    name,
    version: device.version,
    compile: (source) => compileObjective(device, source),
    compileMap: (source) => compileMap(device, source),
  };
}

/** Each library is loaded only when its engine is opened. */
async function openDevice(name: EngineName, threads: number): Promise<Device> {
  switch (name) {
    case "onnx":
      return (await import("./onnx/device.js")).openOnnxDevice(threads);
    case "tensorflow":
      return (await import("./tfjs/backends.js")).openTensorflowDevice(threads);
    case "wasm":
      return (await import("./tfjs/backends.js")).openWasmDevice();
    case "cpu":
      return (await import("./tfjs/backends.js")).openCpuDevice();
  }
}
